"use client";

import { ImageOff } from "lucide-react";
import { useState } from "react";
import { classNames } from "@/app/ui/class-names";

export const pictureUrl = (hash: string) => `/api/artifacts/${hash}.png`;
export const tensorsUrl = (hash: string) => `/api/artifacts/${hash}.safetensors`;

const lostWords = "The picture is not in the artifact store any more.";

interface ArtifactPictureProps {
  hash: string;
  alt: string;
  className?: string;
  /** One of many small ones: fetched when it comes into view, after the pictures that matter more. */
  minor?: boolean;
}

/** A stored picture. Small ones are enlarged pixel by pixel, so that nothing is shown that was not computed. */
export function ArtifactPicture({ hash, alt, className, minor = false }: ArtifactPictureProps) {
  const [small, setSmall] = useState(true);
  const [lost, setLost] = useState<string | null>(null);
  if (lost === hash) {
    // A small one has no room for words.
    return (
      <span className={classNames("flex items-center justify-center bg-field text-center text-sm text-faint", !minor && "p-3", className)} title={minor ? lostWords : undefined}>
        {minor ? <ImageOff size={14} aria-label={alt === "" ? undefined : `${alt}: ${lostWords}`} aria-hidden={alt === ""} /> : lostWords}
      </span>
    );
  }
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
