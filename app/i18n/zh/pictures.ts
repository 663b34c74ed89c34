import type { Texts } from "../catalogue";
import type { pictures as english } from "../en/pictures";

export const pictures: Texts<typeof english> = {
  size: "{width} × {height} 像素，{percent}%",
  zoomOut: "缩小",
  zoomIn: "放大",
  download: "下载图片",
  notDownloaded: "无法下载图片",
  gone: "它已不在文件存储中。",
};
