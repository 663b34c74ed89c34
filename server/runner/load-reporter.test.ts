import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LoadReporter, type LoadingEvent } from "./load-reporter";

const first: LoadingEvent = { type: "loading", nodeId: "a", model: "T5" };
let said: LoadingEvent[];
let resident: number;
let reporter: LoadReporter;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  resident = 1000;
  reporter = new LoadReporter((event) => said.push(event), () => resident);
});
afterEach(() => vi.useRealTimers());

test("a short load says nothing", () => {
  reporter.begin(first, 50, 100);
  vi.advanceTimersByTime(299);
  reporter.end();
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual([]);
});

test("progress follows the memory, never goes back, and is 1 only at the end", () => {
  reporter.begin(first, 50, 100);
  for (const grown of [20, 60, 40, 500]) {
    resident = 1000 + grown;
    vi.advanceTimersByTime(said.length === 0 ? 300 : 250);
  }
  reporter.end();
  vi.advanceTimersByTime(10_000);
  expect(said.map(({ progress }) => progress)).toEqual([0.2, 0.6, 0.6, 0.99, 1]);
  expect(said[0]).toEqual({ ...first, bytes: 50, seconds: 0.3, progress: 0.2 });
});

test("without an expected growth only the seconds are said", () => {
  reporter.begin(first, 50, null);
  vi.advanceTimersByTime(300);
  expect(said).toEqual([{ ...first, bytes: 50, seconds: 0.3 }]);
});

test("at most four a second, and fewer the longer it takes", () => {
  reporter.begin(first, 50, null);
  vi.advanceTimersByTime(10_000);
  expect(said.length).toBeLessThanOrEqual(40);
  const early = said.length;
  vi.advanceTimersByTime(290_000);
  expect(said.length).toBeLessThan(200);
  expect(said.length).toBeGreaterThan(early);
});

test("a stopped one is silent", () => {
  reporter.begin(first, 50, null);
  vi.advanceTimersByTime(300);
  reporter.stop();
  reporter.end();
  vi.advanceTimersByTime(10_000);
  expect(said).toHaveLength(1);
});
