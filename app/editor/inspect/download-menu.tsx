"use client";

import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { currentTranslator } from "@/app/i18n/current-translator";
import { messageInOne } from "@/app/i18n/vocabulary";
import { animationOf, csvOf, longestAnimation, npyOf, pngOf, save } from "@/app/inspector/downloads";
import { Menu, MenuHeading, MenuItem, MenuLine } from "@/app/ui/menu";
import { Tooltip } from "@/app/ui/tooltip";
import { toast } from "@/app/ui/toast";
import type { RequestProblem } from "@/server/api/contract";
import { tensorsUrl } from "../node/artifact-picture";
import { useEditor } from "../store/editor-context";
import { useScaledView, viewsOverTime } from "./steps-scale";
import type { Inspected } from "./use-inspected";

/** Everything that can be taken away of what is looked at. */
export function DownloadMenu({ inspected }: { inspected: Inspected }) {
  const t = useTranslations();
  const speed = useEditor((state) => state.speed);
  const options = useEditor((state) => state.inspection.options);
  const { subject, of, choice } = inspected;
  const name = [subject.nodeId, of.name, subject.frame && `step-${subject.frame.step}`].filter(Boolean).join("-");
  const make = (what: Promise<Blob>, file: string) => void what.then((blob) => save(blob, file)).catch((error: unknown) => toast(t("inspect.download.failed"), { detail: error instanceof Error ? error.message : String(error), tone: "bad" }));
  const { draws } = choice;
  const steps = subject.frames.length;
  const seen = useScaledView(inspected);
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" aria-label={t("inspect.download.label")} className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink data-[state=open]:bg-pressed">
          <Tooltip label={t("inspect.download.label")}>
            <Download size={15} aria-hidden />
          </Tooltip>
        </button>
      }
    >
      <MenuHeading>{subject.frame ? t("inspect.download.step", { step: subject.frame.step }) : t("inspect.download.output")}</MenuHeading>
      <MenuItem disabled={!seen} onSelect={() => seen && make(pngOf(seen), `${name}-${choice.id}.png`)}>
        {t("inspect.download.png")}
      </MenuItem>
      <MenuItem onSelect={() => make(npyOf(of), `${name}.npy`)}>{t("inspect.download.npy")}</MenuItem>
      <MenuItem onSelect={() => make(fetchFile(tensorsUrl(of.hash)), `${name}.safetensors`)}>{t("inspect.download.safetensors")}</MenuItem>
      {steps > 1 && (
        <>
          <MenuLine />
          <MenuHeading>{t("inspect.download.allSteps", { count: steps })}</MenuHeading>
          <MenuItem disabled={draws.by !== "worker"} onSelect={() => make(animationOf(viewsOverTime(inspected, options, longestAnimation, t), speed), `${subject.nodeId}-${of.name}-${choice.id}.webp`)}>
            {t("inspect.download.webp")}
          </MenuItem>
          <MenuItem onSelect={() => make(csvOf(subject.frames, of.name), `${subject.nodeId}-${of.name}.csv`)}>{t("inspect.download.csv")}</MenuItem>
        </>
      )}
    </Menu>
  );
}

async function fetchFile(address: string): Promise<Blob> {
  const answer = await fetch(address);
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => null)) as RequestProblem | null;
    const t = currentTranslator();
    throw new Error(problem ? messageInOne(problem, t) : t("inspect.download.gone"));
  }
  return answer.blob();
}
