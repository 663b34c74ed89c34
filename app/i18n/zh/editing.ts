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
};
