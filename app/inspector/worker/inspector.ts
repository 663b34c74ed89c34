/** What the inspector's worker answers, without the worker around it. */
import type { Field, Projection } from "../tensors/field";
import { said } from "@/nodes/said";
import { InspectorError } from "../inspector-error";
import { float32Copy } from "../tensors/tensor-numbers";
import { channelHistogramsOf, differenceOf, histogramOf, statisticsOf } from "../tensors/statistics";
import { differenceRaster, joinedScale, rastersOf } from "../tensors/raster";
import { npyFile } from "../tensors/npy-file";
import { pixelMemory } from "../tensors/pixel-memory";
import { ArtifactCache, ArtifactGone, type Fetch, type LoadedTensor } from "./artifact-cache";
import type { InspectorWorker, Scale, Statistics, TensorRef, View } from "./contract";
import { FittedBases } from "./fitted-bases";
import { ViewPictures } from "./view-pictures";

/** Statistics kept; each takes some 200 bytes. */
const mostStatistics = 50_000;
/** Scales of single views kept; each takes some 400 bytes. */
const mostScales = 5000;
/** Requests under way at a time where many artifacts are wanted: a browser has six connections to a server, and the page needs some. */
const mostRequests = 3;

/** Fetches by `fetch`, keeps up to `budget` bytes of artifacts. */
export function createInspector(fetch: Fetch, budget?: number): InspectorWorker {
  const artifacts = new ArtifactCache(fetch, budget);
  const memory = pixelMemory();
  const pictures = new ViewPictures(artifacts, new FittedBases(artifacts), memory);
  const known = new Map<string, Statistics>();
  const scales = new Map<string, Scale | null>();
  let prefetched = 0;

  const statisticsOfTensor = (ref: TensorRef, tensor: LoadedTensor): Statistics => {
    const key = keyOf(ref);
    const statistics = known.get(key) ?? statisticsOf(tensor.numbers());
    known.set(key, statistics);
    if (known.size > mostStatistics) known.delete(known.keys().next().value!);
    return statistics;
  };

  const peek = async <T>(ref: TensorRef, read: (tensor: LoadedTensor) => T): Promise<T | null> => {
    try {
      const artifact = await artifacts.peek(ref.hash);
      // Some tensors are there at some steps only: residuals while a ControlNet is in its range.
      return artifact.tensors.some(({ name }) => name === ref.name) ? read(artifact.tensor(ref.name)) : null;
    } catch (error) {
      if (error instanceof ArtifactGone) return null;
      throw error;
    }
  };

  const scaleOf = async (view: View): Promise<Scale | null> => {
    const key = JSON.stringify(view);
    const kept = scales.get(key);
    if (kept !== undefined) return kept;
    try {
      const { scale } = rastersOf([await pictures.draw(view)], false)[0]!;
      scales.set(key, scale);
      if (scales.size > mostScales) scales.delete(scales.keys().next().value!);
      return scale;
    } catch (error) {
      if (error instanceof ArtifactGone) return null;
      throw error;
    }
  };

  return {
    describe: async (hash) => (await artifacts.load(hash)).tensors.map(({ name, dtype, dims, bytes }) => ({ name, dtype, dims, bytes: bytes.length })),
    draw: async (views, shared) => rastersOf(await Promise.all(views.map(async (view) => withRange(await pictures.draw(view), view.range))), shared, memory),
    giveBack: async (buffers) => buffers.forEach((buffer) => memory.give(buffer)),
    scaleOver: async (views) => {
      const scales: Scale[] = [];
      for (const view of views) {
        const scale = await scaleOf(view);
        if (scale) scales.push(scale);
      }
      return joinedScale(scales);
    },
    drawDifference: async (a, b) => {
      const apart = await pictures.apart(a, b);
      return apart ? rastersOf([apart], false)[0]! : differenceRaster(...(await Promise.all([pictures.drawNumbers(a), pictures.drawNumbers(b)])));
    },
    statistics: async (of) => known.get(keyOf(of)) ?? statisticsOfTensor(of, await artifacts.tensor(of)),
    statisticsOver: (of) => inTurns(of, async (ref) => known.get(keyOf(ref)) ?? peek(ref, (tensor) => statisticsOfTensor(ref, tensor))),
    valuesOver: (of) => inTurns(of, (ref) => peek(ref, (tensor) => float32Copy(tensor.numbers()))),
    channelHistograms: async (of) => {
      const { dims, dtype, numbers } = await artifacts.tensor(of);
      if (dtype !== "U8" || dims.length !== 3) throw new InspectorError(said(`"{name}" has the shape [{shape}]; histograms of channels are of 8-bit pictures, [height, width, channels].`, { name: of.name, shape: dims.join(", ") }));
      return channelHistogramsOf(numbers(), dims[2]!);
    },
    histogram: async (of, bins) => histogramOf((await artifacts.tensor(of)).numbers(), bins),
    compare: async (a, b) => {
      const [one, other] = await Promise.all([artifacts.tensor(a), artifacts.tensor(b)]);
      if (one.dims.join() !== other.dims.join()) {
        throw new InspectorError(said(`"{name}" has the shape [{shape}], "{other}" [{otherShape}]. Only tensors of one shape can be compared.`, { name: a.name, shape: one.dims.join(", "), other: b.name, otherShape: other.dims.join(", ") }));
      }
      const { min, max } = statisticsOfTensor(a, one);
      return differenceOf(one.numbers(), other.numbers(), one.dtype === "U8" ? 255 : max - min);
    },
    values: async (of) => {
      const tensor = await artifacts.tensor(of);
      return { dims: tensor.dims, data: float32Copy(tensor.numbers()) };
    },
    npy: async (of) => npyFile(await artifacts.tensor(of)),
    prefetch: async (hashes) => {
      const asked = ++prefetched;
      let wanted = 0;
      await inTurns(hashes, async (hash) => {
        // More would push out what was fetched just before; and what is near now may not be what was near then.
        if (wanted < artifacts.budget && asked === prefetched) wanted += (await artifacts.load(hash).catch(() => null))?.bytes ?? 0;
      });
    },
  };
}

function withRange(drawn: Field | Projection, range: View["range"]): Field | Projection {
  return range && "values" in drawn ? { ...drawn, range } : drawn;
}

function keyOf({ hash, name }: TensorRef): string {
  return `${hash} ${name}`;
}

/** The results in order, a few under way at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const turn = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostRequests, items.length) }, turn));
  return results;
}
