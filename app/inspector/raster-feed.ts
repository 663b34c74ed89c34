/** Pictures for one place of the page: those wanted now and, once they are there, those likely to be wanted next. */
import type { InspectorWorker, Raster, View } from "./worker/contract";

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
  /** `next` says what may be wanted after it; asked once the wanted is there, so it may take its time. */
  want(request: RasterRequest | null, next: () => RasterRequest | null): void;
}

interface Keyed extends RasterRequest {
  readonly key: string;
}

const keyed = (request: RasterRequest): Keyed => ({ ...request, key: JSON.stringify([request.shared, request.place, request.views]) });

/** The memory of rasters; those of projections have no values. */
export const buffersOf = ({ rasters }: Drawn) => rasters.flatMap(({ rgba, values }) => (values ? [rgba.buffer, values.buffer] : [rgba.buffer]));

/**
 * One request at a time: one that is overtaken by a newer is never sent, so that scrubbing draws as many steps as can be
 * drawn, and ends on the last. `show` hears at once, within `want`, of what was drawn ahead.
 */
export function createRasterFeed(worker: () => Pick<InspectorWorker, "draw" | "giveBack">, show: (drawing: Drawing) => void): RasterFeed {
  let wanted: Keyed | null = null;
  let next: () => RasterRequest | null = () => null;
  let ahead: { readonly key: string; readonly drawn: Drawn } | null = null;
  let busy = false;

  const drop = (drawn: Drawn | undefined) => {
    if (drawn) void worker().giveBack(buffersOf(drawn));
  };
  const keep = (key: string, drawn: Drawn) => {
    drop(ahead?.drawn);
    ahead = { key, drawn };
  };

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
    if (!rasters) return;
    const drawn = { views: request.views, rasters };
    if (wanted?.key !== request.key) return keep(request.key, drawn);
    wanted = null;
    show({ drawn, error: null });
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    let tried: string | null = null;
    for (;;) {
      if (wanted) {
        await drawWanted(wanted);
        continue;
      }
      const following = next();
      const request = following && keyed(following);
      if (!request || request.key === ahead?.key || request.key === tried) break;
      tried = request.key;
      await drawAhead(request);
    }
    busy = false;
  };

  return {
    want: (request, following) => {
      next = following;
      wanted = request && keyed(request);
      if (request === null) show(nothingDrawn);
      if (ahead && wanted?.key === ahead.key) {
        show({ drawn: ahead.drawn, error: null });
        ahead = null;
        wanted = null;
      }
      void work();
    },
  };
}
