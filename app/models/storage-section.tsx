"use client";

import { useQuery } from "@tanstack/react-query";
import { describeError, useTRPC } from "@/app/trpc-client";
import { formatBytes } from "@/app/ui/quantity";
import type { StorageKind, StorageUse } from "@/server/api/contract";

const titles: Record<StorageKind, { title: string; says: string }> = {
  pictures: { title: "Pictures", says: "results and previews of steps" },
  results: { title: "Result tensors", says: "what nodes gave" },
  steps: { title: "Step tensors", says: "what the filmstrip goes back to" },
  uploads: { title: "Uploads", says: "pictures of your own; they always stay" },
  unnamed: { title: "Not referenced", says: "steps of runs that were cancelled or failed, say" },
};

const count = (files: number) => `${files.toLocaleString("en")} ${files === 1 ? "file" : "files"}`;

function Bar({ use }: { use: StorageUse }) {
  const share = (bytes: number) => `${Math.min(100, (100 * bytes) / Math.max(use.limit, use.bytes))}%`;
  return (
    <div
      role="meter"
      aria-label="Storage used"
      aria-valuemin={0}
      aria-valuemax={use.limit}
      aria-valuenow={Math.min(use.bytes, use.limit)}
      aria-valuetext={`${formatBytes(use.bytes)} of ${formatBytes(use.limit)}`}
      className="flex h-1.5 overflow-hidden rounded-full bg-line"
    >
      <span className="bg-ink" style={{ width: share(use.pinnedBytes) }} />
      <span className="bg-faint" style={{ width: share(use.bytes - use.pinnedBytes) }} />
    </div>
  );
}

function Row({ title, says, bytes, files }: { title: string; says: string; bytes: number; files: number }) {
  return (
    <div className="flex items-baseline gap-4 px-4 py-2">
      <dt className="min-w-0 flex-1">
        <span className="font-medium">{title}</span> <span className="text-muted max-sm:hidden">{says}</span>
      </dt>
      <dd className="number w-24 text-right text-muted">{count(files)}</dd>
      <dd className="number w-20 text-right">{formatBytes(bytes)}</dd>
    </div>
  );
}

/** What results take on the disk, and what becomes of them when that is too much. */
export function StorageSection() {
  const trpc = useTRPC();
  const { data: use, error } = useQuery(trpc.system.storage.queryOptions(undefined, { refetchInterval: 10_000 }));
  return (
    <section aria-labelledby="storage" className="mt-8 min-h-80">
      <header className="mb-2 flex items-baseline justify-between gap-6">
        <h2 id="storage" className="text-lg font-semibold">
          Storage
        </h2>
        {use && (
          <p className="number text-muted">
            <span className="text-ink">{formatBytes(use.bytes)}</span> of {formatBytes(use.limit)}
          </p>
        )}
      </header>
      {error && !use && <p className="text-bad">{describeError(error)}</p>}
      {use && (
        <>
          <Bar use={use} />
          <p className="mt-2 mb-4 text-muted">
            <span className="number">{formatBytes(use.pinnedBytes)}</span> always stay: uploads, the pictures in the history, and runs whose results you keep. Of the rest, what was used longest ago makes room at the limit, and is computed again when it is
            needed.
          </p>
          <dl className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel">
            {use.kinds.map(({ kind, files, bytes }) => (
              <Row key={kind} {...titles[kind]} files={files} bytes={bytes} />
            ))}
            <Row title="ONNX graphs" says="not counted in the limit" {...use.graphs} />
          </dl>
        </>
      )}
    </section>
  );
}
