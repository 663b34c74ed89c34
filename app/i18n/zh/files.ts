import type { Texts } from "../catalogue";
import type { files as english } from "../en/files";

export const files: Texts<typeof english> = {
  tooLong: "这个文件大于 20 MB，没有工作流会这么大。",
  tooDeep: "这份 JSON 的嵌套层数超过了 Bifrost Studio 的任何工作流。",
  noJson: "这个文件不是 JSON。请选择从 Bifrost Studio 导出的工作流。",
  copiedNodes: "这是复制的节点，不是工作流。请把它们粘贴到画布上。",
  otherFormat: "这份 JSON 不是 Bifrost Studio 的工作流：它的“format”不是“bifrost-workflow”。",
  newer: "这个工作流由更新版本的 Bifrost Studio 保存（格式 {format}，当前版本读取格式 1）。请更新后再打开。",
  damaged: "这个工作流文件已损坏。{issues}",
  moreIssues: "另外还有 {count} 处。",
  sharedId: "有两个节点共用 id“{id}”，无法判断连线指的是哪一个。请在文件中给其中一个换一个 id。",
  emptyPicture: "这张图片不含工作流。从 Bifrost Studio 下载的 PNG 含有工作流，但经过的图像编辑器或聊天软件可能已将其去除。",
  importedName: "导入的工作流",
  foreign: "这是 {tool} 的工作流。它的节点不是 Bifrost Studio 的节点，因此无法在这里打开。请从预设开始，例如“文生图（仅 FLUX）”，再照原样设置提示词、尺寸、步数、引导和种子。",
  foreignWithNodes: "这是 {tool} 的工作流，有 {count} 个节点（{types}）。它的节点不是 Bifrost Studio 的节点，因此无法在这里打开。请从预设开始，例如“文生图（仅 FLUX）”，再照原样设置提示词、尺寸、步数、引导和种子。",
  andMoreTypes: "{types}…",
  leftOut: "有 {count} 条连线没有终点，或通向已有连线的输入，已略去。",
  problemsMarked: "其中的问题已标在节点上，并附有处理办法。",
  mended: "已修复“{name}”",
  hasProblems: "“{name}”有 {count} 个问题",
  clipboard: {
    empty: "剪贴板中没有文本。请先复制一些节点。",
    tooLong: "剪贴板中的文本比任何工作流都长。",
    tooDeep: "剪贴板中 JSON 的嵌套层数超过了任何工作流。",
    noJson: "剪贴板中有文本，但没有节点。请在编辑器中复制节点，或复制工作流文件的内容。",
    otherFormat: "剪贴板中有 JSON，但既不是节点，也不是 Bifrost Studio 的工作流。",
    newer: "这些节点是在更新版本的 Bifrost Studio 中复制的。请更新后再粘贴。",
    damagedNodes: "复制的节点已损坏：{issues}",
    damagedWorkflow: "复制的工作流已损坏：{issues}",
    noNodes: "剪贴板中的工作流没有节点。",
  },
};
