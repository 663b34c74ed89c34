/** The merge of whole workflows: what is saved, their name and their graph. */
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import type { Maybe } from "./json";
import { type Choose, type Conflict, merge, type Merged } from "./merge";

/** What is saved of a document. */
export interface Content {
  readonly name: string;
  readonly graph: Workflow;
}

const whose = (choose: Choose, conflict: Conflict, mine: Content, theirs: Content) => (choose(conflict) === "mine" ? mine.graph : theirs.graph);

/** As merge.ts says. Two graphs that fit no one workflow (too many nodes together, say) are one conflict as a whole. */
export function mergeContents(base: Content, mine: Content, theirs: Content, choose: Choose): Merged<Content> {
  const [from, own, other] = [base, mine, theirs].map(({ name, graph }) => ({ name, graph })) as [Content, Content, Content];
  const merged = merge(from, own, other, choose);
  if (merged.value === other) return { ...merged, value: theirs };
  const { graph } = merged.value;
  if (graph === mine.graph || graph === theirs.graph || workflowSchema.safeParse(graph).success) return merged;
  const conflict: Conflict = { path: ["graph"], mine: mine.graph as unknown as Maybe, theirs: theirs.graph as unknown as Maybe };
  return { value: { name: merged.value.name, graph: whose(choose, conflict, mine, theirs) }, conflicts: [conflict], renamed: new Map() };
}
