import type { Texts } from "../catalogue";
import type { problems as english } from "../en/problems";

export const problems: Texts<typeof english> = {
  set: "设为 {value}",
  setOn: "把“{node}”设为 {value}",
  setSize: "设为 {width} × {height} 像素",
  makeField: "改回字段",
  connect: "连接{node}",
  disconnect: "移除连线",
  removeNode: "移除节点",
  removeSweep: "移除参数扫描",
};
