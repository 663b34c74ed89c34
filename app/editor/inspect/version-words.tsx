"use client";

import { useTranslations } from "use-intl";
import { typeTitle } from "@/app/i18n/vocabulary";
import type { Subject } from "@/app/inspector/subject";

/** Says that another version of this type of node computed what is looked at; nothing where it was the one in use. */
export function VersionWords({ subject: { nodeType, versions } }: { subject: Subject }) {
  const t = useTranslations();
  if (!versions) return null;
  const { made, now } = versions;
  const words = { type: typeTitle(nodeType, t), made: String(made) };
  return <p className="text-warn">{now === null ? t("inspect.version.unknown", words) : t("inspect.version.other", { ...words, now: String(now) })}</p>;
}
