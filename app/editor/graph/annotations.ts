/** Frames and notes on the canvas, as pure functions like those of operations.ts. Both are named by one key, which no node's id is. */
import type { CanvasFrame, CanvasNote, MarkColor, Workflow } from "@/nodes/workflow";
import type { Size } from "../store/editor-store";
import { type Box, type Bounds, boundsOf } from "./arrange";
import { sizeOf } from "./node-size";
import { withContents } from "@/nodes/nesting";
import { type Level, levelOf, lyingOn, putOn } from "./levels";
import { outsideEdges } from "./outside-edges";
import { moveReroutes, rerouteBoxes, reroutesOf } from "./reroutes";
import { type Fragment, fragmentOf, freeId, insideAs, moveNodes, nameOf, paste, place, type Point } from "./operations";

export const frameKey = (id: string) => `frame:${id}`;
export const noteKey = (id: string) => `note:${id}`;
/** Ids of nodes have no colon. */
export const isAnnotationKey = (key: string) => key.includes(":");

export const leastSize = { frame: { width: 160, height: 96 }, note: { width: 120, height: 60 } } as const;

export const frameOf = (workflow: Workflow, key: string) => workflow.frames?.find(({ id }) => frameKey(id) === key);
export const noteOf = (workflow: Workflow, key: string) => workflow.notes?.find(({ id }) => noteKey(id) === key);

export function annotationKeys({ frames = [], notes = [] }: Pick<Workflow, "frames" | "notes">): string[] {
  return [...frames.map(({ id }) => frameKey(id)), ...notes.map(({ id }) => noteKey(id))];
}

/** Those that lie on a level. */
export function annotationKeysOn({ frames = [], notes = [] }: Pick<Workflow, "frames" | "notes">, level: Level): string[] {
  const here = ({ inside }: { readonly inside?: string | undefined }) => (inside ?? null) === level;
  return annotationKeys({ frames: frames.filter(here), notes: notes.filter(here) });
}

/** The workflow with these lists; an empty one is not written down. */
function having(workflow: Workflow, frames: readonly CanvasFrame[], notes: readonly CanvasNote[]): Workflow {
  const { frames: _frames, notes: _notes, ...rest } = workflow;
  return { ...rest, ...(frames.length > 0 && { frames: [...frames] }), ...(notes.length > 0 && { notes: [...notes] }) };
}

/** Changes what the keys name; the same workflow comes back when nothing did change. */
function change(workflow: Workflow, keys: { has(key: string): boolean }, frame: (frame: CanvasFrame) => CanvasFrame, note: (note: CanvasNote) => CanvasNote): Workflow {
  const { frames = [], notes = [] } = workflow;
  const nextFrames = frames.map((one) => (keys.has(frameKey(one.id)) ? frame(one) : one));
  const nextNotes = notes.map((one) => (keys.has(noteKey(one.id)) ? note(one) : one));
  const same = nextFrames.every((one, index) => one === frames[index]) && nextNotes.every((one, index) => one === notes[index]);
  return same ? workflow : having(workflow, nextFrames, nextNotes);
}

const idsOf = (all: readonly { id: string }[] = []) => new Set(all.map(({ id }) => id));
const placed = ({ x, y }: Point): Point => ({ x: place(x), y: place(y) });
const sized = ({ width, height }: Size, least: Size): Size => ({ width: Math.max(least.width, place(width)), height: Math.max(least.height, place(height)) });

export function addNote(workflow: Workflow, position: Point, text = "", level: Level = null): { workflow: Workflow; key: string } {
  const id = freeId("note", idsOf(workflow.notes));
  const note = { id, text, position: placed(position), size: { width: 240, height: 140 }, ...lyingOn(level) };
  return { workflow: having(workflow, workflow.frames ?? [], [...(workflow.notes ?? []), note]), key: noteKey(id) };
}

export function addFrame(workflow: Workflow, { x, y, width, height }: Bounds, level: Level = null, title = "Frame"): { workflow: Workflow; key: string } {
  const id = freeId("frame", idsOf(workflow.frames));
  const frame = { id, title, position: placed({ x, y }), size: sized({ width, height }, leastSize.frame), ...lyingOn(level) };
  return { workflow: having(workflow, [...(workflow.frames ?? []), frame], workflow.notes ?? []), key: frameKey(id) };
}

/** The area of a frame that holds these boxes, with room for its title; null around nothing. */
export function frameAround(boxes: readonly Bounds[]): Bounds | null {
  const around = boundsOf(boxes);
  return around && { x: around.x - 24, y: around.y - 48, width: around.width + 48, height: around.height + 72 };
}

