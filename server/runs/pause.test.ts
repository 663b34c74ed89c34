import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Pause } from "./pause";

/** Whether the wait was over `ms` after it began, by the test's own clock. */
async function isOverAfter(wait: Promise<void>, ms: number): Promise<boolean> {
  let over = false;
  void wait.then(() => (over = true));
  await vi.advanceTimersByTimeAsync(ms);
  return over;
}

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

test("a pause lasts its time, unless it is cut short", async () => {
  const pause = new Pause();
  const whole = pause.wait(50);
  expect(await isOverAfter(whole, 0)).toBe(false);
  pause.cut();
  await whole;
});

test("a cut between two waits ends the next one at once, and only that", async () => {
  const pause = new Pause();
  pause.cut();
  pause.cut();
  await pause.wait(60_000);
  const next = pause.wait(60_000);
  expect(await isOverAfter(next, 0)).toBe(false);
  pause.cut();
  await next;
});

test("a signal ends a wait", async () => {
  const stop = new AbortController();
  const waiting = new Pause().wait(60_000, stop.signal);
  stop.abort();
  await waiting;
});
