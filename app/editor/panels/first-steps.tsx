"use client";

import { Check, X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { IconButton } from "@/app/ui/icon-button";
import { Shortcut } from "@/app/ui/shortcut";
import { useKeysOf } from "../shortcuts/commands-context";
import { useEditorStore } from "../store/editor-context";
import { isHintShown, stepsAfter, useStepsTaken } from "./steps-taken";

/** Notes what is done while an editor is open. */
export function useStepsWatch(): void {
  const store = useEditorStore();
  useEffect(
    () =>
      store.subscribe((state) => {
        const taken = useStepsTaken.getState();
        if (!isHintShown(taken)) return;
        const next = stepsAfter(taken, state);
        if (next !== taken) useStepsTaken.setState(next);
      }),
    [store],
  );
}

function Step({ number, done, children }: { number: number; done: boolean; children: ReactNode }) {
  const t = useTranslations();
  return (
    <li className="flex gap-2.5">
      <span className={classNames("number flex size-5 shrink-0 items-center justify-center rounded-full border text-xs", done ? "border-transparent text-good" : "border-line-strong text-muted")}>
        {done ? <Check size={13} aria-label={t("panels.firstSteps.done")} /> : number}
      </span>
      <span className={done ? "text-faint" : undefined}>{children}</span>
    </li>
  );
}

/** What `<keys>` in a message becomes. */
const shownKeys = (keys: string | undefined) => () => keys && <Shortcut key="keys" keys={keys} />;

/** The first three things to do. It stands where nothing else would, and leaves once they are done or it is put away. */
export function FirstSteps() {
  const t = useTranslations();
  const taken = useStepsTaken();
  const keys = useKeysOf("run");
  if (!isHintShown(taken)) return null;
  return (
    <section aria-label={t("panels.firstSteps.title")} className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <header className="flex items-center justify-between">
        <h2 className="font-semibold">{t("panels.firstSteps.title")}</h2>
        <IconButton label={t("panels.firstSteps.hideLabel")} hint={t("panels.firstSteps.hide")} size="small" side="left" icon={<X size={14} />} onClick={() => useStepsTaken.setState({ hidden: true })} />
      </header>
      <ol className="flex flex-col gap-2">
        <Step number={1} done={taken.changed}>
          {t("panels.firstSteps.change")}
        </Step>
        <Step number={2} done={taken.ran}>
          {t.rich("panels.firstSteps.run", { keys: shownKeys(keys) })}
        </Step>
        <Step number={3} done={taken.looked}>
          {t("panels.firstSteps.look")}
        </Step>
      </ol>
    </section>
  );
}
