/** What kind of checkpoint a folder is, and where its components lie in it. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import { readObject } from "./config-file";
import { openRoot, realPath, type CheckpointRoot } from "./checkpoint-root";
import { componentKinds, type ComponentFolder, type ComponentKind, type KindName } from "./component-kinds";
import type { Folder } from "./language-config";
import { isPipeline, pipelineFolders } from "./pipeline-folders";
import { openWeights } from "./weight-files";
import type { HeaderReading } from "./safetensors";
import type { Weights } from "./weights";

export interface Place extends ComponentFolder {
  /** Path within the checkpoint, as people see it: "flux/transformer"; "." for the folder itself. */
  readonly name: string;
  /** Undefined where the folder itself has to tell. */
  readonly kind: KindName | undefined;
}

export interface Layout {
  readonly kind: "pipeline" | "flux" | "bifrost" | "component";
  readonly root: CheckpointRoot;
  readonly places: readonly Place[];
  /** The FLUX.1 repository, whose scheduler and tokenizers are needed too. */
  readonly flux?: Folder;
}

/**
 * `path` may be a pipeline's folder, a FLUX.1, Qwen2.5-VL, Bifrost-1 or ControlNet repository, or one component; each
 * a plain folder or in a Hugging Face cache. Throws a CheckpointError when there is no such folder.
 */
export function findLayout(path: string): Layout {
  const root = openRoot(path);
  if (isPipeline(root)) return { kind: "pipeline", root, ...pipelinePlaces(root) };
  const folder: Folder = { directory: root.directory, root };
  const has = (name: string) => existsSync(join(root.directory, name));
  if (has("model_index.json") || has("transformer")) return { kind: "flux", root, places: fluxPlaces(folder, ""), flux: folder };
  if (has("flux_controlnet")) return { kind: "bifrost", root, places: bifrostPlaces(folder, "") };
  return { kind: "component", root, places: [{ ...folder, name: ".", kind: undefined }] };
}

function pipelinePlaces(root: CheckpointRoot): Pick<Layout, "places" | "flux"> {
  const { parts } = pipelineFolders(root.directory);
  const [flux, bifrost, qwen, detector] = [parts.get("flux")!, parts.get("bifrost")!, parts.get("qwen"), parts.get("detector")];
  const places = [
    ...bifrostPlaces(bifrost, "bifrost", qwen),
    ...fluxPlaces(flux, "flux"),
    // Of Qwen2.5-VL's folder a pipeline needs small files only, so its weights may be left out.
    ...(qwen && existsSync(qwen.directory) && readdirSync(qwen.directory).some((file) => file.includes(".safetensors")) ? [{ ...qwen, name: "qwen", kind: "qwen" } as const] : []),
    ...(detector ? [{ ...detector, name: "detector", kind: "detector" } as const] : []),
  ];
  return { places, flux };
}

function fluxPlaces(flux: Folder, prefix: string): Place[] {
  const kinds = { transformer: "transformer", text_encoder_2: "t5", text_encoder: "clip", vae: "autoencoder" } as const;
  return Object.entries(kinds).map(([name, kind]) => ({ directory: join(flux.directory, name), root: flux.root, name: join(prefix, name), kind }));
}

function bifrostPlaces(release: Folder, prefix: string, qwen?: Folder): Place[] {
  return [
    { ...release, name: prefix || ".", kind: "bifrost", ...(qwen && { qwen }) },
    { directory: join(release.directory, "flux_controlnet"), root: release.root, name: join(prefix, "flux_controlnet"), kind: "controlnet" },
  ];
}

export interface OpenPlace {
  readonly kind: ComponentKind;
  readonly weights: Weights;
  /** As config.json calls it; "" where it says nothing. */
  readonly architecture: string;
}

/** Reads a component's weight headers and finds out its kind. Throws a CheckpointError for one that cannot be read or is not understood. */
export function openPlace(place: Place, reading: HeaderReading = {}): OpenPlace {
  const { directory, root, kind } = place;
  if (existsSync(directory)) realPath(root, directory);
  const weights = openWeights(kind ?? "checkpoint", directory, { ...reading, root });
  const { architecture, config } = describe(root, directory);
  if (kind) return { kind: componentKinds[kind], weights, architecture };
  const found = recognise(config, architecture, weights);
  if (!found) {
    readObject(root, join(directory, "config.json")); // what is wrong with the file itself comes first
    const known = Object.values(componentKinds).map(({ title }) => title).join(", ");
    throw new CheckpointError(architecture
        ? said("{directory} holds a {architecture}, which is none of: {known}. Name the folder of one of these.", { directory, architecture, known })
        : said("{directory} holds a model whose config.json names no class, which is none of: {known}. Name the folder of one of these.", { directory, known }),
    );
  }
  return { kind: found, weights: weights.within("", found.id), architecture };
}

const configSchema = z.looseObject({ _class_name: z.string().nullish(), architectures: z.array(z.string()).nullish(), model_type: z.string().nullish() });

/** A config that cannot be read is complained about in full when the component is opened. */
function describe(root: CheckpointRoot, directory: string): { architecture: string; config: Record<string, unknown> } {
  try {
    const config = configSchema.parse(readObject(root, join(directory, "config.json")));
    return { architecture: config._class_name ?? config.architectures?.[0] ?? config.model_type ?? "", config };
  } catch {
    return { architecture: "", config: {} };
  }
}

/** By what only a Bifrost-1 release has, then by the class's name, then by its tensors. */
function recognise(config: Record<string, unknown>, architecture: string, weights: Weights): ComponentKind | undefined {
  const kinds: ComponentKind[] = Object.values(componentKinds);
  const hasOne = ({ tensors }: ComponentKind) => tensors.some((name) => weights.has(name));
  if (hasOne(componentKinds.bifrost)) return componentKinds.bifrost;
  const byClass = kinds.find(({ classes }) => classes.includes(architecture) || classes.includes(String(config["model_type"])));
  return byClass ?? (architecture === "" ? kinds.find((kind) => hasOne(kind) || (kind.field !== undefined && kind.field in config)) : undefined);
}
