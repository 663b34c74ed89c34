import type { Texts } from "../catalogue";
import type { common as english } from "../en/common";

export const common: Texts<typeof english> = {
  product: "Bifrost Studio",
  places: { label: "主导航", workflows: "工作流", runs: "运行", models: "模型" },
  appearance: "主题和语言",
  theme: { title: "主题", system: "跟随系统", light: "浅色", dark: "深色" },
  language: { title: "语言", system: "跟随浏览器" },
  failures: {
    unreachable: "服务器没有响应。它还在运行吗？",
    unknown: "出了点问题。",
  },
};
