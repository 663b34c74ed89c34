/** Frames and notes as React Flow wants them. Unchanged ones keep their objects. */
import type { Translate } from "@/app/i18n/translate";
import type { CanvasFrame, CanvasNote, Workflow } from "@/nodes/workflow";
import { frameKey, noteKey } from "../graph/annotations";
import type { Level } from "../graph/levels";
import { domAttributes, type FlowNode, spokenName } from "./flow-elements";

const data = {};
/** Selected nodes are raised by 1000; a frame stays below its cards even then. */
const belowEdges = -1001;

function frameNode(frame: CanvasFrame, selected: boolean, t: Translate): FlowNode {
  const { position, size, title } = frame;
  // Its area lets the pointer through to the canvas; title and handles take it.
  return { id: frameKey(frame.id), type: "frame", position, ...size, measured: { ...size }, selected, data, domAttributes, zIndex: belowEdges, style: { pointerEvents: "none" }, ariaLabel: spokenName(t("canvas.names.frame", { title }), selected, t) };
}

function noteNode(note: CanvasNote, selected: boolean, t: Translate): FlowNode {
  const { position, size } = note;
  return { id: noteKey(note.id), type: "note", position, ...size, measured: { ...size }, selected, data, domAttributes, ariaLabel: spokenName(t("canvas.names.note"), selected, t) };
}

export function createFlowAnnotations(t: Translate) {
  let known = new Map<CanvasFrame | CanvasNote, FlowNode>();
  return ({ frames = [], notes = [] }: Pick<Workflow, "frames" | "notes">, level: Level, selection: ReadonlySet<string>): { frames: FlowNode[]; notes: FlowNode[] } => {
    const next = new Map<CanvasFrame | CanvasNote, FlowNode>();
    const flow = <T extends CanvasFrame | CanvasNote>(one: T, key: string, make: (one: T, selected: boolean, t: Translate) => FlowNode): FlowNode => {
      const before = known.get(one);
      const node = before?.selected === selection.has(key) ? before : make(one, selection.has(key), t);
      next.set(one, node);
      return node;
    };
    const here = ({ inside }: CanvasFrame | CanvasNote) => (inside ?? null) === level;
    const made = { frames: frames.filter(here).map((frame) => flow(frame, frameKey(frame.id), frameNode)), notes: notes.filter(here).map((note) => flow(note, noteKey(note.id), noteNode)) };
    known = next;
    return made;
  };
}
