/** Stores the tensors and pictures of engine events, in parallel, and passes the events on in their order. */
import { decodeSafetensors, encodeSafetensors } from "@/models/checkpoints/safetensors";
import { countNotFinite, type Tensor, type Tensors } from "@/models/tensor";
import type { Recipe } from "@/nodes/recipe";
import type { Artifact, Output, RunEvent, StoredFrame } from "@/nodes/run-events";
import type { ArtifactStore } from "@/server/artifacts/store";
import type { EngineEvent, EngineOutput } from "@/server/engine/contract";
import { encodePng, encodePreview } from "@/server/images/png";

export interface RecordingFailure {
  readonly nodeId: string | null;
  readonly error: unknown;
}

export class EventRecorder {
  /** The first thing that could not be stored; later events are dropped. */
  failure: RecordingFailure | null = null;
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: ArtifactStore,
    private readonly onEvent: (event: RunEvent, recipe?: Recipe) => void,
    /** Called once, as soon as something could not be stored. */
    private readonly onFailure: () => void,
    /** Whether steps keep their tensors; numbers and previews they keep in any case. */
    private readonly keepsTensors = true,
  ) {}

  /** Starts storing at once; resolves when the event was passed on, or dropped after a failure. Never rejects. */
  accept(event: EngineEvent): Promise<void> {
    const stored = this.stored(event);
    // It is awaited in its turn; until then a failure must not count as one nobody handles.
    stored.catch(() => undefined);
    this.tail = this.tail.then(async () => {
      try {
        const ready = await stored;
        if (!this.failure) this.onEvent(ready, "recipe" in event ? event.recipe : undefined);
      } catch (error) {
        if (this.failure) return;
        this.failure = { nodeId: "nodeId" in event ? event.nodeId : null, error };
        this.onFailure();
      }
    });
    return this.tail;
  }

  /** Resolves when everything accepted so far was passed on or dropped. */
  settled(): Promise<void> {
    return this.tail;
  }

  private async stored(event: EngineEvent): Promise<RunEvent> {
    switch (event.type) {
      case "frame":
        return { ...event, frame: await this.storedFrame(event.frame) };
      case "node-done":
        return { ...event, outputs: await mapValues(event.outputs, (output) => this.storedOutput(output)) };
      case "node-started":
      case "node-reused": {
        const { recipe, ...said } = event;
        return { ...said, ...(recipe && recipe.checkpoint !== null && { checkpoint: recipe.checkpoint }) };
      }
      default:
        return event;
    }
  }

  private async storedFrame(frame: Extract<EngineEvent, { type: "frame" }>["frame"]): Promise<StoredFrame> {
    // A step can be computed again, and there are many.
    const soon: Put = (bytes, kind) => this.store.putSoon(bytes, kind);
    const [tensors, preview] = await Promise.all([this.keepsTensors ? storedTensors(soon, frame.tensors) : null, frame.preview ? storedPreview(soon, frame.preview) : null]);
    return { step: frame.step, total: frame.total, tensors, numbers: { ...frame.numbers }, preview };
  }

  private async storedOutput({ type, facts, shapes, encoded, picture }: EngineOutput): Promise<Output> {
    const put: Put = (bytes, kind) => this.store.put(bytes, kind);
    const [tensors, stored] = await Promise.all([
      storedTensors(put, decodeSafetensors(encoded.bytes, "a value just encoded").tensors, encoded.bytes),
      picture && (type === "image" ? storedPicture(put, picture) : storedPreview(put, picture)),
    ]);
    return { type, tensors, shapes, facts, picture: stored };
  }
}

type Put = ArtifactStore["put"];

// Async on purpose: what a synchronous encoder throws belongs to the event, not to the caller.
async function storedTensors(put: Put, tensors: Tensors, encoded = encodeSafetensors(tensors)): Promise<Artifact> {
  const notFinite = countNotFinite(tensors);
  const artifact = await put(encoded, "safetensors");
  return notFinite > 0 ? { ...artifact, notFinite } : artifact;
}

async function storedPicture(put: Put, picture: Tensor<"uint8">): Promise<Artifact> {
  return put(await encodePng(picture), "png");
}

async function storedPreview(put: Put, picture: Tensor<"uint8">): Promise<Artifact> {
  return put(encodePreview(picture), "png");
}

async function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => Promise<B>): Promise<Record<string, B>> {
  return Object.fromEntries(await Promise.all(Object.entries(record).map(async ([key, value]) => [key, await change(value)] as const)));
}
