/** Open ONNX Runtime sessions by graph file, each opened once and kept. Options: docs of ONNX Runtime 1.30, measured. */
import { availableParallelism } from "node:os";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import type { Tensor, TensorData, Tensors } from "@/models/tensor";
import { availableProvider, type ProviderChoice, type ProviderName } from "./provider";

/** Below this, weights are folded and prepacked at load for speed; above, they stay mapped in their own files. */
const smallWeights = 500e6;

export interface GraphTime {
  readonly runs: number;
  readonly seconds: number;
}

export class SessionPool {
  provider: ProviderChoice;
  private readonly sessions = new Map<string, Promise<InferenceSession>>();
  private times = new Map<string, GraphTime>();
  private loading = 0;

  constructor(wanted: ProviderName) {
    this.provider = availableProvider(wanted);
  }

  /** bfloat16 halves the memory of large models on a GPU; on a CPU it is widened in each run anyway. */
  precision(weightBytes: number): "float32" | "bfloat16" {
    return this.provider.name === "cuda" && weightBytes > smallWeights ? "bfloat16" : "float32";
  }

  /**
   * The session of the graph file at `path`, whose weights take `weightBytes`. Blocks the thread while it loads. Throws
   * ONNX Runtime's error, after which the next call tries again.
   */
  open(path: string, weightBytes: number): Promise<InferenceSession> {
    const found = this.sessions.get(path);
    if (found) return found;
    const opening = this.create(path, weightBytes);
    this.sessions.set(path, opening);
    opening.catch(() => this.sessions.delete(path));
    return opening;
  }

  /** Runs a session and books the time under `name`. Inputs are not copied, outputs are. */
  async run(session: InferenceSession, name: string, feeds: Tensors): Promise<Tensors> {
    const inputs = Object.fromEntries(Object.entries(feeds).map(([key, tensor]) => [key, toOrt(tensor)]));
    const begun = performance.now();
    const outputs = await session.run(inputs);
    const { runs, seconds } = this.times.get(name) ?? { runs: 0, seconds: 0 };
    this.times.set(name, { runs: runs + 1, seconds: seconds + (performance.now() - begun) / 1000 });
    return Object.fromEntries(Object.entries(outputs).map(([key, tensor]) => [key, fromOrt(tensor, key)]));
  }

  /** The times since the last call, which are then forgotten. */
  takeTimes(): { graphs: Record<string, GraphTime>; loadingSeconds: number } {
    const taken = { graphs: Object.fromEntries(this.times), loadingSeconds: this.loading };
    this.times = new Map();
    this.loading = 0;
    return taken;
  }

  private async create(path: string, weightBytes: number): Promise<InferenceSession> {
    const begun = performance.now();
    try {
      return await InferenceSession.create(path, sessionOptions(this.provider.name, weightBytes));
    } catch (error) {
      if (this.provider.name !== "cuda" || !/CUDA|cudart|cublas|cudnn|ExecutionProvider/i.test(String(error))) throw error;
      this.provider = { name: "cpu", reason: "ONNX Runtime could not use CUDA here; running on the CPU." };
      return await InferenceSession.create(path, sessionOptions("cpu", weightBytes));
    } finally {
      this.loading += (performance.now() - begun) / 1000;
    }
  }
}

function sessionOptions(provider: ProviderName, weightBytes: number): InferenceSession.SessionOptions {
  const mapped = provider === "cpu" && weightBytes > smallWeights;
  return {
    executionProviders: [provider],
    intraOpNumThreads: Math.min(availableParallelism(), 16),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // Errors are thrown as well; on the native stderr they would be said twice.
    logSeverityLevel: 4,
    // Memory patterns keep every cast copy of the mapped weights.
    enableMemPattern: !mapped,
    extra: {
      // Several sessions share the cores: one that spins while idle burns 40 ms a run of the others.
      "session.intra_op.allow_spinning": "0",
      ...(mapped && {
        "session.disable_prepacking": "1",
        "optimization.disable_specified_optimizers": "ConstantFolding",
      }),
      ...(provider === "cuda" && { "session.use_device_allocator_for_initializers": "1" }),
    },
  };
}

function toOrt({ dtype, data, dims }: Tensor): OrtTensor {
  return new OrtTensor(dtype, data as never, dims);
}

function fromOrt(tensor: OrtTensor, name: string): Tensor {
  const { type, data, dims } = tensor;
  switch (type) {
    case "float32":
    case "int64":
    case "int32":
    case "uint8":
    case "bool":
      return { dtype: type, dims, data: data as TensorData[typeof type] };
    case "float16":
      // Where the engine has Float16Array the binding hands one out; the bits are what counts here.
      return { dtype: type, dims, data: new Uint16Array((data as Uint16Array).buffer, (data as Uint16Array).byteOffset, (data as Uint16Array).length) };
    default:
      throw new TypeError(`Output ${name} is ${type}, which no node takes.`);
  }
}
