import type { Texts } from "../catalogue";
import type { pages as english } from "../en/pages";

export const pages: Texts<typeof english> = {
  description: "可视化节点图编辑器，用于把多模态语言模型与扩散模型连成一条流水线。",
  titles: { runs: "运行", models: "模型", workflow: "工作流" },
  allWorkflows: "全部工作流",
  tryAgain: "重试",
  notFound: {
    title: "没有这个页面",
    detail: "地址可能有误，或者页面已移走。",
  },
  stopped: {
    title: "此页面已停止工作",
    detail: "未保存的编辑保留在这台机器上，重新打开工作流时会恢复。",
    reason: "错误信息：“{words}”",
  },
  allStopped: {
    title: "Bifrost Studio 已停止工作",
    detail: "未保存的编辑保留在这台机器上，重新打开工作流时会恢复。",
  },
  workflow: {
    opening: "正在打开工作流",
    missing: "没有这个工作流",
    missingDetail: "它可能已被删除。删除的工作流可以在开始页恢复。",
    failed: "无法打开工作流",
  },
};
