/** What a command of the editor is, and what it is made with. */
import type { ReactFlowInstance } from "@xyflow/react";
import type { commands } from "@/app/i18n/en/commands";
import type { FlowEdge, FlowNode } from "./canvas/flow-elements";
import type { Condition } from "./command-condition";
import type { EditorSession } from "./store/editor-session";

export type CommandGroup = keyof typeof commands.groups;

/** Its name is the text `commands.titles.<id>`. */
export type CommandId = keyof typeof commands.titles;

/** What is opened over the editor or the canvas. */
export type Overlay = "shortcuts" | "commands" | "find" | "preset" | "subgraph-preset";

export interface Command {
  readonly id: CommandId;
  readonly group: CommandGroup;
  /** "mod" is ⌘ or Ctrl. Absent: only in menus. */
  readonly keys?: string;
  /** Keys from other habits that do the same, as long as nobody else is given them and this command keeps its own. */
  readonly otherKeys?: string;
  /** Works while typing in a field, too. */
  readonly whileTyping?: true;
  /** The browser itself sends an event for it (copy, cut, paste): the keys are only shown. */
  readonly native?: true;
  readonly enabled?: Condition;
  /** `at`: where on the screen it was asked for, when that is not where the pointer is by now. */
  readonly run: (at?: ScreenPoint) => void;
}

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export interface CommandContext {
  readonly session: EditorSession;
  readonly flow: ReactFlowInstance<FlowNode, FlowEdge>;
  readonly sheets: boolean;
  /** Where the pointer is, when it is over the canvas. */
  pointer(): ScreenPoint | null;
  show(overlay: Overlay): void;
}
