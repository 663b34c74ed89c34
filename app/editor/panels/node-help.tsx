import { useTranslations } from "use-intl";
import { dataTypeWord, spoken } from "@/app/i18n/vocabulary";
import type { NodeSpec } from "@/nodes/define-node";
import { type PaperPart, paperUrl } from "@/nodes/paper";
import { dataTypes, type Ports } from "@/nodes/ports";
import { PortShape } from "../node/port-shape";

function PortHelp({ word, ports }: { word: string; ports: Ports }) {
  const t = useTranslations();
  const all = Object.entries(ports);
  if (all.length === 0) return null;
  return (
    <>
      <h3 className="mt-2 text-sm text-faint">{word}</h3>
      <ul className="flex flex-col gap-2">
        {all.map(([name, { type, title, optional, help }]) => (
          <li key={name} className="flex gap-2.5">
            <span className="flex h-5 w-3 shrink-0 items-center justify-center">
              <PortShape type={type} size={11} hollow={optional === true} />
            </span>
            <span className="min-w-0">
              {spoken(title, t)}
              <span className="text-faint">
                {title !== dataTypes[type].title && ` · ${dataTypeWord(type, t)}`}
                {optional && ` · ${t("panels.ports.optional")}`}
              </span>
              {help && <span className="block text-muted">{spoken(help, t)}</span>}
              <span className="block text-sm text-muted select-text">{spoken(dataTypes[type].tensors, t)}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function InPaper({ parts }: { parts: readonly PaperPart[] }) {
  const t = useTranslations();
  return (
    <section aria-label={t("paper.heading")} className="mt-2 flex flex-col gap-1.5">
      <h3 className="text-sm text-faint">{t("paper.heading")}</h3>
      {parts.map((part) => (
        <p key={part} className="select-text">
          {t(`paper.part.${part}.title`)}
          <span className="block text-sm text-muted">{t(`paper.part.${part}.about`)}</span>
        </p>
      ))}
      <a href={paperUrl} target="_blank" rel="noreferrer" className="self-start text-sm text-accent underline underline-offset-2">
        {t("paper.link")}
      </a>
    </section>
  );
}

/** What a node takes and gives, with the shapes of its tensors, and what the paper says of it; folded until somebody asks. */
export function NodeHelp({ spec }: { spec: NodeSpec }) {
  const t = useTranslations();
  return (
    <details>
      <summary className="cursor-default text-muted hover:text-ink">{t("panels.ports.help")}</summary>
      <PortHelp word={t("panels.ports.takes")} ports={spec.inputs} />
      <PortHelp word={t("panels.ports.gives")} ports={spec.outputs} />
      {spec.paper && <InPaper parts={spec.paper} />}
    </details>
  );
}
