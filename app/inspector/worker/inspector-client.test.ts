import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { setCurrentTranslator } from "@/app/i18n/current-translator";
import { english, translatorOf } from "@/app/i18n/translator";
import { referenceFile } from "../tensors/test-files";
import type { View } from "./contract";
import { createInspector } from "./inspector";
import { inspectorClient, type InspectorClient, type Port } from "./inspector-client";
import type { Answer, Call } from "./messages";
import { serveInspector } from "./serving";

/** The worker's own code on the other end of a channel, which copies and transfers as a worker's does. */
function clientOfWorker(): { client: InspectorClient; calls: Call[]; fail: (message: string) => void } {
  const { port1, port2 } = new MessageChannel();
  const calls: Call[] = [];
  serveInspector(
    {
      postMessage: (answer, transfer) => port2.postMessage(answer, transfer as ArrayBuffer[]),
      addEventListener: (_, listener) => port2.on("message", (data: Call) => {
        calls.push(data);
        listener({ data });
      }),
    },
    createInspector(async () => new Response(referenceFile())),
  );
  let fail: (message: string) => void = () => undefined;
  const port = {
    postMessage: (call: unknown, transfer: ArrayBuffer[]) => port1.postMessage(call, transfer),
    terminate: () => port1.close(),
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      if (type === "error") fail = (message) => listener({ message });
      else port1.on("message", (data) => listener({ data }));
    },
  } as unknown as Port;
  const client = inspectorClient(port);
  opened.push(client);
  return { client, calls, fail: (message) => fail(message) };
}

/** A client of a worker that answers what it is told to. */
function silentClient(): { client: InspectorClient; answer: (answer: Answer) => void } {
  let answer: (answer: Answer) => void = () => undefined;
  const port = {
    postMessage: () => undefined,
    terminate: () => undefined,
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      if (type === "message") answer = (data) => listener({ data });
    },
  } as unknown as Port;
  const client = inspectorClient(port);
  opened.push(client);
  return { client, answer: (data) => answer(data) };
}

const opened: InspectorClient[] = [];
afterEach(() => opened.splice(0).forEach((client) => client.close()));

const reference = (name: string) => ({ hash: "12345678abc", name });

describe("the inspector's worker", () => {
  it("answers each call, in whatever order they end", async () => {
    const { client } = clientOfWorker();
    const [summary, statistics, { data }] = await Promise.all([client.describe("12345678abc"), client.statistics(reference("known")), client.values(reference("counts"))]);
    expect(summary.length).toBeGreaterThan(10);
    expect(statistics).toMatchObject({ count: 3, max: 1 });
    expect([...data]).toHaveLength(4);
  });

  it("sends pictures, which can be drawn again", async () => {
    const { client } = clientOfWorker();
    const view: View = { kind: "latent-channels", of: reference("latents.0"), scale: "per-channel" };
    const [[first], [second]] = [await client.draw([view], false), await client.draw([view], false)];
    expect(first!.rgba).toBeInstanceOf(Uint8ClampedArray);
    expect(second).toEqual(first);
    expect(await client.drawDifference(view, view)).toMatchObject({ width: 11, height: 13 });
  });

  it("makes pictures in memory that was given back, which cannot be read any more", async () => {
    const { client } = clientOfWorker();
    const large: View = { kind: "matrix", of: reference("latents.0") };
    const small: View = { kind: "latent-channels", of: reference("latents.1"), scale: "shared" };
    const [[before], [other]] = [await client.draw([large], false), await client.draw([small], false)];
    const wanted = { pixels: [...before!.rgba], values: [...before!.values!] };
    await client.giveBack([before!, other!].flatMap(({ rgba, values }) => [rgba.buffer, values!.buffer]));
    expect(before!.rgba.length).toBe(0);
    const [[again], [otherAgain]] = [await client.draw([large], false), await client.draw([small], false)];
    expect([...again!.rgba]).toEqual(wanted.pixels);
    expect([...again!.values!]).toEqual(wanted.values);
    expect(otherAgain!.scale).toEqual(other!.scale);
  });

  it("rejects with the words of the error", async () => {
    const { client } = clientOfWorker();
    const failed = client.values(reference("nothing"));
    await expect(failed).rejects.toThrow(Error);
    await expect(failed).rejects.toThrow('There is no tensor "nothing" in artifact 12345678');
    await expect(client.prefetch(["nothing"])).resolves.toBeUndefined();
  });

  it("says in the page's language that something was not foreseen, with the words there are", async () => {
    const { client, answer } = silentClient();
    const failed = client.describe("12345678abc");
    answer({ id: 1, error: "Array buffer allocation failed" });
    await expect(failed).rejects.toThrow("The inspector could not show this: “Array buffer allocation failed”. Reload the page to try again.");
    setCurrentTranslator(translatorOf("zh"));
    const again = client.describe("12345678abc");
    answer({ id: 2, error: "Array buffer allocation failed" });
    await expect(again).rejects.toThrow("检查器无法显示：“Array buffer allocation failed”。请重新加载页面再试。");
    setCurrentTranslator(english);
  });

  it("is sent of ten thousand frames the few that a basis is fitted on", async () => {
    const { client, calls } = clientOfWorker();
    const timeline = Array.from({ length: 10_000 }, (_, i) => reference(`latents.${i % 3}`));
    const [raster] = await client.draw([{ kind: "latent-components", of: timeline[0]!, timeline }], false);
    expect(raster!.basis).toMatchObject({ frames: 32, of: 10_000 });
    expect((calls[0]!.args[0] as { timeline: unknown[] }[])[0]!.timeline).toHaveLength(32);
  });

  it("rejects whatever is open when it breaks or is closed, and all that follows", async () => {
    const broken = clientOfWorker();
    const pending = broken.client.describe("12345678abc");
    broken.fail("out of memory");
    await expect(pending).rejects.toThrow("The inspector's worker ended: out of memory. Reload the page.");
    await expect(broken.client.describe("12345678abc")).rejects.toThrow("Reload the page");
    const { client } = clientOfWorker();
    const left = client.describe("12345678abc");
    client.close();
    await expect(left).rejects.toThrow("The inspector was closed.");
  });
});
