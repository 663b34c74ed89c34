"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { messageWords } from "@/app/i18n/vocabulary";
import { Button, buttonClass } from "@/app/ui/button";
import { classNames } from "@/app/ui/class-names";
import { applyFix, fixOf } from "@/nodes/problem-fixes";
import type { Problem } from "@/nodes/problems";
import { fixWords } from "../graph/fix-words";
import { edit, goToNode } from "../store/document-actions";
import { useEditorStore } from "../store/editor-context";

/** Mends the problem in one step that can be undone; nothing where there is no one clear way. */
export function FixButton({ problem, className }: { problem: Problem; className?: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  // A change that matters to it makes the problem anew; moving nodes does not.
  const fix = useMemo(() => {
    const { graph } = store.getState();
    const found = fixOf(graph, problem);
    return found && fixWords(graph, problem, found, t);
  }, [store, problem, t]);
  if (fix === null) return null;
  const mend = () =>
    edit(store, (graph) => {
      const now = fixOf(graph, problem);
      return now ? applyFix(graph, now) : graph;
    });
  return (
    <Button onClick={mend} aria-label={t("panels.problems.fix", { fix, problem: messageWords(problem, t).message })} className={classNames("max-w-full", className)}>
      <span className="truncate">{fix}</span>
    </Button>
  );
}

function Words({ problem }: { problem: Problem }) {
  const { message, remedy } = messageWords(problem, useTranslations());
  return (
    <>
      <TriangleAlert size={14} className="mt-[3px] shrink-0 text-warn" aria-hidden />
      <span className="min-w-0 flex-1 wrap-anywhere">
        {message}
        {remedy && <span className="block text-muted">{remedy}</span>}
      </span>
    </>
  );
}

/** A problem: the words lead to its node, the button mends it. */
function ProblemItem({ problem }: { problem: Problem }) {
  const t = useTranslations();
  const store = useEditorStore();
  const { nodeId } = problem;
  return (
    <li>
      {nodeId === undefined ? (
        <div className="flex gap-2 p-2">
          <Words problem={problem} />
        </div>
      ) : (
        <button type="button" onClick={() => goToNode(store, nodeId)} className="flex w-full gap-2 rounded-md p-2 text-left hover:bg-hover">
          <Words problem={problem} />
        </button>
      )}
      <span className="block pb-1 pl-7.5 empty:hidden">
        {problem.page === "models" ? (
          <Link href="/models" className={buttonClass()}>
            {t("common.places.models")}
          </Link>
        ) : (
          <FixButton problem={problem} />
        )}
      </span>
    </li>
  );
}

/** More than anybody reads at once. */
const mostShown = 100;

interface ProblemListProps {
  problems: readonly Problem[];
  title: string;
  /** Of what no run needs: it is not where the count of problems leads. */
  beside?: boolean;
}

export function ProblemList({ problems, title, beside = false }: ProblemListProps) {
  const t = useTranslations();
  return (
    <section {...(!beside && { id: "problems", tabIndex: -1 })} aria-label={beside ? title : t("panels.problems.title")} className="outline-none">
      <h2 className="mb-1 font-semibold">{title}</h2>
      <ul className="-mx-2">
        {problems.slice(0, mostShown).map((problem, index) => (
          <ProblemItem key={`${index} ${problem.message}`} problem={problem} />
        ))}
      </ul>
      {problems.length > mostShown && <p className="mt-1 text-muted">{t("panels.problems.more", { count: problems.length - mostShown })}</p>}
    </section>
  );
}
