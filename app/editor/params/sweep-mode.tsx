"use client";

import { classNames } from "@/app/ui/class-names";
import { setSweepMode } from "../graph/operations";
import { edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

const modes = [
  { value: "grid", title: "Every combination" },
  { value: "zip", title: "In step" },
] as const;

/** How several sweeps combine. With fewer than two there is nothing to choose. */
export function SweepModeChoice() {
  const store = useEditorStore();
  const sweeps = useEditor((state) => state.graph.nodes.reduce((count, node) => count + Object.keys(node.sweeps ?? {}).length, 0));
  const mode = useEditor((state) => state.graph.sweepMode ?? "grid");
  if (sweeps < 2) return null;
  return (
    <section aria-label="Sweeps" className="flex flex-col gap-1.5">
      <h2 className="font-semibold">{sweeps} sweeps combined</h2>
      <div role="radiogroup" aria-label="How the sweeps combine" className="flex gap-0.5 rounded-lg bg-field p-0.5">
        {modes.map(({ value, title }) => (
          <button
            key={value}
            type="button"
            role="radio"
            aria-checked={mode === value}
            onClick={() => edit(store, (graph) => setSweepMode(graph, value))}
            className={classNames("h-7 flex-1 rounded-md px-2 whitespace-nowrap", mode === value ? "bg-raised font-medium ring-1 ring-line" : "text-muted hover:text-ink")}
          >
            {title}
          </button>
        ))}
      </div>
      <p className="text-sm text-muted">{mode === "grid" ? "Each value with every value of the others." : "First with first, second with second. Equally many values each."}</p>
    </section>
  );
}
