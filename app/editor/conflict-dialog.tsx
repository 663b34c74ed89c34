"use client";

import { useRouter } from "next/navigation";
import { useId, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { describeError } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import { timeAgo } from "@/app/ui/time-ago";
import { toast } from "@/app/ui/toast";
import { conflictWords, type ConflictWords } from "./graph/conflict-words";
import { conflictKey, type Side } from "./graph/merge";
import { useEditor, useEditorStore, useSession } from "./store/editor-context";
import type { Clash } from "./store/editor-store";
import { setAsking } from "./store/workflow-saving";

const sides: readonly Side[] = ["mine", "theirs"];

function ConflictRow({ words, chosen, onChoose }: { words: ConflictWords; chosen: Side; onChoose: (side: Side) => void }) {
  const t = useTranslations();
  const name = useId();
  return (
    <fieldset className="py-2.5">
      <legend className="float-left mb-1.5 w-full">
        <span className="font-medium">{words.thing}</span>
        {words.field && <span className="text-muted"> · {words.field}</span>}
      </legend>
      <div className="grid w-full grid-cols-2 gap-2">
        {sides.map((side) => (
          <label key={side} className="grid min-w-0 cursor-pointer grid-cols-[auto_1fr] content-start gap-x-2 rounded-lg border border-line px-2.5 py-2 hover:border-line-strong has-checked:border-accent has-checked:bg-pressed has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
            <input type="radio" name={name} checked={chosen === side} onChange={() => onChoose(side)} className="mt-0.5 size-3.5 shrink-0 accent-accent outline-none" />
            <span className="text-sm text-muted">{t(`saving.clash.${side}`)}</span>
            <span className="col-start-2 wrap-anywhere">{words[side]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** One choice per thing that both changed; what only one of the two changed is joined already. */
function ClashDialog({ clash }: { clash: Clash }) {
  const t = useTranslations();
  const session = useSession();
  const store = useEditorStore();
  const router = useRouter();
  const graph = useEditor((state) => state.graph);
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const rows = useMemo(() => clash.conflicts.map((conflict) => ({ key: conflictKey(conflict), words: conflictWords(conflict, [graph, clash.theirs.document.graph], t) })), [clash, graph, t]);
  const chosen = (key: string): Side => choices.get(key) ?? "mine";
  const chooseAll = (side: Side) => setChoices(new Map(rows.map(({ key }) => [key, side])));
  const keepMine = async () => {
    try {
      router.push(`/workflows/${await session.saving.keepMineAsCopy()}`);
    } catch (error) {
      toast(t("saving.copyFailed"), { detail: describeError(error), tone: "bad" });
    }
  };
  return (
    <Dialog
      open={clash.asking}
      onOpenChange={(open) => setAsking(store, open)}
      width="wide"
      title={t("saving.clash.title")}
      description={t.rich("saving.clash.about", { version: String(clash.theirs.version), count: rows.length, ago: timeAgo(clash.theirs.at) })}
      actions={
        <>
          <Button onClick={() => void keepMine()}>{t("saving.clash.keepCopy")}</Button>
          <Button tone="primary" onClick={() => session.saving.choose(new Map(rows.map(({ key }) => [key, chosen(key)])))}>
            {t("saving.clash.choose")}
          </Button>
        </>
      }
    >
      {rows.length > 1 && (
        <div className="flex gap-2 pb-1">
          <Button onClick={() => chooseAll("mine")}>{t("saving.clash.allMine")}</Button>
          <Button onClick={() => chooseAll("theirs")}>{t("saving.clash.allTheirs")}</Button>
        </div>
      )}
      <div className="divide-y divide-line">
        {rows.map(({ key, words }) => (
          <ConflictRow key={key} words={words} chosen={chosen(key)} onChoose={(side) => setChoices(new Map([...choices, [key, side]]))} />
        ))}
      </div>
    </Dialog>
  );
}

/** Someone else saved this workflow meanwhile, and changed what was changed here. */
export function ConflictDialog() {
  const clash = useEditor((state) => state.clash);
  return clash && <ClashDialog clash={clash} />;
}
