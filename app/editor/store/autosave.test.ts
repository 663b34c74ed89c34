import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAutosave, type SaveDesk, type SaveState, type Stored, type Unsaved } from "./autosave";

class Conflict extends Error {}
class Away extends Error {}

/** A desk over lists of words, with a server that holds one. Words that both sides added are joined; "!" on both is a conflict. */
type Words = readonly string[];

function desk(first: Words = ["a"]) {
  const server = { words: first, version: 1, fail: null as Error | null, loseAnswer: false };
  const local = { words: first, kept: null as Unsaved<Words> | null, canKeep: true, states: [] as SaveState[], sent: 0 };
  const equal = (a: Words, b: Words) => a.join() === b.join();
  const hooks: SaveDesk<Words> = {
    read: () => local.words,
    same: (a, b) => a === b,
    equal,
    async send(words, baseVersion) {
      local.sent++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (server.fail) throw server.fail;
      if (baseVersion !== server.version) throw new Conflict();
      server.words = words;
      server.version++;
      if (server.loseAnswer) throw new Away();
      return { version: server.version, at: 0 };
    },
    storedBy: (error) => (error instanceof Conflict ? stored() : null),
    isAway: (error) => error instanceof Away,
    describe: (error) => (error as Error).message,
    join(base, { document }) {
      const added = local.words.filter((word) => !base.includes(word));
      if (added.includes("!") && document.includes("!") && !base.includes("!")) return null;
      const news = added.filter((word) => !document.includes(word));
      local.words = news.length > 0 ? [...document, ...news] : document;
      return document;
    },
    keep: async (unsaved) => {
      if (local.canKeep) local.kept = unsaved;
      return local.canKeep;
    },
    drop: () => void (local.kept = null),
    report: (state) => void local.states.push(state),
  };
  const stored = (): Stored<Words> => ({ document: [...server.words], version: server.version, at: 0 });
  const autosave = createAutosave(hooks, { document: first, version: 1, at: 0 });
  const write = (...words: string[]) => {
    local.words = [...local.words, ...words];
    autosave.changed();
  };
  const elsewhere = (...words: string[]) => {
    server.words = [...server.words, ...words];
    server.version++;
    return stored();
  };
  return { server, local, autosave, write, elsewhere, stored, last: () => local.states.at(-1) };
}

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("autosave", () => {
  it("sends once after typing pauses, and drops what was kept on this machine then", async () => {
    const { server, local, write, last } = desk();
    for (const word of ["b", "c", "d"]) {
      write(word);
      await after(300);
    }
    expect(local.kept).toMatchObject({ document: ["a", "b", "c", "d"], base: ["a"], baseVersion: 1 });
    await after(2000);
    expect(server.words).toEqual(["a", "b", "c", "d"]);
    expect(local).toMatchObject({ sent: 1, kept: null });
    expect(last()).toMatchObject({ kind: "saved", version: 2, elsewhere: false });
  });

  it("sends while somebody goes on and on, too", async () => {
    const { server, write } = desk();
    for (let number = 0; number < 10; number++) {
      write(`${number}`);
      await after(400);
    }
    expect(server.version).toBeGreaterThan(1);
  });

  it("keeps edits again after a save that overtook them", async () => {
    const { server, local, write, autosave } = desk();
    write("b");
    const saved = autosave.flush();
    await after(120);
    await saved;
    server.fail = new Error("gone");
    write("c");
    await after(1000);
    expect(local.kept).toMatchObject({ document: ["a", "b", "c"], base: ["a", "b"], baseVersion: 2 });
  });

  it("saves again what changed while a save was under way", async () => {
    const { server, write, autosave } = desk();
    write("b");
    const flushed = autosave.flush();
    await after(50);
    write("c");
    await after(2000);
    await flushed;
    expect(server).toMatchObject({ words: ["a", "b", "c"], version: 3 });
  });

  it("says why it could not be saved, and tries again", async () => {
    const { server, local, write, last } = desk();
    server.fail = new Error("The disk is full.");
    write("b");
    await after(1000);
    expect(last()).toEqual({ kind: "failed", message: "The disk is full." });
    expect(local.kept?.document).toEqual(["a", "b"]);
    server.fail = null;
    await after(10_000);
    expect(server.words).toEqual(["a", "b"]);
    expect(local.kept).toBe(null);
  });
});

