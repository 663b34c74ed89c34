"use client";

import { ImageOff } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";

export const pictureUrl = (hash: string) => `/api/artifacts/${hash}.png`;
export const tensorsUrl = (hash: string) => `/api/artifacts/${hash}.safetensors`;

interface ArtifactPictureProps {
  hash: string;
  alt: string;
  className?: string;
  /** One of many small ones: fetched when it comes into view, after the pictures that matter more. */
  minor?: boolean;
}

/** Where a picture was; a small one has no room for words. */
function LostPicture({ alt, className, minor }: { alt: string; className: string | undefined; minor: boolean }) {
  const t = useTranslations();
  const words = t("cards.picture.lost");
  return (
    <span className={classNames("flex items-center justify-center bg-field text-center text-sm text-faint", !minor && "p-3", className)} title={minor ? words : undefined}>
      {minor ? <ImageOff size={14} aria-label={alt === "" ? undefined : t("cards.picture.lostNamed", { picture: alt })} aria-hidden={alt === ""} /> : words}
    </span>
  );
}

/** A stored picture. Small ones are enlarged pixel by pixel, so that nothing is shown that was not computed. */
export function ArtifactPicture({ hash, alt, className, minor = false }: ArtifactPictureProps) {
  const [small, setSmall] = useState(true);
  const [lost, setLost] = useState<string | null>(null);
  if (lost === hash) return <LostPicture alt={alt} className={className} minor={minor} />;
  return (
    // next/image would resample: these pixels are the result.
    <img
      src={pictureUrl(hash)}
      alt={alt}
      draggable={false}
      decoding="async"
      loading={minor ? "lazy" : "eager"}
      fetchPriority={minor ? "low" : "high"}
      onError={() => setLost(hash)}
      onLoad={({ currentTarget: image }) => {
        setSmall(image.naturalWidth < image.clientWidth * devicePixelRatio);
      }}
      className={classNames(small && "[image-rendering:pixelated]", className)}
    />
  );
}
