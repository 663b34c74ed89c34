"use client";

import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { currentTranslator } from "@/app/i18n/current-translator";
import { messageInOne } from "@/app/i18n/vocabulary";
import { animationOf, csvOf, longestAnimation, npyOf, pngOf, save } from "@/app/inspector/downloads";
import { computableFrames, sampled } from "@/app/inspector/timeline";
import { Menu, MenuHeading, MenuItem, MenuLine } from "@/app/ui/menu";
import { Tooltip } from "@/app/ui/tooltip";
import { settleToast, toast } from "@/app/ui/toast";
import type { RequestProblem } from "@/server/api/contract";
import { tensorsUrl } from "../node/artifact-picture";
import { useEditor } from "../store/editor-context";
import { useScaledView, viewsOverTime } from "./steps-scale";
import type { Inspected } from "./use-inspected";
import { useComputeSteps } from "./use-probe";
import { computedView, useAttentionChoice, useShownView } from "./use-shown-view";

/** Steps that are computed once more for an animation: each takes as long as it took in the run. */
const mostComputed = 60;

/** The chosen view over the steps as an animation; one that is computed is computed for an even sample of them. */
function useAnimation(inspected: Inspected, computed: boolean) {
  const t = useTranslations();
  const speed = useEditor((state) => state.speed);
  const options = useEditor((state) => state.inspection.options);
  const chosen = useAttentionChoice();
  const compute = useComputeSteps(inspected);
  const steps = computed ? sampled(computableFrames(inspected.subject.frames, inspected.choice), mostComputed).map(({ step }) => step) : [];
  const make = async (): Promise<Blob> => {
    if (!computed) return animationOf(viewsOverTime(inspected, options, longestAnimation, t), speed);
    const about = "steps computed";
    const say = (done: number) => toast(t("inspect.download.computed", { done, count: steps.length }), { about });
    say(0);
    try {
      const outputs = await compute(steps, say);
      return await animationOf(outputs.flatMap((output) => computedView(inspected, output, chosen) ?? []), speed);
    } finally {
      settleToast(about);
    }
  };
  return { steps: steps.length, make };
}

/** Everything that can be taken away of what is looked at. */
export function DownloadMenu({ inspected }: { inspected: Inspected }) {
  const t = useTranslations();
  const { subject, of, choice } = inspected;
  const { view, probing } = useShownView(inspected);
  const animation = useAnimation(inspected, probing !== null);
  const name = [subject.nodeId, of.name, subject.frame && `step-${subject.frame.step}`].filter(Boolean).join("-");
  const make = (what: Promise<Blob>, file: string) => void what.then((blob) => save(blob, file)).catch((error: unknown) => toast(t("inspect.download.failed"), { detail: error instanceof Error ? error.message : String(error), tone: "bad" }));
  const seen = useScaledView(inspected);
  // Until this step is computed there is nothing of it to take.
  const here = probing?.earlier ? null : (seen ?? view);
  const steps = subject.frames.length;
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
      <MenuItem disabled={here === null} onSelect={() => here && make(pngOf(here), `${name}-${choice.id}.png`)}>
        {t("inspect.download.png")}
      </MenuItem>
      <MenuItem onSelect={() => make(npyOf(of), `${name}.npy`)}>{t("inspect.download.npy")}</MenuItem>
      <MenuItem onSelect={() => make(fetchFile(tensorsUrl(of.hash)), `${name}.safetensors`)}>{t("inspect.download.safetensors")}</MenuItem>
      {steps > 1 && (
        <>
          <MenuLine />
          <MenuHeading>{t("inspect.download.allSteps", { count: steps })}</MenuHeading>
          <MenuItem disabled={view === null} onSelect={() => make(animation.make(), `${subject.nodeId}-${of.name}-${choice.id}.webp`)}>
            {animation.steps > 0 ? t("inspect.download.webpComputed", { count: animation.steps }) : t("inspect.download.webp")}
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
