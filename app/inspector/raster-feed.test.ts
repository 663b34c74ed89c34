import { describe, expect, it } from "vitest";
import { createRasterFeed, type Drawing, type RasterRequest } from "./raster-feed";
import type { Raster, View } from "./worker/contract";

const view = (name: string): View => ({ kind: "matrix", of: { hash: name, name: "x" } });
const request = (name: string, place = "here"): RasterRequest => ({ views: [view(name)], shared: false, place });
const none = () => [];
const nameOf = (views: readonly View[]) => (views[0] as Extract<View, { kind: "matrix" }>).of.hash;

/** A worker whose answers come when the test says so, by the names of what was asked for. */
function feedOfWorker() {
  const asked: string[] = [];
  const shown: string[] = [];
  const givenBack: number[] = [];
  const answers = new Map<string, (error?: string) => void>();
  const worker = {
    draw: (views: readonly View[]) =>
      new Promise<Raster[]>((resolve, reject) => {
        const name = nameOf(views);
        asked.push(name);
        answers.set(name, (error) => (error === undefined ? resolve([{ width: 1, height: 1, rgba: new Uint8ClampedArray(4 * name.length), values: new Float32Array(1) } as Raster]) : reject(new Error(error))));
      }),
    giveBack: async (buffers: readonly ArrayBuffer[]) => void givenBack.push(...buffers.map(({ byteLength }) => byteLength)),
  };
  const say = ({ drawn, error }: Drawing) => shown.push(drawn ? nameOf(drawn.views) : (error ?? "nothing"));
  const answer = async (name: string, error?: string) => {
    answers.get(name)!(error);
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { feed: createRasterFeed(() => worker, say), asked, shown, givenBack, answer };
}

describe("what is wanted", () => {
  it("is drawn one request at a time: those overtaken meanwhile are never asked for, and the last one is", async () => {
    const { feed, asked, shown, answer } = feedOfWorker();
    for (const name of ["a", "b", "c"]) feed.want(request(name), none);
    expect(asked).toEqual(["a"]);
    await answer("a");
    expect(asked).toEqual(["a", "c"]);
    await answer("c");
    expect(shown).toEqual(["a", "c"]);
  });

  it("is of the place wanted now: what comes late of another is given back", async () => {
    const { feed, shown, givenBack, answer } = feedOfWorker();
    feed.want(request("a"), none);
    feed.want(request("b", "there"), none);
    await answer("a");
    await answer("b");
    expect(shown).toEqual(["b"]);
    expect(givenBack).toEqual([4, 4]);
  });

  it("is nothing after nothing was wanted", async () => {
    const { feed, shown, answer } = feedOfWorker();
    feed.want(request("a"), none);
    feed.want(null, none);
    await answer("a");
    expect(shown).toEqual(["nothing"]);
  });

  it("says why it could not be drawn, and draws what comes after", async () => {
    const { feed, shown, answer } = feedOfWorker();
    feed.want(request("a"), none);
    await answer("a", "It is gone.");
    feed.want(request("b"), none);
    await answer("b");
    expect(shown).toEqual(["It is gone.", "b"]);
  });
});

describe("what may be wanted next", () => {
  it("is drawn once the wanted is there, and then shown without waiting", async () => {
    const { feed, asked, shown, answer } = feedOfWorker();
    feed.want(request("a"), () => [request("b")]);
    expect(asked).toEqual(["a"]);
    await answer("a");
    expect(asked).toEqual(["a", "b"]);
    await answer("b");
    expect(shown).toEqual(["a"]);
    feed.want(request("b"), none);
    expect(shown).toEqual(["a", "b"]);
    expect(asked).toEqual(["a", "b"]);
  });

  it("is not asked for twice when it is wanted while it is drawn", async () => {
    const { feed, asked, shown, answer } = feedOfWorker();
    feed.want(request("a"), () => [request("b")]);
    await answer("a");
    feed.want(request("b"), none);
    await answer("b");
    expect([asked, shown]).toEqual([["a", "b"], ["a", "b"]]);
  });

  it("waits for what is wanted instead of it", async () => {
    const { feed, asked, shown, givenBack, answer } = feedOfWorker();
    feed.want(request("a"), () => [request("next")]);
    await answer("a");
    feed.want(request("c"), () => [request("after")]);
    await answer("next");
    expect(asked).toEqual(["a", "next", "c"]);
    await answer("c");
    await answer("after");
    expect(shown).toEqual(["a", "c"]);
    // The one drawn for nothing; the other stays ready.
    expect(givenBack).toEqual([4 * "next".length, 4]);
    feed.want(request("after"), none);
    expect(shown).toEqual(["a", "c", "after"]);
  });

  it("is drawn in its order, and kept as long as it is likely", async () => {
    const { feed, asked, shown, givenBack, answer } = feedOfWorker();
    feed.want(request("a"), () => ["b", "cc"].map((name) => request(name)));
    for (const name of ["a", "b", "cc"]) await answer(name);
    expect(asked).toEqual(["a", "b", "cc"]);
    feed.want(request("b"), () => ["cc", "ddd"].map((name) => request(name)));
    await answer("b");
    expect(asked).toEqual(["a", "b", "cc", "ddd"]);
    await answer("ddd");
    expect(givenBack).toEqual([]);
    // Whoever turns round wants neither.
    feed.want(request("a"), () => [request("z")]);
    await answer("a");
    expect(shown).toEqual(["a", "b", "a"]);
    expect(givenBack).toEqual([8, 4, 12, 4]);
  });

  it("is left alone when it cannot be drawn", async () => {
    const { feed, asked, shown, answer } = feedOfWorker();
    feed.want(request("a"), () => [request("b")]);
    await answer("a");
    await answer("b", "It is gone.");
    expect([asked, shown]).toEqual([["a", "b"], ["a"]]);
  });
});
