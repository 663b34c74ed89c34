/** What graphs give back, taken by name and type. */
import { float32Data, type Tensor, type Tensors } from "@/models/tensor";

/** The float32 output `name` of a graph. Throws a TypeError when it is not there or of another type. */
export function floatOutput(outputs: Tensors, name: string): Tensor<"float32"> {
  float32Data(outputs[name], `Graph output ${name}`);
  return outputs[name] as Tensor<"float32">;
}
