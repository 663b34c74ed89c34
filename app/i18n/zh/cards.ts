import type { Texts } from "../catalogue";
import type { cards as english } from "../en/cards";

export const cards: Texts<typeof english> = {
  state: {
    waiting: "等待中",
    running: "运行中",
    changed: "已更改",
    reused: "已复用",
    failed: "失败",
    notRun: "未运行",
    loading: "正在加载 {model}",
    loadingSince: "正在加载 {model} {time}",
    loadingPart: "正在加载 {model} {percent}%",
    loads: "正在加载 {model}：{facts}",
    loadBytes: "权重 {bytes}",
    loadSeconds: "已用 {time}",
    loadPart: "约完成 {percent}%",
  },
  mode: { muted: "已停用", bypassed: "已绕过" },
  why: {
    firstTime: "{still, select, true {首次运行} other {曾首次运行}}",
    changed: "{still, select, true {正在运行} other {运行过}}，因为{what}有变化",
    somethingChanged: "{still, select, true {正在运行} other {运行过}}，因为它所需的内容有变化",
    evicted: "{still, select, true {正在重新运行} other {重新运行过}}，因为其结果的文件已不在",
    forced: "{still, select, true {正在运行} other {运行过}}，因为被强制运行",
    restarted: "{still, select, true {正从第一步重新开始} other {从第一步重新开始过}}：中断之后，节点、检查点或计算它的程序有变化",
    unchanged: "已复用：自上次运行以来没有变化",
    computedBefore: "已复用：另一次运行已算过",
  },
  sweep: {
    done: "{done} / {total}",
    doneAndFailed: "{done} / {total}，{failed} 个失败",
    failed: "{total} 个中 {failed} 个失败",
    notRun: "{total} 个中 {notRun} 个未运行",
    reused: "{total} 个已复用",
  },
};
