"use client";

import { useQuery } from "@tanstack/react-query";
import { FileUp, Plus, RotateCcw, Search } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { matchPoints } from "@/app/editor/search-ranking";
import { spoken } from "@/app/i18n/vocabulary";
import { describeError, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { SiteHeader } from "@/app/ui/site-header";
import { TimeAgo } from "@/app/ui/time-ago";
import { PresetCard } from "./preset-card";
import { useFirstVisit } from "./use-first-visit";
import { useWorkflowActions, type WorkflowActions } from "./use-workflow-actions";
import { WorkflowCard } from "./workflow-card";

function Section({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <section aria-label={title} className="mb-10">
      <header className="mb-3 flex min-h-8 flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{title}</h2>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

function ImportButton({ actions }: { actions: WorkflowActions }) {
  const t = useTranslations();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon={<FileUp size={14} aria-hidden />} onClick={() => input.current?.click()}>
        {t("start.import")}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        accept=".json,application/json,.png,image/png"
        aria-label={t("start.filesToImport")}
        className="hidden"
        onChange={(event) => {
          void actions.importFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

/** The names that fit what is searched for, in their order; all of them when nothing is. */
function fitting<T>(items: readonly T[], query: string, nameOf: (item: T) => string): readonly T[] {
  return query.trim() === "" ? items : items.filter((item) => matchPoints(query, nameOf(item)) !== null);
}

function NoneFound({ query }: { query: string }) {
  const t = useTranslations();
  return <p className="min-h-12 text-muted">{t("start.noneFound", { query: query.trim() })}</p>;
}

function SearchField({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const t = useTranslations();
  return (
    <label className="field flex h-8 w-56 items-center gap-2 px-2">
      <Search size={14} className="shrink-0 text-faint" aria-hidden />
      <input type="search" aria-label={t("start.search")} placeholder={t("start.search")} value={query} onChange={(event) => onChange(event.target.value)} className="min-w-0 flex-1 bg-transparent outline-none" />
    </label>
  );
}

interface Listing {
  readonly actions: WorkflowActions;
  readonly query: string;
}

/** Two rows on a wide page, so that the presets are not below a hundred workflows. */
const newest = 10;

function Workflows({ actions, query }: Listing) {
  const t = useTranslations();
  const trpc = useTRPC();
  const [all, setAll] = useState(false);
  const list = useQuery(trpc.workflows.list.queryOptions({}));
  if (list.error) return <p className="text-bad">{describeError(list.error)}</p>;
  if (!list.data) return <div className="min-h-48" aria-busy />;
  if (list.data.length === 0) {
    return (
      <div className="flex flex-col items-start gap-1 rounded-xl border border-dashed border-line-strong p-6">
        <p className="font-medium">{t("start.none.title")}</p>
        <p className="text-muted">{t("start.none.detail")}</p>
      </div>
    );
  }
  const found = fitting(list.data, query, ({ name }) => name);
  if (found.length === 0) return <NoneFound query={query} />;
  // Whoever searches wants to see all that is found.
  const few = query.trim() === "" && found.length > newest;
  return (
    <>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-4">
        {(few && !all ? found.slice(0, newest) : found).map((workflow) => (
          <WorkflowCard key={workflow.id} workflow={workflow} actions={actions} />
        ))}
      </div>
      {few && (
        <Button tone="quiet" aria-expanded={all} className="mt-2 -ml-3" onClick={() => setAll(!all)}>
          {all ? t("start.showNewest") : t("start.showAll", { count: found.length })}
        </Button>
      )}
    </>
  );
}

function Presets({ actions, query }: Listing) {
  const t = useTranslations();
  const trpc = useTRPC();
  const list = useQuery(trpc.presets.list.queryOptions());
  if (list.error) return <p className="text-bad">{describeError(list.error)}</p>;
  const found = list.data && fitting(list.data, query, ({ name }) => `${spoken(name, t)} ${name}`);
  if (found?.length === 0) return <NoneFound query={query} />;
  return (
    <div className="grid min-h-32 grid-cols-[repeat(auto-fill,minmax(16rem,1fr))] gap-4">
      {found?.map((preset) => (
        <PresetCard key={preset.id} preset={preset} actions={actions} />
      ))}
    </div>
  );
}

/** Deleted workflows, on request. */
function Removed({ actions }: { actions: WorkflowActions }) {
  const t = useTranslations();
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const list = useQuery(trpc.workflows.list.queryOptions({ removed: true }));
  if (!list.data || list.data.length === 0) return null;
  return (
    <section aria-label={t("start.deleted.title")}>
      <Button tone="quiet" aria-expanded={open} className="-ml-3" onClick={() => setOpen(!open)}>
        {open ? t("start.deleted.hide") : t("start.deleted.show", { count: list.data.length })}
      </Button>
      {open && (
        <ul className="mt-2 max-w-xl divide-y divide-line rounded-xl border border-line bg-panel">
          {list.data.map((workflow) => (
            <li key={workflow.id} className="flex items-center gap-3 px-3 py-1.5">
              <span className="min-w-0 flex-1 truncate">{workflow.name}</span>
              <span className="text-faint">
                <TimeAgo at={workflow.updatedAt} />
              </span>
              <Button tone="quiet" icon={<RotateCcw size={14} aria-hidden />} onClick={() => actions.restore(workflow)}>
                {t("start.deleted.bringBack")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function StartPage() {
  const t = useTranslations();
  const actions = useWorkflowActions();
  const [over, setOver] = useState(false);
  const [query, setQuery] = useState("");
  const opening = useFirstVisit();
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  if (opening) {
    return (
      <main className="flex min-h-dvh items-center justify-center text-faint" aria-busy>
        {/* Said only when it takes a while: usually the answer is there at once. */}
        <p className="motion-safe:animate-[appear_120ms_400ms_both]">{t("start.opening")}</p>
      </main>
    );
  }
  return (
    <div
      className="min-h-dvh"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget === event.target && setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        void actions.importFiles([...event.dataTransfer.files]);
      }}
    >
      <SiteHeader />
      <main className="mx-auto max-w-6xl px-6 py-8">
        <h1 className="sr-only">{t("common.product")}</h1>
        <Section
          title={t("start.workflows")}
          actions={
            <>
              <SearchField query={query} onChange={setQuery} />
              <ImportButton actions={actions} />
              <Button tone="primary" icon={<Plus size={15} aria-hidden />} onClick={() => void actions.create()}>
                {t("start.newWorkflow")}
              </Button>
            </>
          }
        >
          <Workflows actions={actions} query={query} />
        </Section>
        <Section title={t("start.presets")}>
          <Presets actions={actions} query={query} />
        </Section>
        <Removed actions={actions} />
      </main>
      {over && (
        <div className="pointer-events-none fixed inset-3 z-20 flex items-center justify-center rounded-xl border-2 border-dashed border-accent bg-page/80">
          <p className="text-lg font-semibold">{t("start.dropToImport")}</p>
        </div>
      )}
    </div>
  );
}
