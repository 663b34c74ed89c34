/** Pictures for one place of the page: those wanted now and, once they are there, those likely to be wanted next. */
import type { InspectorWorker, Raster, View } from "./worker/contract";
import { keyOfViews } from "./worker/messages";

export interface Drawn {
  /** The views that the rasters show: while newer ones are drawn, those before. */
  readonly views: readonly View[];
  readonly rasters: readonly Raster[];
}

export interface Drawing {
  readonly drawn: Drawn | null;
  readonly error: string | null;
}

export const nothingDrawn: Drawing = { drawn: null, error: null };

export interface RasterRequest {
  readonly views: readonly View[];
  /** One scale over all of them. */
  readonly shared: boolean;
  /** Pictures of one place may stand for each other until the wanted one is there. */
  readonly place: string;
}

export interface RasterFeed {
  /** `next` says what may be wanted after it, the first first; asked once the wanted is there. */
  want(request: RasterRequest | null, next: () => readonly RasterRequest[]): void;
}

interface Keyed extends RasterRequest {
  readonly key: string;
}

const keyed = (request: RasterRequest): Keyed => ({ ...request, key: `${request.shared} ${request.place} ${keyOfViews(request.views)}` });

/** The memory of rasters; those of projections have no values. */
export const buffersOf = ({ rasters }: Drawn) => rasters.flatMap(({ rgba, values }) => (values ? [rgba.buffer, values.buffer] : [rgba.buffer]));

/**
 * One request at a time: one that is overtaken by a newer is never sent, so that scrubbing draws as many steps as can be
 * drawn, and ends on the last. `show` hears at once, within `want`, of what was drawn ahead.
 */
export function createRasterFeed(worker: () => Pick<InspectorWorker, "draw" | "giveBack">, show: (drawing: Drawing) => void): RasterFeed {
  let wanted: Keyed | null = null;
  let next: () => readonly RasterRequest[] = () => [];
  /** What is likely to be wanted, once that was asked. */
  let likely: readonly Keyed[] | null = null;
  const ahead = new Map<string, Drawn>();
  let busy = false;

  const drop = (drawn: Drawn) => void worker().giveBack(buffersOf(drawn));

  const drawWanted = async (request: Keyed) => {
    // Nothing may be wanted any more, or something of another place.
    const counts = () => wanted?.place === request.place;
    try {
      const drawn = { views: request.views, rasters: await worker().draw(request.views, request.shared) };
      if (counts()) show({ drawn, error: null });
      else drop(drawn);
    } catch (error) {
      if (counts()) show({ drawn: null, error: error instanceof Error ? error.message : String(error) });
    }
    if (wanted?.key === request.key) wanted = null;
  };

  const drawAhead = async (request: Keyed) => {
    const rasters = await worker().draw(request.views, request.shared).catch(() => null);
    if (!rasters) {
      likely = likely?.filter(({ key }) => key !== request.key) ?? null;
      return;
    }
    const drawn = { views: request.views, rasters };
    if (wanted?.key === request.key) {
      wanted = null;
      show({ drawn, error: null });
    } else ahead.set(request.key, drawn);
  };

  /** The next one to draw ahead; those that nobody is likely to want any more are let go. */
  const nextAhead = (): Keyed | undefined => {
    likely ??= next().map(keyed);
    const keys = new Set(likely.map(({ key }) => key));
    for (const [key, drawn] of ahead) {
      if (keys.has(key)) continue;
      ahead.delete(key);
      drop(drawn);
    }
    return likely.find(({ key }) => !ahead.has(key));
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    for (;;) {
      if (wanted) await drawWanted(wanted);
      // What was shown is painted first.
      await Promise.resolve();
      if (wanted) continue;
      const request = nextAhead();
      if (!request) break;
      await drawAhead(request);
    }
    busy = false;
  };

  return {
    want: (request, following) => {
      next = following;
      likely = null;
      wanted = request && keyed(request);
      if (request === null) show(nothingDrawn);
      const ready = wanted && ahead.get(wanted.key);
      if (wanted && ready) {
        ahead.delete(wanted.key);
        wanted = null;
        show({ drawn: ready, error: null });
      }
      void work();
    },
  };
}
