"use client";

import { useState } from "react";
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

/** A stored picture. Small ones are enlarged pixel by pixel, so that nothing is shown that was not computed. */
export function ArtifactPicture({ hash, alt, className, minor = false }: ArtifactPictureProps) {
  const [small, setSmall] = useState(true);
  const [lost, setLost] = useState<string | null>(null);
  if (lost === hash) {
    return <span className={classNames("flex items-center justify-center bg-field p-3 text-center text-sm text-faint", className)}>The picture is not in the artifact store any more.</span>;
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
