import type { Texts } from "../catalogue";
import type { running as english } from "../en/running";

export const running: Texts<typeof english> = {
  refused: "这个工作流还不能运行",
  more: "另有 {count} 个问题。",
  show: "显示",
  notCancelled: "无法取消运行",
  notPaused: "无法暂停运行",
  notResumed: "运行无法继续",
  notFollowed: "无法跟踪运行进展",
  lastNotLoaded: "无法加载上次运行的结果",
  notOpened: "无法打开这次运行",
};
