import type { NodeSpec } from "@/nodes/define-node";
import { dataTypes, type Ports } from "@/nodes/ports";
import { PortShape } from "../node/port-shape";

function PortHelp({ word, ports }: { word: string; ports: Ports }) {
  const all = Object.entries(ports);
  if (all.length === 0) return null;
  return (
    <>
      <h3 className="mt-2 text-sm text-faint">{word}</h3>
      <ul className="flex flex-col gap-2">
        {all.map(([name, { type, title, optional, help }]) => (
          <li key={name} className="flex gap-2.5">
            <span className="flex h-5 w-3 shrink-0 items-center justify-center">
              <PortShape type={type} size={11} hollow={optional === true} />
            </span>
            <span className="min-w-0">
              {title}
              <span className="text-faint">
                {title !== dataTypes[type].title && ` · ${dataTypes[type].title.toLowerCase()}`}
                {optional && " · optional"}
              </span>
              {help && <span className="block text-muted">{help}</span>}
              <span className="block text-sm text-muted select-text">{dataTypes[type].tensors}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a node takes and gives, with the shapes of its tensors; folded until somebody asks. */
export function NodeHelp({ spec }: { spec: NodeSpec }) {
  return (
    <details>
      <summary className="cursor-default text-muted hover:text-ink">Inputs, outputs and their shapes</summary>
      <PortHelp word="Takes" ports={spec.inputs} />
      <PortHelp word="Gives" ports={spec.outputs} />
    </details>
  );
}
