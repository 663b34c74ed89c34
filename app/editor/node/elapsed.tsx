"use client";

import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { formatSeconds } from "@/app/ui/quantity";

/** Time since `since`, once it is long enough to be worth saying. */
export function Elapsed({ since, prefix = "", from = 3 }: { since: number; prefix?: string; from?: number }) {
  const t = useTranslations();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((now - since) / 1000);
  return seconds < from ? null : (
    <span className="number">
      {prefix}
      {formatSeconds(seconds, t)}
    </span>
  );
}