describe("while the server is away", () => {
  it("keeps edits here, says so, and sends them as soon as the server is heard of", async () => {
    const { server, local, write, last, autosave } = desk();
    server.fail = new Away();
    write("b");
    await after(1000);
    write("c");
    expect(last()).toEqual({ kind: "offline", kept: true });
    await after(200);
    expect(local.kept?.document).toEqual(["a", "b", "c"]);
    server.fail = null;
    autosave.reached(true);
    // The save without an answer, and what came after it.
    await after(250);
    expect(server.words).toEqual(["a", "b", "c"]);
    expect(last()?.kind).toBe("saved");
  });

  it("says it at the first edit when it is known already", () => {
    const { write, last, autosave } = desk();
    autosave.reached(false);
    expect(last()).toBeUndefined();
    write("b");
    expect(last()).toEqual({ kind: "offline", kept: true });
  });

  it("says when this machine keeps nothing either", async () => {
    const { server, local, write, last } = desk();
    server.fail = new Away();
    local.canKeep = false;
    write("b");
    await after(1000);
    expect(last()).toEqual({ kind: "offline", kept: false });
  });

  it("joins what others saved meanwhile", async () => {
    const { server, local, write, elsewhere, autosave, last } = desk();
    server.fail = new Away();
    write("mine");
    await after(1000);
    elsewhere("theirs");
    server.fail = null;
    autosave.reached(true);
    await after(2000);
    expect(server.words).toEqual(["a", "theirs", "mine"]);
    expect(local.words).toEqual(["a", "theirs", "mine"]);
    expect(last()).toMatchObject({ kind: "saved", version: 3 });
  });

  it("knows its own save again whose answer was lost", async () => {
    const { server, local, write, last } = desk();
    server.loseAnswer = true;
    write("!");
    await after(850);
    expect(last()?.kind).toBe("offline");
    server.loseAnswer = false;
    // Typed on: "!" of before is no one else's.
    write("more");
    await after(10_000);
    expect(server.words).toEqual(["a", "!", "more"]);
    expect(local.kept).toBe(null);
    expect(last()?.kind).toBe("saved");
  });
});

describe("what others save", () => {
  it("is taken in, and nothing is sent back", async () => {
    const { local, elsewhere, autosave, last } = desk();
    autosave.receive(elsewhere("theirs"));
    await after(5000);
    expect(local).toMatchObject({ words: ["a", "theirs"], sent: 0 });
    expect(last()).toMatchObject({ kind: "saved", version: 2, elsewhere: true });
  });

  it("is joined with what is unsaved, which is sent on top", async () => {
    const { server, write, elsewhere, autosave } = desk();
    write("mine");
    autosave.receive(elsewhere("theirs"));
    await after(2000);
    expect(server.words).toEqual(["a", "theirs", "mine"]);
  });

  it("waits for a save that is under way", async () => {
    const { server, write, elsewhere, autosave } = desk();
    write("mine");
    const flushed = autosave.flush();
    autosave.receive(elsewhere("theirs"));
    await after(2000);
    await flushed;
    expect(server.words).toEqual(["a", "theirs", "mine"]);
  });

  it("is passed over when it is older than what is here", async () => {
    const { local, write, autosave, stored } = desk();
    const old = stored();
    write("b");
    await after(2000);
    autosave.receive(old);
    expect(local.words).toEqual(["a", "b"]);
  });

  it("stops saving where both changed one thing, until it is settled; flush says so", async () => {
    const { server, local, write, elsewhere, autosave, last } = desk();
    elsewhere("!", "theirs");
    write("!");
    await after(1000);
    expect(last()?.kind).toBe("conflict");
    write("more");
    await after(60_000);
    expect(local.sent).toBe(1);
    expect(local.kept?.document).toEqual(["a", "!", "more"]);
    await expect(autosave.flush()).rejects.toThrow("Choose first which changes");
    local.words = [...server.words, "chosen"];
    autosave.settle({ document: server.words, version: server.version, at: 0 });
    await after(1000);
    expect(server.words).toEqual(["a", "!", "theirs", "chosen"]);
    expect(last()?.kind).toBe("saved");
    expect(local.kept).toBe(null);
  });
});

describe("what a closed tab left", () => {
  const left = (change: Partial<Unsaved<Words>> = {}): Unsaved<Words> => ({ document: ["a", "left"], base: ["a"], baseVersion: 1, sent: null, ...change });
  const resume = (one: ReturnType<typeof desk>, unsaved: Unsaved<Words>) => {
    one.local.words = unsaved.document;
    one.autosave.resume(unsaved, one.stored());
  };

  it("is saved", async () => {
    const one = desk();
    resume(one, left());
    await after(1000);
    expect(one.server).toMatchObject({ words: ["a", "left"], version: 2 });
  });

  it("is joined with what was saved since", async () => {
    const one = desk();
    one.autosave.receive(one.elsewhere("theirs"));
    resume(one, left());
    await after(1000);
    expect(one.server.words).toEqual(["a", "theirs", "left"]);
  });

  it("is nothing new when the save had arrived after all", async () => {
    const one = desk();
    one.autosave.receive(one.elsewhere("!"));
    resume(one, left({ document: ["a", "!"] }));
    await after(5000);
    expect(one.local.sent).toBe(0);
    expect(one.last()?.kind).toBe("saved");
  });

  it("is no conflict with its own save that had arrived", async () => {
    const one = desk();
    one.autosave.receive(one.elsewhere("!"));
    resume(one, left({ document: ["a", "!", "more"], sent: ["a", "!"] }));
    await after(1000);
    expect(one.server.words).toEqual(["a", "!", "more"]);
  });

  it("is asked about where others changed the same thing", async () => {
    const one = desk();
    one.autosave.receive(one.elsewhere("!", "theirs"));
    resume(one, left({ document: ["a", "!", "left"] }));
    expect(one.last()?.kind).toBe("conflict");
  });
});
