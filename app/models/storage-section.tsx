"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC } from "@/app/trpc-client";
import { formatBytes } from "@/app/ui/quantity";
import type { StorageUse } from "@/server/api/contract";

/** What a message marks. */
const marks = {
  used: (bytes: ReactNode) => <span className="text-ink">{bytes}</span>,
  number: (bytes: ReactNode) => <span className="number">{bytes}</span>,
};

function Bar({ use }: { use: StorageUse }) {
  const t = useTranslations();
  const share = (bytes: number) => `${Math.min(100, (100 * bytes) / Math.max(use.limit, use.bytes))}%`;
  return (
    <div
      role="meter"
      aria-label={t("models.storage.label")}
      aria-valuemin={0}
      aria-valuemax={use.limit}
      aria-valuenow={Math.min(use.bytes, use.limit)}
      aria-valuetext={t("models.storage.ofLimit", { used: formatBytes(use.bytes), limit: formatBytes(use.limit) })}
      className="flex h-1.5 overflow-hidden rounded-full bg-line"
    >
      <span className="bg-ink" style={{ width: share(use.pinnedBytes) }} />
      <span className="bg-faint" style={{ width: share(use.bytes - use.pinnedBytes) }} />
    </div>
  );
}

function Row({ title, says, bytes, files }: { title: string; says: string; bytes: number; files: number }) {
  const t = useTranslations();
  return (
    <div className="flex items-baseline gap-4 px-4 py-2">
      <dt className="min-w-0 flex-1">
        <span className="font-medium">{title}</span> <span className="text-muted max-sm:hidden">{says}</span>
      </dt>
      <dd className="number w-24 text-right text-muted">{t("models.storage.files", { count: files })}</dd>
      <dd className="number w-20 text-right">{formatBytes(bytes)}</dd>
    </div>
  );
}

/** What results take on the disk, and what becomes of them when that is too much. */
export function StorageSection() {
  const t = useTranslations();
  const trpc = useTRPC();
  const { data: use, error } = useQuery(trpc.system.storage.queryOptions(undefined, { refetchInterval: 10_000 }));
  return (
    <section aria-labelledby="storage" className="mt-8 min-h-80">
      <header className="mb-2 flex items-baseline justify-between gap-6">
        <h2 id="storage" className="text-lg font-semibold">
          {t("models.storage.title")}
        </h2>
        {use && (
          <p className="number text-muted">
            {t.rich("models.storage.ofLimitMarked", { bytes: formatBytes(use.bytes), limit: formatBytes(use.limit), ...marks })}
          </p>
        )}
      </header>
      {error && !use && <p className="text-bad">{describeError(error)}</p>}
      {use && (
        <>
          <Bar use={use} />
          <p className="mt-2 mb-4 text-muted">
            {t.rich("models.storage.pinned", { bytes: formatBytes(use.pinnedBytes), ...marks })}
          </p>
          <dl className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel">
            {use.kinds.map(({ kind, files, bytes }) => (
              <Row key={kind} title={t(`models.storage.${kind}.title`)} says={t(`models.storage.${kind}.says`)} files={files} bytes={bytes} />
            ))}
            <Row title={t("models.storage.graphs.title")} says={t("models.storage.graphs.says")} {...use.graphs} />
          </dl>
        </>
      )}
    </section>
  );
}
