"use client";

import { Check, X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
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
  return (
    <li className="flex gap-2.5">
      <span className={classNames("number flex size-5 shrink-0 items-center justify-center rounded-full border text-xs", done ? "border-transparent text-good" : "border-line-strong text-muted")}>
        {done ? <Check size={13} aria-label="Done" /> : number}
      </span>
      <span className={done ? "text-faint" : undefined}>{children}</span>
    </li>
  );
}

/** The first three things to do. It stands where nothing else would, and leaves once they are done or it is put away. */
export function FirstSteps() {
  const taken = useStepsTaken();
  const keys = useKeysOf("run");
  if (!isHintShown(taken)) return null;
  return (
    <section aria-label="First steps" className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <header className="flex items-center justify-between">
        <h2 className="font-semibold">First steps</h2>
        <IconButton label="Hide the first steps" hint="Hide" size="small" side="left" icon={<X size={14} />} onClick={() => useStepsTaken.setState({ hidden: true })} />
      </header>
      <ol className="flex flex-col gap-2">
        <Step number={1} done={taken.changed}>
          Change something: write another prompt on its node, say.
        </Step>
        <Step number={2} done={taken.ran}>
          Press Run {keys && <Shortcut keys={keys} />} and watch the pictures come on the nodes.
        </Step>
        <Step number={3} done={taken.looked}>
          Select a node that ran. Its steps are below the canvas; Inspect shows what is in them.
        </Step>
      </ol>
    </section>
  );
}
