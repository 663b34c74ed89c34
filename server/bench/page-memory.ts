/** What the largest page process of a browser takes, as Linux and as Chromium's own allocator count it. */
import type { Browser } from "@playwright/test";
import { memoryOf, type ProcessMemory } from "./process-memory";

export interface PageMemory extends ProcessMemory {
  /**
   * Of the resident bytes, the partition that holds bodies of responses. A page hands a body on and lets it go; what stays
   * there Chromium most likely keeps for whoever drives it over its protocol, as this bench does.
   */
  readonly bodyBytes: number;
}

/** Null where /proc is not there. */
export async function pageMemory(browser: Browser): Promise<PageMemory | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === "renderer").flatMap(({ id }) => memoryOf(id) ?? []);
  const largest = pages.sort((a, b) => b.peakBytes - a.peakBytes)[0];
  return largest ? { ...largest, bodyBytes: await partitionBytes(browser, largest.pid, "buffer") } : null;
}

interface MemoryDump {
  readonly pid: number;
  readonly args?: { readonly dumps?: { readonly allocators?: Readonly<Record<string, { readonly attrs?: { readonly size?: { readonly value: string } } }>> } };
}

/** 0 when the process says nothing of such a partition. */
async function partitionBytes(browser: Browser, pid: number, partition: string): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const dumps: MemoryDump[] = [];
  session.on("Tracing.dataCollected", ({ value }) => dumps.push(...(value as unknown as MemoryDump[])));
  const complete = new Promise<void>((resolve) => session.once("Tracing.tracingComplete", () => resolve()));
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["disabled-by-default-memory-infra"], excludedCategories: ["*"] } });
  await session.send("Tracing.requestMemoryDump", { levelOfDetail: "detailed" });
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const sizes = dumps.filter((dump) => dump.pid === pid).flatMap(({ args }) => args?.dumps?.allocators?.[`partition_alloc/partitions/${partition}`]?.attrs?.size?.value ?? []);
  return Math.max(0, ...sizes.map((hexadecimal) => Number.parseInt(hexadecimal, 16)));
}
