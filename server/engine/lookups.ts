/** Looks up results while a run goes on, with as few questions as can be: each goes to another process and a database. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Memory, StoredResult } from "./resolve";

/** How long a result computed a moment ago is waited for before it is computed again: two seconds in all. */
const mostTries = 100;
const waitMs = 20;
/** How long it counts that there was no result: another run may store one meanwhile. */
const freshMs = 1_000;

export class Lookups {
  /** Keys of what this run has computed. */
  private readonly computed = new Set<string>();
  private readonly found = new Map<string, StoredResult>();
  /** Keys without a result when they were last asked for, all at once. */
  private readonly absent: Set<string>;
  private asked = performance.now();

  /** `absent`: keys that had no result just now. */
  constructor(
    private readonly memory: Memory,
    absent: Iterable<string>,
  ) {
    this.absent = new Set(absent);
  }

  /** The node with this key was computed: its result is on its way to where `memory` finds it. */
  noteComputed(key: string): void {
    this.computed.add(key);
  }

  /** `novel`: something the key was made from has never been stored, so that nobody else can have computed with it. */
  async find(key: string, novel = false): Promise<StoredResult | undefined> {
    if (this.memory.keepsNew && this.computed.has(key)) return this.awaited(key);
    if (novel) return undefined;
    if (!this.absent.has(key)) return this.found.get(key) ?? (await this.memory.find([key])).get(key);
    if (performance.now() - this.asked > freshMs) await this.askAgain();
    this.absent.delete(key);
    return this.found.get(key);
  }

  private async awaited(key: string): Promise<StoredResult | undefined> {
    for (let tries = mostTries; tries > 0; tries--) {
      const result = (await this.memory.find([key])).get(key);
      if (result) return result;
      await sleep(waitMs);
    }
    return undefined;
  }

  private async askAgain(): Promise<void> {
    const results = await this.memory.find([...this.absent]);
    this.asked = performance.now();
    for (const [key, result] of results) {
      this.found.set(key, result);
      this.absent.delete(key);
    }
  }
}
