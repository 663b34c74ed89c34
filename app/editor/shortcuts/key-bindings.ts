/** The keys a person gave to commands, remembered on this machine. */
import { z } from "zod";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Command } from "../command";
import { type Reserved, whyReserved } from "./key-press";

/** By command id; null takes a command's keys away. Commands that are not named keep the keys they come with. */
export type KeyBindings = Readonly<Record<string, string | null>>;

const bindingsSchema = z.record(z.string().max(64), z.string().min(1).max(32).nullable());

/** What the browser gives back; anything else than bindings counts as none. */
export function readBindings(stored: unknown): KeyBindings {
  const parsed = z.object({ bindings: bindingsSchema }).safeParse(stored);
  return parsed.success ? parsed.data.bindings : {};
}

export const useKeyBindings = create<{ readonly bindings: KeyBindings }>()(
  persist((): { bindings: KeyBindings } => ({ bindings: {} }), {
    name: "bifrost.shortcuts",
    version: 1,
    merge: (stored) => ({ bindings: readBindings(stored) }),
  }),
);

/** The commands with the keys they have now. Keys stand for one command: the first that claims them, and before any whose other keys they are. */
export function withBindings(commands: readonly Command[], bindings: KeyBindings): Command[] {
  const bound = commands.map((command): Command => {
    const own = bindings[command.id];
    if (own === undefined || command.native) return command;
    const { keys: _, otherKeys: __, ...rest } = command;
    return own === null ? rest : { ...rest, keys: own };
  });
  const claimed = new Set(bound.map(({ keys }) => keys));
  return bound.map((command): Command => {
    if (command.otherKeys === undefined || !claimed.has(command.otherKeys)) return command;
    const { otherKeys: _, ...rest } = command;
    return rest;
  });
}

export type Wish = { readonly kind: "free" } | { readonly kind: "refused"; readonly why: Reserved } | { readonly kind: "taken"; readonly by: Command };

/** What stands against giving `keys` to the command `id`. `commands` have the keys they have now. */
export function wishFor(commands: readonly Command[], id: string, keys: string): Wish {
  const why = whyReserved(keys);
  if (why !== null) return { kind: "refused", why };
  const by = commands.find((command) => (command.keys === keys || command.otherKeys === keys) && command.id !== id);
  return by ? { kind: "taken", by } : { kind: "free" };
}

/** Gives `keys` to a command; whoever had them is left without. A binding that says what the command comes with is none. */
export function bind(bindings: KeyBindings, commands: readonly Command[], id: string, keys: string): KeyBindings {
  const taken = withBindings(commands, bindings).filter((command) => command.keys === keys && command.id !== id);
  const next: Record<string, string | null> = { ...bindings, ...Object.fromEntries(taken.map((command) => [command.id, null])), [id]: keys };
  return withoutIdle(next, commands);
}

/** Gives a command the keys it comes with again. Whoever has them now is left without. */
export function unbind(bindings: KeyBindings, commands: readonly Command[], id: string): KeyBindings {
  const { [id]: _, ...others } = bindings;
  const keys = commands.find((command) => command.id === id)?.keys;
  return keys === undefined ? others : bind(others, commands, id, keys);
}

/** Takes a command's keys away. */
export function clearKeys(bindings: KeyBindings, commands: readonly Command[], id: string): KeyBindings {
  return withoutIdle({ ...bindings, [id]: null }, commands);
}

function withoutIdle(bindings: KeyBindings, commands: readonly Command[]): KeyBindings {
  const usual = new Map<string, string | null>(commands.map(({ id, keys }) => [id, keys ?? null]));
  return Object.fromEntries(Object.entries(bindings).filter(([id, keys]) => !usual.has(id) || usual.get(id) !== keys));
}