const boundsOfAnnotation = ({ position, size }: CanvasFrame | CanvasNote): Bounds => ({ ...position, ...size });

export function annotationBoxes({ frames = [], notes = [] }: Workflow, keys: ReadonlySet<string>): Box[] {
  const boxes = [...frames.map((frame) => ({ id: frameKey(frame.id), ...boundsOfAnnotation(frame) })), ...notes.map((note) => ({ id: noteKey(note.id), ...boundsOfAnnotation(note) }))];
  return boxes.filter(({ id }) => keys.has(id));
}

/** What a frame holds: nodes, notes and dots of edges whose centre lies in it, and smaller frames that lie in it wholly. Ids and keys. */
export function contentsOf(workflow: Workflow, frame: CanvasFrame, sizes: ReadonlyMap<string, Size>): { nodes: ReadonlySet<string>; annotations: ReadonlySet<string> } {
  const { x, y, width, height } = boundsOfAnnotation(frame);
  const holds = (px: number, py: number) => px >= x && px <= x + width && py >= y && py <= y + height;
  const holdsCentre = (box: Bounds) => holds(box.x + box.width / 2, box.y + box.height / 2);
  const holdsAll = (box: Bounds) => holds(box.x, box.y) && holds(box.x + box.width, box.y + box.height);
  const here = ({ inside }: { readonly inside?: string | undefined }) => inside === frame.inside;
  const nodes = workflow.nodes.filter((node) => here(node) && holdsCentre({ ...node.position, ...sizeOf(node, sizes) }));
  const notes = (workflow.notes ?? []).filter((note) => here(note) && holdsCentre(boundsOfAnnotation(note)));
  const frames = (workflow.frames ?? []).filter((other) => here(other) && other.size.width * other.size.height < width * height && holdsAll(boundsOfAnnotation(other)));
  const dots = [...reroutesOf(workflow).values()].filter(({ level, position }) => level === levelOf(workflow, frame) && holds(position.x, position.y));
  return { nodes: idsOf(nodes), annotations: new Set([...frames.map(({ id }) => frameKey(id)), ...notes.map(({ id }) => noteKey(id)), ...dots.map(({ key }) => key)]) };
}

export function moveAnnotations(workflow: Workflow, positions: ReadonlyMap<string, Point>): Workflow {
  const move = <T extends CanvasFrame | CanvasNote>(key: string, one: T): T => {
    const position = placed(positions.get(key)!);
    return position.x === one.position.x && position.y === one.position.y ? one : { ...one, position };
  };
  return change(workflow, positions, (frame) => move(frameKey(frame.id), frame), (note) => move(noteKey(note.id), note));
}

/** What each frame holds, by its key. */
export type Held = ReadonlyMap<string, ReturnType<typeof contentsOf>>;

export function contentsOfFrames(workflow: Workflow, keys: readonly string[], sizes: ReadonlyMap<string, Size>): Held {
  return new Map(keys.flatMap((key) => (frameOf(workflow, key) ? [[key, contentsOf(workflow, frameOf(workflow, key)!, sizes)] as const] : [])));
}

/** Moves nodes, frames, notes and dots of edges to these places. What a moved frame holds goes as far as it does, unless it has a place of its own. */
export function moveWithContents(workflow: Workflow, positions: ReadonlyMap<string, Point>, held: Held): Workflow {
  if (held.size === 0) return moveReroutes(moveAnnotations(moveNodes(workflow, positions), positions), positions);
  const all = new Map(positions);
  const dots = [...all.keys(), ...[...held.values()].flatMap(({ annotations }) => [...annotations])];
  const now = new Map([...rerouteBoxes(workflow, new Set(dots)).map(({ id, x, y }) => [id, { x, y }] as const), ...workflow.nodes.map(({ id, position }) => [id, position] as const), ...annotationBoxes(workflow, new Set(annotationKeys(workflow))).map(({ id, x, y }) => [id, { x, y }] as const)]);
  for (const [key, { nodes, annotations }] of held) {
    const [from, to] = [now.get(key), positions.get(key)];
    if (!from || !to) continue;
    for (const id of [...nodes, ...annotations]) {
      const at = now.get(id);
      if (at && !all.has(id)) all.set(id, { x: at.x + place(to.x) - from.x, y: at.y + place(to.y) - from.y });
    }
  }
  return moveReroutes(moveAnnotations(moveNodes(workflow, all), all), all);
}

export function resizeAnnotation(workflow: Workflow, key: string, size: Size): Workflow {
  const resize = <T extends CanvasFrame | CanvasNote>(one: T, least: Size): T => {
    const next = sized(size, least);
    return next.width === one.size.width && next.height === one.size.height ? one : { ...one, size: next };
  };
  return change(workflow, new Set([key]), (frame) => resize(frame, leastSize.frame), (note) => resize(note, leastSize.note));
}

