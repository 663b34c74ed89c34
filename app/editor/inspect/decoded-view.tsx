"use client";

import { useTranslations } from "use-intl";
import { pictureUrl } from "../node/artifact-picture";
import { EarlierWords, ProbeWords } from "./probe-words";
import type { Surface } from "./surface";
import type { Inspected } from "./use-inspected";
import { useProbe } from "./use-probe";

/** x0 of the step as the picture that it would become. */
export function DecodedView({ inspected, Surface }: { inspected: Inspected; Surface: Surface }) {
  const t = useTranslations();
  const probing = useProbe(inspected);
  const { subject } = inspected;
  const hash = probing.output?.picture?.hash;
  const { width, height } = probing.output?.facts ?? {};
  if (hash === undefined || probing.problem !== null) return <ProbeWords probing={probing} />;
  const label = probing.earlier ? t("inspect.expected.before") : t("inspect.expected.atStep", { step: subject.frame?.step ?? 0 });
  const picture = { width: typeof width === "number" ? width : 1, height: typeof height === "number" ? height : 1 };
  return (
    <>
      <Surface label={label} picture={picture}>
        <img src={pictureUrl(hash)} alt={label} draggable={false} className="block w-full [image-rendering:pixelated]" style={{ aspectRatio: `${picture.width} / ${picture.height}` }} />
      </Surface>
      <EarlierWords probing={probing} />
    </>
  );
}
