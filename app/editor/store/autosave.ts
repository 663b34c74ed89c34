/** Saves a document soon after it changed, one save at a time, joins it with what others saved, and never loses an edit on the way. */

import { currentTranslator } from "@/app/i18n/current-translator";

export type SaveState =
  /** `elsewhere`: the newest version came from another window. */
  | { kind: "saved"; version: number; at: number; elsewhere: boolean }
  | { kind: "waiting" }
  | { kind: "saving" }
  /** The server is away; what is unsaved is sent when it is back. `kept`: a closed tab would not lose it. */
  | { kind: "offline"; kept: boolean }
  | { kind: "failed"; message: string }
  /** Someone else changed the same thing; nothing is sent until the person chose. */
  | { kind: "conflict" };

/** A document as the server has it. */
export interface Stored<D> {
  readonly document: D;
  readonly version: number;
  readonly at: number;
}

/** What is not saved yet, and all that is needed to bring it back. */
export interface Unsaved<D> {
  readonly document: D;
  /** What the server had when these edits began, and its version. */
  readonly base: D;
  readonly baseVersion: number;
  /** Sent, and never answered: it may have been saved or not. */
  readonly sent: D | null;
}

export interface SaveDesk<D> {
  read(): D;
  /** Whether nothing was changed from one to the other. */
  same(a: D, b: D): boolean;
  equal(a: D, b: D): boolean;
  /** Rejects when it could not be saved. */
  send(document: D, baseVersion: number): Promise<{ version: number; at: number }>;
  /** What the server has, where it refused a save that started from another version. */
  storedBy(error: unknown): Stored<D> | null;
  /** Whether nothing is wrong with the document: the server could not be asked. */
  isAway(error: unknown): boolean;
  describe(error: unknown): string;
  /**
   * Joins what others saved with what is here, and gives it back as it is kept from now on as the base.
   * Null when both changed one thing: the person is to choose, then `settle` is called.
   */
  join(base: D, theirs: Stored<D>): D | null;
  /** Keeps it on this machine. False when that cannot be done. */
  keep(unsaved: Unsaved<D>): Promise<boolean>;
  drop(): void;
  report(state: SaveState): void;
}

/** Milliseconds after an edit, and at the latest after the first of several, that a save is sent. */
const pace = { alone: { delay: 700, longest: 3000 }, together: { delay: 250, longest: 1000 } } as const;
/** Others are thought to look on for so long after the last sign of them. */
const togetherFor = 120_000;
const keepDelay = 150;
const longestRetry = 30_000;

export interface Autosave<D> {
  /** Say this after every edit. */
  changed(): void;
  /** Saves what is unsaved now; rejects when that fails. */
  flush(): Promise<void>;
  /** Keeps what is unsaved on this machine at once: the page is going away. */
  leave(): void;
  retry(): void;
  /** Others saved this. */
  receive(theirs: Stored<D>): void;
  /** The server could, or could not, be asked something else just now. */
  reached(answered: boolean): void;
  /** Others have the document open: saves follow edits sooner. */
  accompanied(): void;
  /** The conflict was settled: from here on `theirs` is what the edits here begin from. */
  settle(theirs: Stored<D>): void;
  /** Goes on from what was kept by a tab that closed, instead of what is here; the document read from now on is its. */
  resume(unsaved: Unsaved<D>, stored: Stored<D>): void;
  isSaved(): boolean;
  version(): number;
  stop(): void;
}

interface State<D> {
  readonly desk: SaveDesk<D>;
  /** What the server has, as far as is known here, and since when. */
  last: D;
  base: number;
  savedAt: number;
  sent: D | null;
  /** What others saved and cannot be joined without a choice. */
  opposed: Stored<D> | null;
  /** Others saved it while a save of ours was under way. */
  arrived: Stored<D> | null;
  timer: ReturnType<typeof setTimeout> | undefined;
  keepTimer: ReturnType<typeof setTimeout> | undefined;
  sending: Promise<void> | null;
  failures: number;
  away: boolean;
  kept: boolean;
  unsavedSince: number | null;
  togetherUntil: number;
}

const isDirty = <D>({ desk, last }: State<D>) => !desk.same(desk.read(), last);
const retryDelay = ({ failures }: { failures: number }) => Math.min(longestRetry, 1000 * 2 ** failures);

function keepNow<D>(state: State<D>): void {
  const { desk, last, base, sent } = state;
  clearTimeout(state.keepTimer);
  state.keepTimer = undefined;
  if (!isDirty(state)) return;
  void desk.keep({ document: desk.read(), base: last, baseVersion: base, sent }).then((kept) => {
    if (kept === state.kept) return;
    state.kept = kept;
    if (state.away && !state.opposed && isDirty(state)) desk.report({ kind: "offline", kept });
  });
}

function drop<D>(state: State<D>): void {
  clearTimeout(state.keepTimer);
  state.keepTimer = undefined;
  state.unsavedSince = null;
  state.desk.drop();
}

function schedule<D>(state: State<D>, after: number): void {
  clearTimeout(state.timer);
  // The failure is in the report; nobody awaits a scheduled save.
  state.timer = setTimeout(() => void start(state).catch(() => {}), after);
}

function scheduleSoon<D>(state: State<D>): void {
  const { delay, longest } = Date.now() < state.togetherUntil ? pace.together : pace.alone;
  state.unsavedSince ??= Date.now();
  schedule(state, Math.max(0, Math.min(delay, state.unsavedSince + longest - Date.now())));
}

