/** How ONNX Runtime is asked to open a graph. Options: docs of ONNX Runtime 1.30, measured. */
import { availableParallelism } from "node:os";
import type { InferenceSession } from "onnxruntime-node";
import type { ProviderName } from "./provider";
import { isMapped } from "./session-memory";

export function sessionOptions(provider: ProviderName, weightBytes: number): InferenceSession.SessionOptions {
  const mapped = isMapped(provider, weightBytes);
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
