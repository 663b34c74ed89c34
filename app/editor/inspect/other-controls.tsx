"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle } from "@/app/i18n/vocabulary";
import type { Other } from "@/app/inspector/inspection";
import type { InspectedRun, Subject } from "@/app/inspector/subject";
import { describeError, useTRPCClient } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import { NumberField } from "@/app/ui/number-field";
import { formatAgo, joined } from "@/app/ui/quantity";
import { nodesWithTensors } from "../graph/absent-nodes";
import { cellsInOrder } from "../graph/sweep-cells";
import { useEditor, useEditorStore } from "../store/editor-context";
import { inspect } from "../store/inspect-actions";
import type { Inspected } from "./use-inspected";

const comparableNodes = (run: InspectedRun, t: Translate) => nodesWithTensors(run).map((node) => ({ id: node.id, title: nodeTitle(node, t) }));

function useOtherRuns() {
  const t = useTranslations();
  const client = useTRPCClient();
  const workflowId = useEditor((state) => state.workflowId);
  const shown = useEditor((state) => state.run?.id);
  const runs = useQuery({ queryKey: ["runs to compare with", workflowId, shown], queryFn: () => client.runs.list.query({ workflowId, limit: 50 }) });
  const open = async (id: string): Promise<InspectedRun | null> => {
    const { graph, state } = await client.runs.get.query({ id });
    return { id, graph, state };
  };
  // "5 min ago" as of when the list was read; the time of day tells those of one minute apart.
  const titled = (runs.data?.runs ?? []).filter(({ id }) => id !== shown).map(({ id, status, createdAt }) => ({ id, title: t("inspect.compare.run", { status, ago: formatAgo(Date.parse(createdAt), runs.dataUpdatedAt, t), at: new Date(createdAt) }) }));
  return { runs: titled, open };
}

/** Beyond this many a list is of no use. */
const mostCells = 500;

/** Which cell of a sweep B is. */
function CellChoice({ other, run, set }: { other: Other; run: InspectedRun; set: (change: Partial<Other>) => void }) {
  const t = useTranslations();
  const { axes } = run.state;
  if (axes.length === 0) return null;
  const cells = cellsInOrder(axes, run.graph.sweepMode === "zip").slice(0, mostCells);
  const title = (cell: readonly number[]) => joined(cell.map((at, axis) => `${axes[axis]!.title} ${String(axes[axis]!.values[at])}`), t);
  return (
    <select className="field max-w-56" aria-label={t("inspect.compare.cellOfB")} value={other.cell?.join() ?? ""} onChange={(event) => set({ cell: event.target.value === "" ? null : event.target.value.split(",").map(Number) })}>
      <option value="">{t("inspect.compare.sameCell")}</option>
      {cells.map((cell) => (
        <option key={cell.join()} value={cell.join()}>
          {title(cell)}
        </option>
      ))}
    </select>
  );
}

function StepChoice({ other, subject, set }: { other: Other; subject: Subject | null; set: (change: Partial<Other>) => void }) {
  const t = useTranslations();
  const frames = subject?.frames ?? [];
  if (frames.length === 0) return null;
  const same = other.step === "same";
  return (
    <>
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={same} onChange={(event) => set({ step: event.target.checked ? "same" : (subject?.frame?.step ?? null) })} />
        {t("inspect.compare.locked")}
      </label>
      {!same && <NumberField label={t("inspect.compare.stepOfB")} value={subject?.frame?.step ?? 1} min={frames[0]!.step} max={frames.at(-1)!.step} integer unit={t("inspect.option.of", { count: frames.at(-1)!.step })} onChange={(step) => set({ step })} className="w-24" />}
    </>
  );
}

/** What B is: of which run, which node, which step. */
export function OtherControls({ a, subject }: { a: Inspected; subject: Subject | null }) {
  const t = useTranslations();
  const store = useEditorStore();
  const run = useEditor((state) => state.run);
  const other = useEditor((state) => state.inspection.other);
  const { runs, open } = useOtherRuns();
  if (!other || !run) return null;
  const set = (change: Partial<Other>) => inspect(store, { other: { ...other, ...change } });
  const chooseRun = async (id: string) => {
    if (id === "") return set({ run: null, cell: null });
    try {
      const found = await open(id);
      // Somebody may have chosen otherwise meanwhile.
      if (store.getState().inspection.other !== other) return;
      // Most often the same node and step of another run is what is wanted.
      if (found) set({ run: found, cell: null, step: other.run ? other.step : "same", nodeId: found.graph.nodes.some((node) => node.id === other.nodeId) ? other.nodeId : (comparableNodes(found, t)[0]?.id ?? other.nodeId) });
    } catch (error) {
      toast(t("inspect.compare.runNotOpened"), { detail: describeError(error), tone: "bad" });
    }
  };
  const nodes = comparableNodes(other.run ?? run, t);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2" role="group" aria-label={t("inspect.compare.what")}>
      <span className="text-muted">B</span>
      <select className="field max-w-56" aria-label={t("inspect.compare.runOfB")} value={other.run?.id ?? ""} onChange={(event) => void chooseRun(event.target.value)}>
        <option value="">{t("inspect.compare.thisRun")}</option>
        {other.run && !runs.some(({ id }) => id === other.run?.id) && <option value={other.run.id}>{t("inspect.compare.anotherRun")}</option>}
        {runs.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <select className="field max-w-56" aria-label={t("inspect.compare.nodeOfB")} value={other.nodeId} onChange={(event) => set({ nodeId: event.target.value, port: a.subject.port, tensor: a.of.name })}>
        {nodes.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      {subject && subject.sources.length > 1 && (
        <select className="field max-w-44" aria-label={t("inspect.compare.placeOfB")} value={subject.port ?? ""} onChange={(event) => set({ port: event.target.value === "" ? null : event.target.value })}>
          {subject.sources.map(({ port, title }) => (
            <option key={port ?? ""} value={port ?? ""}>
              {title}
            </option>
          ))}
        </select>
      )}
      <CellChoice other={other} run={other.run ?? run} set={set} />
      <StepChoice other={other} subject={subject} set={set} />
    </div>
  );
}
