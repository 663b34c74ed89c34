/** A picture shown large, and pictures as files. */
export const pictures = {
  size: "{width} × {height} px, {percent} %",
  zoomOut: "Zoom out",
  zoomIn: "Zoom in",
  download: "Download the picture",
  notDownloaded: "The picture could not be downloaded",
  gone: "It is not in the artifact store any more.",
} as const;
