/** What `npm run bench -- editor` compares with: React Flow with its default nodes and edges, and nothing else. Bundled by the bench. */
import { type Edge, type Node, ReactFlow, useEdgesState, useNodesState } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { createRoot } from "react-dom/client";
import type { Workflow } from "@/nodes/workflow";

const { nodes, edges } = (await (await fetch("/graph.json")).json()) as Workflow;

const first: Node[] = nodes.map(({ id, type, position }) => ({ id, position, data: { label: type } }));
const between: Edge[] = edges.map(({ source, sourcePort, target, targetPort }) => ({ id: `${source}.${sourcePort}→${target}.${targetPort}`, source, target }));

function Bare() {
  const [nodes, , onNodesChange] = useNodesState(first);
  const [edges, , onEdgesChange] = useEdgesState(between);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onInit={(flow) => Object.assign(globalThis, { bareFlow: flow })}
      fitView
      fitViewOptions={{ padding: 0.1 }}
      minZoom={0.1}
      maxZoom={3}
    />
  );
}

createRoot(document.getElementById("page")!).render(<Bare />);
