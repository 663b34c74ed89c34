import type { EditorState } from "./store/editor-store";

/** When a command can be used and, where one sentence says it, what it waits for. */
export type Condition = ((state: EditorState) => boolean) & { readonly why?: string };

export const when = (why: string, holds: (state: EditorState) => boolean): Condition => Object.assign(holds, { why });
