/** Frames, notes and the look of cards: edits of what is selected, each one step of the history. */
import { currentTranslator } from "@/app/i18n/current-translator";
import type { MarkColor, Workflow } from "@/nodes/workflow";
import * as annotations from "../graph/annotations";
import { setCollapsed, setColor, setLocked, unlocked } from "../graph/decoration";
import { nodeOf } from "../graph/lookup";
import { deleteNodes, type Point, renameNode } from "../graph/operations";
import { removeReroutes } from "../graph/reroutes";
import { boxesOf } from "./arrange-actions";
import { closeGroup, edit } from "./document-actions";
import type { EditorState, EditorStore } from "./editor-store";

/** Putting it on the canvas and writing into it for the first time are undone together. */
const birth = (key: string) => `hold:write:${key}`;

/** A new note, ready to be written. */
export function addNote(store: EditorStore, at: Point): void {
  const { workflow, key } = annotations.addNote(store.getState().graph, at, "", store.getState().level);
  edit(store, () => workflow, { select: [], selectAnnotations: [key], group: birth(key) });
  store.setState({ writing: key });
}

/** A frame around the selection, or an empty one at `at`; its title is ready to be written. */
export function addFrame(store: EditorStore, at: Point): void {
  const state = store.getState();
  const boxes = [...boxesOf(state, state.selection), ...annotations.annotationBoxes(state.graph, state.selectedAnnotations)];
  const { workflow, key } = annotations.addFrame(state.graph, annotations.frameAround(boxes) ?? { ...at, width: 480, height: 320 }, state.level, currentTranslator()("canvas.frame.untitled"));
  edit(store, () => workflow, { select: [], selectAnnotations: [key], group: birth(key) });
  store.setState({ writing: key });
}

/** What a note says so far. One step to undo, however much is written. */
export function writeNote(store: EditorStore, key: string, text: string): void {
  edit(store, (graph) => annotations.setNoteText(graph, key, text), { group: birth(key) });
}

function written(graph: Workflow, key: string, text: string): Workflow {
  const t = currentTranslator();
  if (!annotations.isAnnotationKey(key)) return renameNode(graph, key, text, t("subgraphs.untitled"));
  return annotations.renameFrame(annotations.setNoteText(graph, key, text), key, text, t("canvas.frame.untitled"));
}

/** Ends writing, with this as the title or the note's text; null leaves it as it is. Once: a field that goes away blurs, too. */
export function endWriting(store: EditorStore, key: string, text: string | null): void {
  if (store.getState().writing !== key) return;
  if (text !== null) edit(store, (graph) => written(graph, key, text), { group: birth(key) });
  closeGroup(store);
  store.setState({ writing: null });
}

/** Takes the selected frames away with all they hold, but for what is locked. */
export function deleteWithContents(store: EditorStore): void {
  const { graph, selection, selectedAnnotations, sizes } = store.getState();
  const held = [...annotations.contentsOfFrames(graph, [...selectedAnnotations], sizes).values()];
  const nodes = unlocked(graph, new Set([...selection, ...held.flatMap((contents) => [...contents.nodes])]));
  const keys = new Set([...selectedAnnotations, ...held.flatMap((contents) => [...contents.annotations])]);
  edit(store, () => annotations.deleteAnnotations(deleteNodes(removeReroutes(graph, keys), nodes), keys), { select: [] });
}

export const paint = (store: EditorStore, color: MarkColor | null) => {
  const { selection, selectedAnnotations } = store.getState();
  edit(store, (graph) => annotations.colorFrames(setColor(graph, selection, color), selectedAnnotations, color));
};

const allAre = ({ graph, selection }: EditorState, name: "collapsed" | "locked") => [...selection].every((id) => nodeOf(graph, id)?.[name]);

/** Collapses the selected cards; opens them when all are collapsed. */
export function toggleCollapsed(store: EditorStore): void {
  const state = store.getState();
  edit(store, (graph) => setCollapsed(graph, state.selection, !allAre(state, "collapsed")));
}

/** Locks the selected nodes; unlocks them when all are locked. */
export function toggleLocked(store: EditorStore): void {
  const state = store.getState();
  edit(store, (graph) => setLocked(graph, state.selection, !allAre(state, "locked")));
}
