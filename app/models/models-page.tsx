"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC } from "@/app/trpc-client";
import { messageInOne, spoken } from "@/app/i18n/vocabulary";
import { formatBytes, formatCount } from "@/app/ui/quantity";
import { SiteHeader } from "@/app/ui/site-header";
import { deviceWords } from "@/app/ui/system-words";
import type { ModelComponent, SystemStatus } from "@/server/api/contract";
import { StorageSection } from "./storage-section";

const providers: Record<SystemStatus["provider"], string> = { cpu: "CPU", cuda: "CUDA", webgpu: "WebGPU" };

function Checkpoint({ status }: { status: SystemStatus }) {
  const t = useTranslations();
  const { checkpoint, provider, version, dataDir } = status;
  const device = deviceWords(status, t);
  const facts = [
    [t("models.facts.checkpoint"), "problem" in checkpoint ? messageInOne(checkpoint.problem, t) : t("models.checkpoint", { name: checkpoint.name, parameters: formatCount(checkpoint.parameters), bytes: formatBytes(checkpoint.bytes) })],
    [t("models.facts.computedOn"), device === "" ? providers[provider] : t("models.computedOn", { provider: providers[provider], device })],
    [t("models.facts.worker"), t(`models.worker.${status.worker}`)],
    [t("models.facts.dataFolder"), dataDir],
    [t("models.facts.version"), version],
  ] as const;
  return (
    <dl className="mb-8 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="number wrap-anywhere select-text">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Component({ component }: { component: ModelComponent }) {
  const t = useTranslations();
  const title = spoken(component.title, t);
  return (
    <article aria-label={title} className="px-4 py-3">
      <header className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5">
        <h2 className="font-medium">{title}</h2>
        <p className="number text-muted">
          {t("models.component", { parameters: formatCount(component.parameters), bytes: formatBytes(component.bytes), dtype: component.dtype })}
        </p>
      </header>
      <p className="text-muted">{component.architecture}</p>
      <p className="mt-1 text-sm text-faint wrap-anywhere select-text">{component.files.join(", ")}</p>
      {component.problem && (
        <p className="mt-2 flex gap-2 rounded-md bg-bad-wash p-2">
          <CircleAlert size={14} className="mt-[3px] shrink-0 text-bad" aria-hidden />
          <span className="min-w-0 wrap-anywhere">{messageInOne(component.problem, t)}</span>
        </p>
      )}
    </article>
  );
}

export function ModelsPage() {
  const t = useTranslations();
  const trpc = useTRPC();
  const status = useQuery(trpc.system.status.queryOptions(undefined, { refetchInterval: 4_000 }));
  const list = useQuery(trpc.models.list.queryOptions());
  const error = list.error ?? status.error;
  return (
    <>
      <SiteHeader />
      <main className="mx-auto max-w-4xl px-6 py-8">
        <h1 className="mb-4 text-lg font-semibold">{t("models.title")}</h1>
        {error && <p className="mb-4 text-bad">{describeError(error)}</p>}
        {status.data && <Checkpoint status={status.data} />}
        {list.data && list.data.length > 0 && (
          <section aria-label={t("models.components")} className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel">
            {list.data.map((component) => (
              <Component key={component.id} component={component} />
            ))}
          </section>
        )}
        {list.data?.length === 0 && <p className="text-muted">{t("models.none")}</p>}
        <StorageSection />
      </main>
    </>
  );
}
