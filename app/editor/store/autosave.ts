/** Saves a document soon after it changed, one save at a time, and never loses an edit on the way. */

export type SaveState =
  | { kind: "saved"; version: number; at: number }
  | { kind: "waiting" }
  | { kind: "saving" }
  | { kind: "failed"; message: string }
  /** Someone else saved in between; nothing is sent until the person chose. */
  | { kind: "conflict" };

export interface SaveDesk<D> {
  read(): D;
  same(a: D, b: D): boolean;
  /** Rejects when it could not be saved. */
  send(document: D, baseVersion: number): Promise<{ version: number; at: number }>;
  isConflict(error: unknown): boolean;
  describe(error: unknown): string;
  /** A copy on this machine, for a tab that closes before the save arrives. */
  keepCopy(document: D, baseVersion: number): void;
  dropCopy(): void;
  report(state: SaveState): void;
}

const delay = 700;
const copyDelay = 150;
const longestRetry = 30_000;

export interface Autosave<D> {
  /** Say this after every edit. */
  changed(): void;
  /** Saves what is unsaved now; rejects when that fails. */
  flush(): Promise<void>;
  /** Keeps the local copy current at once: the page is going away. */
  leave(): void;
  retry(): void;
  /** The conflict was settled: from here on `saved` is what the server has. */
  settle(saved: D, version: number, at: number): void;
  stop(): void;
}

export function createAutosave<D>(desk: SaveDesk<D>, saved: D, version: number): Autosave<D> {
  let last = saved;
  let base = version;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let copyTimer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | null = null;
  let failures = 0;
  let blocked = false;

  const dirty = () => !desk.same(desk.read(), last);
  const keepCopy = () => {
    clearTimeout(copyTimer);
    copyTimer = undefined;
    if (dirty()) desk.keepCopy(desk.read(), base);
  };

  async function send(): Promise<void> {
    clearTimeout(timer);
    const document = desk.read();
    desk.report({ kind: "saving" });
    try {
      const result = await desk.send(document, base);
      last = document;
      base = result.version;
      failures = 0;
      if (dirty()) {
        desk.report({ kind: "waiting" });
        schedule(delay);
      } else {
        clearTimeout(copyTimer);
        copyTimer = undefined;
        desk.dropCopy();
        desk.report({ kind: "saved", version: base, at: result.at });
      }
    } catch (error) {
      if (desk.isConflict(error)) {
        blocked = true;
        desk.report({ kind: "conflict" });
      } else {
        failures++;
        desk.report({ kind: "failed", message: desk.describe(error) });
        schedule(Math.min(longestRetry, 1000 * 2 ** failures));
      }
      throw error;
    }
  }

  /** One save at a time: a second waits for the first and sends what is new then. */
  function start(): Promise<void> {
    sending ??= send().finally(() => {
      sending = null;
    });
    return sending;
  }

  function schedule(after: number): void {
    clearTimeout(timer);
    // The failure is in the report; nobody awaits a scheduled save.
    timer = setTimeout(() => void start().catch(() => {}), after);
  }

  return {
    changed() {
      copyTimer ??= setTimeout(keepCopy, copyDelay);
      if (blocked || sending) return;
      if (failures === 0) desk.report({ kind: "waiting" });
      schedule(failures === 0 ? delay : Math.min(longestRetry, 1000 * 2 ** failures));
    },
    async flush() {
      if (blocked) throw new Error("This workflow was changed elsewhere. Choose which version to keep first.");
      if (sending) await sending;
      if (dirty()) await start();
    },
    leave: keepCopy,
    retry() {
      if (!blocked) void start().catch(() => {});
    },
    settle(document, settledVersion, at) {
      blocked = false;
      failures = 0;
      last = document;
      base = settledVersion;
      clearTimeout(timer);
      if (dirty()) schedule(0);
      else {
        desk.dropCopy();
        desk.report({ kind: "saved", version: base, at });
      }
    },
    stop() {
      keepCopy();
      clearTimeout(timer);
      if (dirty() && !blocked && !sending) void start().catch(() => {});
      clearTimeout(timer);
    },
  };
}