/** A frame without a title of its own is called `untitled`. */
export function renameFrame(workflow: Workflow, key: string, title: string, untitled = "Frame"): Workflow {
  const own = nameOf(title, 80) || untitled;
  return change(workflow, new Set([key]), (frame) => (frame.title === own ? frame : { ...frame, title: own }), (note) => note);
}

export function setNoteText(workflow: Workflow, key: string, text: string): Workflow {
  // What cannot be stored: NUL, and halves of surrogate pairs.
  const kept = text.slice(0, 20_000).replace(/\0|\p{Surrogate}/gu, "");
  return change(workflow, new Set([key]), (frame) => frame, (note) => (note.text === kept ? note : { ...note, text: kept }));
}

/** Null takes the colour away. Notes have none. */
export function colorFrames(workflow: Workflow, keys: ReadonlySet<string>, color: MarkColor | null): Workflow {
  const paint = (frame: CanvasFrame) => {
    if ((frame.color ?? null) === color) return frame;
    const { color: _, ...rest } = frame;
    return color === null ? rest : { ...rest, color };
  };
  return change(workflow, keys, paint, (note) => note);
}

export function deleteAnnotations(workflow: Workflow, keys: ReadonlySet<string>): Workflow {
  const frames = (workflow.frames ?? []).filter(({ id }) => !keys.has(frameKey(id)));
  const notes = (workflow.notes ?? []).filter(({ id }) => !keys.has(noteKey(id)));
  const gone = annotationKeys(workflow).length - frames.length - notes.length;
  return gone === 0 ? workflow : having(workflow, frames, notes);
}

/** What is copied of a selection: a frame takes what it holds along, a subgraph what lies in it. */
export function selectedFragment(workflow: Workflow, ids: ReadonlySet<string>, keys: ReadonlySet<string>, sizes: ReadonlyMap<string, Size>): Fragment {
  const held = (workflow.frames ?? []).filter(({ id }) => keys.has(frameKey(id))).map((frame) => contentsOf(workflow, frame, sizes));
  const nodes = new Set([...ids, ...held.flatMap((contents) => [...contents.nodes])]);
  const all = new Set([...keys, ...held.flatMap((contents) => [...contents.annotations])]);
  const folded = withContents(workflow, nodes);
  const frames = workflow.frames?.filter(({ id, inside }) => all.has(frameKey(id)) || folded.has(inside ?? "")) ?? [];
  const notes = workflow.notes?.filter(({ id, inside }) => all.has(noteKey(id)) || folded.has(inside ?? "")) ?? [];
  const outside = outsideEdges(workflow, folded);
  return { ...fragmentOf(workflow, nodes), ...(outside.length > 0 && { outside }), ...(frames.length > 0 && { frames }), ...(notes.length > 0 && { notes }) };
}

/** Pastes nodes, frames and notes under fresh ids on a level, moved by `offset`. Gives what lies on that level. Copies of locked nodes are not locked: they have to be placed. */
export function pasteFragment(workflow: Workflow, fragment: Fragment, offset: Point, level: Level = null): { workflow: Workflow; ids: string[]; annotations: string[]; renamed: ReadonlyMap<string, string> } {
  const nodes = fragment.nodes.map(({ locked: _, ...node }) => node);
  const { renamed, ...pasted } = paste(workflow, { ...fragment, nodes }, offset, level);
  const ids = fragment.nodes.filter(({ inside }) => !renamed.has(inside ?? "")).map(({ id }) => renamed.get(id)!);
  const fresh = <T extends CanvasFrame | CanvasNote>(stem: string, all: readonly T[] = [], existing: readonly T[] = []): T[] => {
    const taken = idsOf(existing);
    return all.map((one) => {
      const id = freeId(stem, taken);
      taken.add(id);
      const folded = renamed.has(one.inside ?? "");
      const position = folded ? one.position : placed({ x: one.position.x + offset.x, y: one.position.y + offset.y });
      return { ...putOn(one, null), id, position, ...insideAs(one, renamed, level) };
    });
  };
  const frames = fresh("frame", fragment.frames, workflow.frames);
  const notes = fresh("note", fragment.notes, workflow.notes);
  if (frames.length + notes.length === 0) return { workflow: pasted.workflow, ids, annotations: [], renamed };
  return { workflow: having(pasted.workflow, [...(workflow.frames ?? []), ...frames], [...(workflow.notes ?? []), ...notes]), ids, annotations: annotationKeysOn({ frames, notes }, level), renamed };
}
