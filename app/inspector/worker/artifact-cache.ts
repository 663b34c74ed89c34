/** Fetched artifacts, taken apart, within a budget of bytes: those used longest ago make room. */
import { quoted, type Said, said, sentences, wordsOf } from "@/nodes/said";
import { saidMessageSchema } from "@/nodes/said-schema";
import { InspectorError } from "../inspector-error";
import { elementBytes, mostElements, parseSafetensors, type StoredTensor } from "../tensors/safetensors-file";
import { numbersOf, type Numbers } from "../tensors/tensor-numbers";
import type { TensorRef } from "./contract";

/** A tensor and, once somebody asked for them, its elements as numbers. */
export interface LoadedTensor extends StoredTensor {
  numbers(): Numbers;
}

export interface LoadedArtifact {
  /** Of the file. */
  readonly bytes: number;
  readonly tensors: readonly StoredTensor[];
  /** Throws an Error when there is no such tensor. */
  tensor(name: string): LoadedTensor;
}

/** What answers a request for an artifact: `fetch`, but in tests. */
export type Fetch = (url: string) => Promise<Response>;

/** The artifact is not in the server's store any more. */
export class ArtifactGone extends InspectorError {
  override readonly name = "ArtifactGone";
}

const budgetBytes = 384 * 2 ** 20;
/** A float32 tensor of the most elements, and room for others beside it. */
const mostBytes = mostElements * elementBytes.F32 + 2 ** 24;

interface Entry {
  readonly artifact: Promise<LoadedArtifact>;
  /** 0 until it has arrived. */
  bytes: number;
}

export class ArtifactCache {
  /** In the order of use, the latest last. */
  private readonly entries = new Map<string, Entry>();
  private total = 0;

  constructor(
    private readonly fetch: Fetch,
    readonly budget = budgetBytes,
  ) {}

  /** Bytes of files and of numbers made from them. */
  get bytes(): number {
    return this.total;
  }

  /** An artifact, fetched once however many ask. Rejects with an ArtifactGone or another InspectorError. */
  load(hash: string): Promise<LoadedArtifact> {
    const kept = this.entries.get(hash);
    if (kept) {
      this.entries.delete(hash);
      this.entries.set(hash, kept);
      return kept.artifact;
    }
    const entry: Entry = { bytes: 0, artifact: this.arrive(hash) };
    this.entries.set(hash, entry);
    entry.artifact.catch(() => this.forget(hash, entry));
    return entry.artifact;
  }

  /** As `load`, but what is not kept already is not kept afterwards either. */
  async peek(hash: string): Promise<LoadedArtifact> {
    return this.entries.has(hash) ? this.load(hash) : loadedArtifact(await this.download(hash), hash, () => undefined);
  }

  async tensor({ hash, name }: TensorRef): Promise<LoadedTensor> {
    return (await this.load(hash)).tensor(name);
  }

  private async arrive(hash: string): Promise<LoadedArtifact> {
    const file = await this.download(hash);
    const artifact = loadedArtifact(file, hash, (bytes) => this.grow(hash, bytes));
    this.grow(hash, file.byteLength);
    return artifact;
  }

  private async download(hash: string): Promise<ArrayBuffer> {
    const response = await this.fetch(`/api/artifacts/${hash}.safetensors`).catch((error: unknown) => {
      throw new InspectorError(said("Fetching {label} failed: {why}. Check that the studio is running.", { label: labelOf(hash), why: quoted(error instanceof Error ? error.message : String(error)) }));
    });
    if (!response.ok) throw await refusal(response, hash);
    const announced = Number(response.headers.get("content-length") ?? 0);
    if (announced > mostBytes) {
      await response.body?.cancel();
      throw new InspectorError(said("The file of {label} has {size} GB, more than the inspector takes ({most} GB). Open its file elsewhere.", { label: labelOf(hash), size: (announced / 1e9).toFixed(1), most: (mostBytes / 1e9).toFixed(1) }));
    }
    return response.arrayBuffer();
  }

  /** Counts `bytes` more for an artifact, and lets others go for them: never this one, which is in use. */
  private grow(hash: string, bytes: number): void {
    const grown = this.entries.get(hash);
    if (!grown) return;
    grown.bytes += bytes;
    this.total += bytes;
    for (const [other, entry] of this.entries) {
      if (this.total <= this.budget) return;
      if (other !== hash && entry.bytes > 0) this.forget(other, entry);
    }
  }

  private forget(hash: string, entry: Entry): void {
    if (this.entries.get(hash) !== entry) return;
    this.entries.delete(hash);
    this.total -= entry.bytes;
  }
}

function loadedArtifact(file: ArrayBuffer, hash: string, grown: (bytes: number) => void): LoadedArtifact {
  const tensors = parseSafetensors(file, labelOf(hash));
  const made = new Map<string, Numbers>();
  const numbers = (stored: StoredTensor) => {
    const kept = made.get(stored.name);
    if (kept) return kept;
    const fresh = numbersOf(stored);
    made.set(stored.name, fresh);
    if (fresh.buffer !== file) grown(fresh.byteLength);
    return fresh;
  };
  return {
    bytes: file.byteLength,
    tensors,
    tensor: (name) => {
      const stored = tensors.find((tensor) => tensor.name === name);
      if (!stored) throw noTensor(name, hash, tensors);
      return { ...stored, numbers: () => numbers(stored) };
    },
  };
}

function noTensor(name: string, hash: string, tensors: readonly StoredTensor[]): InspectorError {
  const label = labelOf(hash);
  if (tensors.length === 0) return new InspectorError(said(`There is no tensor "{name}" in {label}, which has none.`, { name, label }));
  return new InspectorError(said(`There is no tensor "{name}" in {label}, which has {names}.`, { name, label, names: tensors.map((tensor) => `"${tensor.name}"`).join(", ") }));
}

/** The server's own words. */
async function refusal(response: Response, hash: string): Promise<InspectorError> {
  const body = saidMessageSchema.safeParse(await response.json().catch(() => null));
  if (!body.success) return new InspectorError(said("Fetching {label} failed: the studio answered {status}. Reload the page to try again.", { label: labelOf(hash), status: response.status }));
  const { message, remedy } = wordsOf(body.data);
  const words = remedy ? sentences(message, remedy) : message;
  return response.status === 404 || response.status === 410 ? new ArtifactGone(words) : new InspectorError(words);
}

/** How an artifact is called in messages: the beginning of its hash is enough to find it by. */
export function labelOf(hash: string): Said {
  return said("artifact {hash}", { hash: hash.slice(0, 8) });
}
