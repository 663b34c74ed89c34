import type { commands } from "@/app/i18n/en/commands";
import type { EditorState } from "./store/editor-store";

/** What a command can wait for: keys of the catalogue, which says each in a sentence. */
export type Wait = keyof typeof commands.waits;

/** When a command can be used and, where one sentence says it, what it waits for. */
export type Condition = ((state: EditorState) => boolean) & { readonly why?: Wait };

export const when = (why: Wait, holds: (state: EditorState) => boolean): Condition => Object.assign(holds, { why });
