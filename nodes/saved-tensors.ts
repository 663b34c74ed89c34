/** What the nodes share that bring a stored tensor back into a graph: their params, and the reading of them. */
import { z } from "zod";
import { type Said, said } from "@/models/said";
import { float32, type Tensor, type Tensors } from "@/models/tensor";
import { NodeError, type NodeContext, type NodeSpec } from "./define-node";
import { param } from "./param-form";

/** Names a .safetensors file of the artifact store by the sha256 of its bytes; empty while none is chosen. */
export const savedTensorsParam = (missing: { readonly message: string; readonly remedy: string }) =>
  param(z.string().regex(/^([0-9a-f]{64})?$/, "The sha256 of a stored file: 64 hexadecimal digits.").default(""), {
    title: "Saved tensors",
    control: "saved-tensors",
    inline: true,
    missing,
    description: "A file of the artifact store, named by the sha256 of its bytes: the same frame pinned twice is one and the same.",
  });

export const tensorNameParam = (name: string, description: string) => param(z.string().min(1, "Name a tensor of the file.").max(256).default(name), { title: "Tensor", control: "text", advanced: true, description });

/** Where it is from, for people; nothing is computed from it. */
export const fromParam = () => param(z.string().max(200).default(""), { title: "From", control: "text", label: true, placeholder: "Which node and step it is from" });

interface SavedParams {
  readonly tensors: string;
  readonly tensor: string;
}

/** All tensors of the stored file. Throws a NodeError while no file is chosen, or for one that is gone or damaged. */
export async function savedTensors(params: SavedParams, loadTensors: NodeContext<NodeSpec>["loadTensors"]): Promise<Tensors> {
  if (params.tensors === "") throw new NodeError(said("There is no saved tensor yet."), said("Open a run's step in the inspector and pin it."));
  return loadTensors(params.tensors);
}

/** The tensor the params name, as float32. Throws a NodeError naming what the file holds instead. */
export function savedTensor(tensors: Tensors, name: string): Tensor<"float32"> {
  const found = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (!found) {
    const others = Object.keys(tensors);
    throw new NodeError(
      others.length > 0 ? said("The saved file has no tensor “{name}”; it holds {others}.", { name, others: others.join(", ") }) : said("The saved file has no tensor “{name}”; it holds none.", { name }),
      others.length > 0 ? said("Set Tensor to one of these.") : said("Pin another frame."),
    );
  }
  if (found.dtype !== "float32") throw new NodeError(said("The saved tensor “{name}” holds {dtype}, not float32.", { name, dtype: found.dtype }), said("Set Tensor to another of the file's tensors."));
  return float32(found.data as Float32Array, found.dims);
}

export const shapeWords = (dims: readonly number[]) => `[${dims.join(", ")}]`;

/** Says how many values are NaN or infinite: allowed, since looking at where a run went wrong is a use of its own. */
export function noticeNotFinite({ data }: Tensor<"float32">, name: string, notice: (message: Said) => void): void {
  const count = data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  if (count > 0) notice(said("{count} of the {total} values of “{name}” are not finite (NaN or infinite).", { count: count.toLocaleString("en"), total: data.length.toLocaleString("en"), name }));
}
