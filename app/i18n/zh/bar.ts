import type { Texts } from "../catalogue";
import type { bar as english } from "../en/bar";

export const bar: Texts<typeof english> = {
  breadcrumb: "当前位置",
  home: "Bifrost Studio，全部工作流",
  saving: "保存状态",
  panels: "面板",
  more: "更多",
  name: "工作流名称",
  tab: "{name} · Bifrost Studio",
  run: {
    label: "运行状态",
    start: "运行",
    startCells: "运行 {count, number} 格",
    pause: "暂停",
    resume: "继续",
    cancel: "取消",
  },
  preset: {
    title: "保存为预设",
    about: "用预设新建的工作流会带有这些节点、连线和参数。",
    name: "名称",
    description: "用途",
    cancel: "取消",
    save: "保存预设",
    saved: "“{name}”已成为预设",
    savedDetail: "可以在开始页使用它。",
  },
  copy: { name: "{name}（副本）", failed: "无法制作副本" },
};
