/**
 * Open ONNX Runtime sessions by graph file, each opened once and shared. They stay open until others need their memory:
 * then those go that nobody is using and that were used longest ago.
 */
import { env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { type Said, said } from "@/models/said";
import type { Tensor, TensorData, Tensors } from "@/models/tensor";
import { sayBytes } from "@/server/byte-size";
import { availableProvider, type ProviderChoice, type ProviderName } from "./provider";
import { heldMemory, isMapped, unionBytes, weightBytes, weightPrecision, type WeightFile } from "./session-memory";
import { sessionOptions } from "./session-options";

export interface GraphTime {
  readonly runs: number;
  readonly seconds: number;
}

/** What the pool asks of ONNX Runtime's sessions. */
export interface PooledSession {
  run(inputs: Record<string, OrtTensor>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** A load as it begins. */
export interface SessionLoad {
  /** Of the weight files. */
  readonly bytes: number;
  /** By how much this process will grow meanwhile; null where that says nothing: mapped weights are not read, and a GPU's lie elsewhere. */
  readonly growth: number | null;
  /** Something to tell the person whose node it is for. */
  readonly notice: Said | null;
}

export interface SessionPoolOptions {
  /** Bytes that open sessions may take together, by estimate; no limit by default. */
  readonly budget?: number;
  /** Hears of each load just before it blocks the thread, and with null when it is over. */
  readonly onLoad?: (load: SessionLoad | null) => void;
  readonly open?: (path: string, options: InferenceSession.SessionOptions) => Promise<PooledSession>;
}

/** The right to run a session, which stays open at least until `close`. */
export class SessionLease {
  private closed = false;

  constructor(private readonly entry: OpenSession) {
    entry.users++;
  }

  /** Throws once the lease is closed: the session may be gone. */
  get session(): PooledSession {
    if (this.closed || !this.entry.session) throw new Error("This model was given back to the pool and cannot be run.");
    return this.entry.session;
  }

  close(): void {
    if (!this.closed) this.entry.users--;
    this.closed = true;
  }
}

interface OpenSession {
  readonly path: string;
  readonly weights: readonly WeightFile[];
  held: ReadonlyMap<string, number>;
  /** Leases that are not closed. */
  users: number;
  /** Null while it loads and once it was released. */
  session: PooledSession | null;
  loaded: Promise<void>;
}

export class SessionPool {
  provider: ProviderChoice;
  /** In the order of their last use. */
  private readonly entries = new Map<string, OpenSession>();
  private readonly budget: number;
  private readonly options: SessionPoolOptions;
  private times = new Map<string, GraphTime>();
  private loading = 0;

  constructor(wanted: ProviderName, options: SessionPoolOptions = {}) {
    this.provider = availableProvider(wanted);
    this.options = options;
    this.budget = options.budget ?? Number.POSITIVE_INFINITY;
  }

  precision(bytes: number): "float32" | "bfloat16" {
    return weightPrecision(this.provider.name, bytes);
  }

  /** A lease on the graph's session if it is open or being opened; null otherwise. */
  lease(path: string): Promise<SessionLease> | null {
    const entry = this.entries.get(path);
    if (!entry) return null;
    this.entries.delete(path);
    this.entries.set(path, entry);
    // Taken before anything is awaited, so that nobody releases it in between.
    const lease = new SessionLease(entry);
    return entry.loaded.then(() => lease);
  }

  /**
   * A lease on the session of the graph file at `path`. Blocks the thread while it loads. Throws ONNX Runtime's error,
   * after which the next call tries again.
   */
  open(path: string, weights: readonly WeightFile[]): Promise<SessionLease> {
    const found = this.lease(path);
    if (found) return found;
    const entry: OpenSession = { path, weights, held: heldMemory(this.provider.name, path, weights), users: 0, session: null, loaded: Promise.resolve() };
    this.entries.set(path, entry);
    const lease = new SessionLease(entry);
    entry.loaded = this.load(entry);
    return entry.loaded.then(() => lease);
  }

  /** Runs a session and books the time under `name`. Inputs are not copied, outputs are. */
  async run(lease: SessionLease, name: string, feeds: Tensors): Promise<Tensors> {
    const { session } = lease;
    const inputs = Object.fromEntries(Object.entries(feeds).map(([key, tensor]) => [key, toOrt(tensor)]));
    const begun = performance.now();
    const outputs = await session.run(inputs);
    const { runs, seconds } = this.times.get(name) ?? { runs: 0, seconds: 0 };
    this.times.set(name, { runs: runs + 1, seconds: seconds + (performance.now() - begun) / 1000 });
    return Object.fromEntries(Object.entries(outputs).map(([key, tensor]) => [key, fromOrt(tensor, key)]));
  }

  /** What may change the bits of a result with the same weights, by name: part of every result's key. */
  get numericMode(): string {
    return `${this.provider.name} ${process.arch} onnxruntime-${env.versions.node ?? env.versions.common}`;
  }

  /** The times since the last call, which are then forgotten. */
  takeTimes(): { graphs: Record<string, GraphTime>; loadingSeconds: number } {
    const taken = { graphs: Object.fromEntries(this.times), loadingSeconds: this.loading };
    this.times = new Map();
    this.loading = 0;
    return taken;
  }

  /** Releases every session that is not in use. */
  async releaseIdle(): Promise<void> {
    for (let idle = this.leastRecentIdle(); idle; idle = this.leastRecentIdle()) await this.release(idle);
  }

  private async load(entry: OpenSession): Promise<void> {
    try {
      const notice = await this.makeRoom(entry);
      const bytes = weightBytes(entry.weights);
      const inMemory = this.provider.name === "cpu" && !isMapped("cpu", bytes);
      this.options.onLoad?.({ bytes, growth: inMemory ? unionBytes([entry.held]) : null, notice });
      entry.session = await this.create(entry).finally(() => this.options.onLoad?.(null));
    } catch (error) {
      this.entries.delete(entry.path);
      throw error;
    }
  }

  /** Says so when even an otherwise empty pool is too small: refusing the model would help nobody. */
  private async makeRoom(entry: OpenSession): Promise<Said | null> {
    const held = () => unionBytes([...this.entries.values()].map((open) => open.held));
    for (let idle = this.leastRecentIdle(); held() > this.budget && idle; idle = this.leastRecentIdle()) await this.release(idle);
    const needed = unionBytes([entry.held]);
    if (needed <= this.budget) return null;
    return said("This model takes about {needed} of memory, more than the {budget} that SESSION_MEMORY sets aside for models; it is loaded all the same.", { needed: sayBytes(needed), budget: sayBytes(this.budget) });
  }

  private leastRecentIdle(): OpenSession | undefined {
    for (const entry of this.entries.values()) if (entry.users === 0 && entry.session) return entry;
    return undefined;
  }

  private async release(entry: OpenSession): Promise<void> {
    const { session } = entry;
    this.entries.delete(entry.path);
    entry.session = null;
    await session?.release();
  }

  private async create(entry: OpenSession): Promise<PooledSession> {
    const begun = performance.now();
    const open = this.options.open ?? openOrtSession;
    const bytes = weightBytes(entry.weights);
    try {
      return await open(entry.path, sessionOptions(this.provider.name, bytes));
    } catch (error) {
      if (this.provider.name !== "cuda" || !/CUDA|cudart|cublas|cudnn|ExecutionProvider/i.test(String(error))) throw error;
      this.provider = { name: "cpu", reason: "ONNX Runtime could not use CUDA here; running on the CPU." };
      entry.held = heldMemory("cpu", entry.path, entry.weights);
      return await open(entry.path, sessionOptions("cpu", bytes));
    } finally {
      this.loading += (performance.now() - begun) / 1000;
    }
  }
}

async function openOrtSession(path: string, options: InferenceSession.SessionOptions): Promise<PooledSession> {
  return InferenceSession.create(path, options);
}

/** What stays the same over the steps of a node is wrapped once: checking a tensor costs more than passing it. */
const wrapped = new WeakMap<Tensor, OrtTensor>();

function toOrt(tensor: Tensor): OrtTensor {
  const { dtype, data, dims } = tensor;
  const found = wrapped.get(tensor) ?? new OrtTensor(dtype, data as never, dims);
  wrapped.set(tensor, found);
  return found;
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
