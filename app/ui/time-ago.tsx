"use client";

import { useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { formatAgo } from "./quantity";

let now = Date.now();
function subscribe(onChange: () => void) {
  const timer = setInterval(() => {
    now = Date.now();
    onChange();
  }, 15_000);
  return () => clearInterval(timer);
}

/** How long ago something was, kept true while it is shown. */
export function TimeAgo({ at }: { at: number | string }) {
  const t = useTranslations();
  const time = typeof at === "number" ? at : Date.parse(at);
  const present = useSyncExternalStore(subscribe, () => now, () => now);
  return (
    <time dateTime={new Date(time).toISOString()} title={t("common.ago.exactly", { at: new Date(time) })} className="number" suppressHydrationWarning>
      {formatAgo(time, Math.max(present, time), t)}
    </time>
  );
}

/** The same as a tag of a message: `t.rich("…", { ago: timeAgo(at) })`. */
export const timeAgo = (at: number | string) => () => <TimeAgo at={at} />;
