/** What a subgraph's card shows of the nodes in it, as pure edits. */
import { type CardPort, keyOf, type PortPlace } from "@/nodes/card-ports";
import type { Exposed, Workflow } from "@/nodes/workflow";
import { nodeOf } from "./lookup";
import { subgraphParams, subgraphPorts } from "./levels";
import { nameOf } from "./operations";

export type ExposedSide = "inputs" | "outputs" | "params";

const titled = (title: string | undefined) => (title === undefined ? {} : { title });

/** Everything the card shows now, those ports included that are there for a connection only. */
function shown(workflow: Workflow, subgraph: string): Exposed {
  const { inputs, outputs } = subgraphPorts(workflow, subgraph);
  return {
    inputs: Object.values(inputs).map(({ ownTitle, places }) => ({ ...titled(ownTitle), places: places.map(({ node, port }) => ({ node, port })) })),
    outputs: Object.values(outputs).map(({ ownTitle, places: [place] }) => ({ ...titled(ownTitle), node: place!.node, port: place!.port })),
    params: subgraphParams(workflow, subgraph).map(({ node, param, ownTitle }) => ({ ...titled(ownTitle), node, param })),
  };
}

function change(workflow: Workflow, subgraph: string, make: (exposed: Exposed) => Exposed): Workflow {
  if (!nodeOf(workflow, subgraph)) return workflow;
  const before = shown(workflow, subgraph);
  const after = make(before);
  if (after === before || JSON.stringify(after) === JSON.stringify(before)) return workflow;
  return { ...workflow, nodes: workflow.nodes.map((node) => (node.id === subgraph ? { ...node, exposed: after } : node)) };
}

export function exposeInput(workflow: Workflow, subgraph: string, place: PortPlace): Workflow {
  return change(workflow, subgraph, (exposed) => ({ ...exposed, inputs: [...exposed.inputs, { places: [place] }] }));
}

export function exposeOutput(workflow: Workflow, subgraph: string, { node, port }: PortPlace): Workflow {
  return change(workflow, subgraph, (exposed) => ({ ...exposed, outputs: [...exposed.outputs, { node, port }] }));
}

export function exposeParam(workflow: Workflow, subgraph: string, node: string, param: string): Workflow {
  return change(workflow, subgraph, (exposed) => (exposed.params.some((other) => other.node === node && other.param === param) ? exposed : { ...exposed, params: [...exposed.params, { node, param }] }));
}

/** Has the input named `key` feed these ports, too. */
export function exposePlaces(workflow: Workflow, subgraph: string, key: string, places: readonly PortPlace[]): Workflow {
  const added = new Set(places.map(keyOf));
  return change(workflow, subgraph, (exposed) => ({
    ...exposed,
    inputs: exposed.inputs.flatMap((input) => {
      const own = input.places.filter((place) => !added.has(keyOf(place)));
      const all = keyOf(input.places[0]!) === key ? [...input.places, ...places.filter((place) => !input.places.some((other) => keyOf(other) === keyOf(place)))] : own;
      return all.length > 0 ? [{ ...input, places: all.map(({ node, port }) => ({ node, port })) }] : [];
    }),
  }));
}

/** Hides ports of nodes inside. A port that something is connected to across the border stays: it has to be seen. */
export function hidePlaces(workflow: Workflow, subgraph: string, side: "inputs" | "outputs", places: readonly PortPlace[]): Workflow {
  const gone = new Set(places.map(keyOf));
  return change(workflow, subgraph, (exposed) =>
    side === "outputs"
      ? { ...exposed, outputs: exposed.outputs.filter((output) => !gone.has(keyOf(output))) }
      : {
          ...exposed,
          inputs: exposed.inputs.flatMap((input) => {
            const left = input.places.filter((place) => !gone.has(keyOf(place)));
            return left.length > 0 ? [{ ...input, places: left }] : [];
          }),
        },
  );
}

export function hideParam(workflow: Workflow, subgraph: string, node: string, param: string): Workflow {
  return change(workflow, subgraph, (exposed) => ({ ...exposed, params: exposed.params.filter((other) => other.node !== node || other.param !== param) }));
}

/** Names the `at`-th of a side; by "" it goes by its own name again. */
export function renameExposed(workflow: Workflow, subgraph: string, side: ExposedSide, at: number, text: string): Workflow {
  const title = nameOf(text, 80);
  const renamed = <T extends { title?: string | undefined }>(all: readonly T[]): T[] =>
    all.map((one, index) => {
      if (index !== at) return one;
      const { title: _, ...rest } = one;
      return (title === "" ? rest : { title, ...rest }) as T;
    });
  return change(workflow, subgraph, (exposed) => ({ ...exposed, [side]: renamed<Exposed[ExposedSide][number]>(exposed[side]) }));
}

/** Moves the `at`-th of a side `by` places on. */
export function moveExposed(workflow: Workflow, subgraph: string, side: ExposedSide, at: number, by: number): Workflow {
  return change(workflow, subgraph, (exposed) => {
    const all = [...exposed[side]] as Exposed["params"];
    const [one] = all.splice(at, 1);
    if (!one || at + by < 0 || at + by > all.length) return exposed;
    all.splice(at + by, 0, one);
    return { ...exposed, [side]: all };
  });
}

/** Whether an edge crosses the border at this port, so that it cannot be hidden. */
export function isConnectedOutside(workflow: Workflow, contents: ReadonlySet<string>, { places }: CardPort): boolean {
  const keys = new Set(places.map(keyOf));
  return workflow.edges.some(
    ({ source, sourcePort, target, targetPort }) => contents.has(source) !== contents.has(target) && (keys.has(keyOf({ node: source, port: sourcePort })) || keys.has(keyOf({ node: target, port: targetPort }))),
  );
}
