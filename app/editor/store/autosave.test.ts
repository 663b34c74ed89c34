import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAutosave, type SaveDesk, type SaveState } from "./autosave";

class Conflict extends Error {}

/** A desk over one string, with a server that holds it. */
function desk() {
  const server = { text: "a", version: 1, fail: null as Error | null };
  const local = { text: "a", copy: null as string | null, states: [] as SaveState["kind"][], sent: 0 };
  const hooks: SaveDesk<string> = {
    read: () => local.text,
    same: (a, b) => a === b,
    async send(text, baseVersion) {
      local.sent++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (server.fail) throw server.fail;
      if (baseVersion !== server.version) throw new Conflict();
      server.text = text;
      return { version: ++server.version, at: 0 };
    },
    isConflict: (error) => error instanceof Conflict,
    describe: (error) => (error as Error).message,
    keepCopy: (text) => void (local.copy = text),
    dropCopy: () => void (local.copy = null),
    report: (state) => void local.states.push(state.kind),
  };
  return { server, local, hooks };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("autosave", () => {
  it("sends once after typing pauses, and drops the local copy then", async () => {
    const { server, local, hooks } = desk();
    const autosave = createAutosave(hooks, "a", 1);
    for (const text of ["b", "bc", "bcd"]) {
      local.text = text;
      autosave.changed();
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(local.copy).toBe("bcd");
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.text).toBe("bcd");
    expect(local).toMatchObject({ sent: 1, copy: null });
    expect(local.states.at(-1)).toBe("saved");
  });

  it("keeps local copies again after a save that overtook one", async () => {
    const { server, local, hooks } = desk();
    const autosave = createAutosave(hooks, "a", 1);
    local.text = "b";
    autosave.changed();
    const saved = autosave.flush();
    await vi.advanceTimersByTimeAsync(120);
    await saved;
    server.fail = new Error("gone");
    local.text = "c";
    autosave.changed();
    await vi.advanceTimersByTimeAsync(1000);
    expect(local.copy).toBe("c");
  });

  it("saves again what changed while a save was under way", async () => {
    const { server, local, hooks } = desk();
    const autosave = createAutosave(hooks, "a", 1);
    local.text = "b";
    const flushed = autosave.flush();
    await vi.advanceTimersByTimeAsync(50);
    local.text = "c";
    autosave.changed();
    await vi.advanceTimersByTimeAsync(2000);
    await flushed;
    expect(server).toMatchObject({ text: "c", version: 3 });
  });

  it("keeps the edit through failures and tries again", async () => {
    const { server, local, hooks } = desk();
    const autosave = createAutosave(hooks, "a", 1);
    server.fail = new Error("The server does not answer.");
    local.text = "b";
    autosave.changed();
    await vi.advanceTimersByTimeAsync(1000);
    expect(local.states.at(-1)).toBe("failed");
    expect(local.copy).toBe("b");
    server.fail = null;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.text).toBe("b");
    expect(local.copy).toBe(null);
  });

  it("stops at a conflict until it is settled", async () => {
    const { server, local, hooks } = desk();
    const autosave = createAutosave(hooks, "a", 1);
    server.version = 5;
    local.text = "mine";
    autosave.changed();
    await vi.advanceTimersByTimeAsync(1000);
    expect(local.states.at(-1)).toBe("conflict");
    local.text = "mine too";
    autosave.changed();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(local.sent).toBe(1);
    expect(local.copy).toBe("mine too");
    await expect(autosave.flush()).rejects.toThrow("Choose which version");
    local.text = "theirs";
    autosave.settle("theirs", 5, 0);
    expect(local.states.at(-1)).toBe("saved");
    expect(local.copy).toBe(null);
  });
});
