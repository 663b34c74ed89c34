/** What a param's zod `.meta()` may say about its form field. */
import { z } from "zod";

export type Control = "text" | "multiline" | "number" | "slider" | "seed" | "image" | "toggle" | "select" | "saved-tensors" | "patch-grid";

export interface ParamMeta {
  readonly title: string;
  readonly description?: string;
  readonly control: Control;
  readonly step?: number;
  readonly unit?: string;
  /** Shown on the node's card itself; at most four per node. */
  readonly inline?: true;
  /** Folded away in the panel: for comparing, not for everyday use. */
  readonly advanced?: true;
  /** A multiline field that offers the words a small checkpoint knows. */
  readonly offersWords?: true;
  /** It names or labels something and changes nothing that is computed. */
  readonly label?: true;
  /** It must be chosen: what is wrong while it is null or empty, said after the node's name, and what to do. */
  readonly missing?: { readonly message: string; readonly remedy: string };
  /** Words for a multiline or text field that is empty. */
  readonly placeholder?: string;
}

export function param<T extends z.ZodType>(schema: T, meta: ParamMeta): T {
  return schema.meta(meta as unknown as Record<string, unknown>) as T;
}

/** The meta of one param. Throws when the spec forgot it: a defect, caught by the specs' test. */
export function paramMeta(schema: z.ZodType): ParamMeta {
  const meta = schema.meta() as ParamMeta | undefined;
  if (!meta?.control) throw new Error("This param has no form description.");
  return meta;
}

/** A seed as PyTorch's manual_seed takes it, kept to what a JSON number holds exactly. */
export const seedParam = () =>
  param(z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(42), {
    title: "Seed",
    control: "seed",
    inline: true,
    description: "The same seed gives the same noise as torch.randn on a CPU.",
  });
