"use client";

import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { spoken } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { useEditor, useEditorStore } from "../store/editor-context";
import { nodeStateOf, startOf } from "../store/run-actions";
import { ArtifactPicture } from "./artifact-picture";
import { Elapsed } from "./elapsed";
import { expectedAspect, nodePicture } from "./node-result";

/** Words for the empty place, so that it says what will be there. */
function Waiting({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  const since = useEditor((state) => startOf(state, nodeId));
  return (
    // Out of the flow: long words must not widen the card.
    <span className="absolute inset-0 flex flex-col items-center justify-center gap-0.5 px-4 text-center text-sm text-faint">
      {node?.status === "running" ? (node.loading === null ? t("cards.picture.computing") : t("cards.picture.loading", { model: spoken(node.loading, t) })) : node && node.status !== "not-run" ? "" : t("cards.picture.none")}
      {since !== undefined && node?.status === "running" && <Elapsed since={since} />}
    </span>
  );
}

/** `placeOf`: the node whose picture the place is kept for, where it is another. */
export function NodePicture({ nodeId, title, placeOf = nodeId }: { nodeId: string; title: string; placeOf?: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const picture = useEditor(useShallow((state) => nodePicture(state, nodeId)));
  const aspect = useEditor((state) => expectedAspect(state.graph, placeOf));
  const dimmed = useEditor((state) => picture?.earlier === true && state.run !== null);
  return (
    <div className="px-3 pb-3">
      <div className="relative mx-auto flex w-full max-w-60 items-center justify-center overflow-hidden rounded-md bg-field ring-1 ring-line ring-inset" style={{ aspectRatio: aspect }}>
        {picture ? (
          <button
            type="button"
            aria-label={t("cards.picture.show", { node: title })}
            onClick={() => store.setState({ lightbox: { hash: picture.hash, title } })}
            className={classNames("absolute inset-0 cursor-zoom-in outline-offset-[-2px]", dimmed && "opacity-35")}
          >
            <ArtifactPicture hash={picture.hash} alt={t("cards.picture.alt", { node: title })} className="size-full object-contain" />
          </button>
        ) : (
          <Waiting nodeId={nodeId} />
        )}
      </div>
    </div>
  );
}
