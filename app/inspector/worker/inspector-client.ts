/** The inspector's worker as promises. */
import { currentTranslator } from "@/app/i18n/current-translator";
import type { Translate } from "@/app/i18n/translate";
import { sentence } from "@/app/i18n/vocabulary";
import type { InspectorWorker } from "./contract";
import { sent, type Answer, type Call, type Method } from "./messages";

/** What is needed of a Worker. */
export type Port = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

export interface InspectorClient extends InspectorWorker {
  /** Ends the worker; whatever is still open rejects. */
  close(): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** What was foreseen is said in the page's language; of anything else the words are all there is, behind a sentence that says so. */
const errorWords = ({ error, said }: Extract<Answer, { error: string }>, t: Translate) => (said ? sentence(said, t) : t("inspector.failures.unforeseen", { words: error }));

/** Starts a worker of its own. In a browser only. */
export function startInspector(): InspectorClient {
  return inspectorClient(new Worker(new URL("./inspector-worker.ts", import.meta.url), { type: "module", name: "inspector" }));
}

/** The client of a worker that is there. */
export function inspectorClient(port: Port): InspectorClient {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | null = null;

  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  port.addEventListener("message", (event) => {
    const answer = (event as MessageEvent<Answer>).data;
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) call?.reject(new Error(errorWords(answer, currentTranslator())));
    else call?.resolve(answer.result);
  });
  // It answers errors of its own; this is a script that did not load or ran out of memory.
  port.addEventListener("error", (event) => {
    const { message } = event as ErrorEvent;
    const t = currentTranslator();
    end(new Error(message ? t("inspector.failures.endedBecause", { reason: message }) : t("inspector.failures.ended")));
  });

  const send = <M extends Method>(method: M, args: readonly unknown[], handedOver: ArrayBuffer[] = []): ReturnType<InspectorWorker[M]> => {
    const answered = new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = ++calls;
      port.postMessage({ id, method, args } satisfies Call, handedOver);
      waiting.set(id, { resolve, reject });
    });
    return answered as ReturnType<InspectorWorker[M]>;
  };
  const call = <M extends Method>(method: M, ...args: readonly unknown[]) => send(method, args);
  return {
    describe: (hash) => call("describe", hash),
    draw: (views, shared) => call("draw", views.map(sent), shared),
    giveBack: (buffers) => send("giveBack", [buffers], [...buffers]).catch(() => undefined),
    scaleOver: (views) => call("scaleOver", views.map(sent)),
    drawDifference: (a, b) => call("drawDifference", sent(a), sent(b)),
    statistics: (of) => call("statistics", of),
    statisticsOver: (of) => call("statisticsOver", of),
    histogram: (of, bins) => call("histogram", of, bins),
    compare: (a, b) => call("compare", a, b),
    values: (of) => call("values", of),
    valuesOver: (of) => call("valuesOver", of),
    channelHistograms: (of) => call("channelHistograms", of),
    npy: (of) => call("npy", of),
    prefetch: (hashes) => call("prefetch", hashes).catch(() => undefined),
    close: () => {
      port.terminate();
      end(new Error(currentTranslator()("inspector.failures.closed")));
    },
  };
}