/** After a save, or after taking in what others did: says how things stand, and sends what is left. */
function goOn<D>(state: State<D>, elsewhere: boolean): void {
  if (isDirty(state)) {
    state.desk.report({ kind: "waiting" });
    state.unsavedSince = null;
    scheduleSoon(state);
  } else {
    clearTimeout(state.timer);
    drop(state);
    state.desk.report({ kind: "saved", version: state.base, at: state.savedAt, elsewhere });
  }
}

const rebase = <D>(state: State<D>, { document, version, at }: Stored<D>) => Object.assign(state, { last: document, base: version, savedAt: at, sent: null, opposed: null });

/** Takes in what others saved. False when the person has to choose. */
function take<D>(state: State<D>, theirs: Stored<D>): boolean {
  const { desk, last, sent } = state;
  // When the answer to a save of ours was lost on the way, what is stored is ours.
  const joined = sent !== null && desk.equal(sent, theirs.document) ? sent : desk.join(last, theirs);
  if (joined !== null) {
    rebase(state, { ...theirs, document: joined });
    return true;
  }
  state.opposed = theirs;
  keepNow(state);
  desk.report({ kind: "conflict" });
  return false;
}

/** One save at a time: a second waits for the first and sends what is new then. */
function start<D>(state: State<D>): Promise<void> {
  state.sending ??= send(state).finally(() => {
    state.sending = null;
  });
  return state.sending;
}

async function send<D>(state: State<D>): Promise<void> {
  const { desk, base } = state;
  clearTimeout(state.timer);
  // What may have been saved already is sent again as it was: whatever the answer, it is known then what became of it.
  const again = state.sent !== null;
  const document = state.sent ?? desk.read();
  if (!state.away) desk.report({ kind: "saving" });
  state.sent = document;
  try {
    rebase(state, { document, ...(await desk.send(document, base)) });
  } catch (error) {
    return afterRefusal(state, error);
  }
  Object.assign(state, { failures: 0, away: false });
  const { arrived } = state;
  state.arrived = null;
  if (again && !arrived && isDirty(state)) return send(state);
  if (!arrived || arrived.version <= state.base) goOn(state, false);
  else if (take(state, arrived)) goOn(state, true);
}

async function afterRefusal<D>(state: State<D>, error: unknown): Promise<void> {
  const { desk } = state;
  const theirs = desk.storedBy(error);
  if (theirs) {
    state.away = false;
    if (!take(state, theirs)) throw error;
    // Joined: what is here is sent once more, on top of theirs.
    return isDirty(state) ? send(state) : goOn(state, true);
  }
  state.failures++;
  state.away = desk.isAway(error);
  if (!state.away) state.sent = null;
  keepNow(state);
  desk.report(state.away ? { kind: "offline", kept: state.kept } : { kind: "failed", message: desk.describe(error) });
  schedule(state, retryDelay(state));
  throw error;
}

function tryAgain<D>(state: State<D>): void {
  if (!state.opposed && !state.sending && isDirty(state)) void start(state).catch(() => {});
}

function afterEdit<D>(state: State<D>): void {
  state.keepTimer ??= setTimeout(() => keepNow(state), keepDelay);
  if (state.opposed || state.sending) return;
  if (state.away) state.desk.report({ kind: "offline", kept: state.kept });
  else if (state.failures === 0) state.desk.report({ kind: "waiting" });
  if (state.failures > 0) schedule(state, retryDelay(state));
  else scheduleSoon(state);
}

function hearOfServer<D>(state: State<D>, answered: boolean): void {
  if (answered !== state.away || state.sending) return;
  state.away = !answered;
  if (state.opposed || !isDirty(state)) return;
  if (answered) tryAgain(state);
  else state.desk.report({ kind: "offline", kept: state.kept });
}

export function createAutosave<D>(desk: SaveDesk<D>, opened: Stored<D>): Autosave<D> {
  const state: State<D> = {
    desk,
    last: opened.document,
    base: opened.version,
    savedAt: opened.at,
    sent: null,
    opposed: null,
    arrived: null,
    timer: undefined,
    keepTimer: undefined,
    sending: null,
    failures: 0,
    away: false,
    kept: true,
    unsavedSince: null,
    togetherUntil: 0,
  };
  const accompanied = () => {
    state.togetherUntil = Date.now() + togetherFor;
  };
  return {
    changed: () => afterEdit(state),
    async flush() {
      if (state.opposed) throw new Error(currentTranslator()("saving.chooseFirst"));
      while (state.sending || isDirty(state)) await start(state);
    },
    leave: () => keepNow(state),
    retry: () => tryAgain(state),
    receive(theirs) {
      accompanied();
      if (theirs.version <= state.base) return;
      if (state.sending) state.arrived = theirs;
      else if (take(state, theirs)) goOn(state, true);
    },
    reached: (answered) => hearOfServer(state, answered),
    accompanied,
    settle(theirs) {
      rebase(state, theirs);
      state.failures = 0;
      if (isDirty(state)) schedule(state, 0);
      else goOn(state, true);
    },
    resume(unsaved, stored) {
      Object.assign(state, { last: unsaved.base, base: unsaved.baseVersion, sent: desk.equal(desk.read(), stored.document) ? desk.read() : unsaved.sent });
      if (take(state, stored)) goOn(state, false);
    },
    isSaved: () => !isDirty(state) && !state.sending && !state.opposed,
    version: () => state.base,
    stop() {
      keepNow(state);
      clearTimeout(state.timer);
      tryAgain(state);
      clearTimeout(state.timer);
    },
  };
}
