/** A wait that can be cut short from outside. */
export class Pause {
  private cutShort = false;
  private end: (() => void) | null = null;

  /** Resolves after `ms`, when it is cut short, or when `signal` aborts; at once when it was cut short since the last wait. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    // Not AbortSignal.any: in Node 20 every signal made by it stays with the long-lived one it was made from.
    if (!this.cutShort && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal?.addEventListener("abort", end);
        this.end = end;
      });
    }
    this.end = null;
    this.cutShort = false;
  }

  cut(): void {
    this.cutShort = true;
    this.end?.();
  }
}
