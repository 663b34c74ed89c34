import type { Texts } from "../catalogue";
import type { editing as english } from "../en/editing";

export const editing: Texts<typeof english> = {
  params: { toInput: "改为输入", toField: "改回字段" },
  feed: {
    from: "为“{port}”选择来源",
    nothing: "这里还没有能提供“{port}”的节点",
    select: "选中这条连线",
    disconnect: "断开",
    open: "未连接",
    openOptional: "未连接，可选",
    change: "{port}：{source}。更改",
  },
  paste: { unconnected: "已粘贴，但没有连线", elsewhere: "原节点的来源在复制它们的那个工作流里。" },
  reroute: {
    about: "连线经过的转接点：{type}",
    port: "从这里另引一条连线：{type}",
    hint: "拖动可改变连线走向，双击可移除转接点",
  },
};
