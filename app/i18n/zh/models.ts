import type { Texts } from "../catalogue";
import type { models as english } from "../en/models";

export const models: Texts<typeof english> = {
  title: "模型",
  facts: { checkpoint: "检查点", computedOn: "计算设备", worker: "工作进程", dataFolder: "数据文件夹", version: "版本" },
  checkpoint: "{name}，{parameters} 个参数，{bytes}",
  computedOn: "{provider}，{device}",
  worker: { absent: "最近没有收到任何工作进程的消息；运行会等到有工作进程启动为止", ready: "已就绪", busy: "正忙" },
  components: "组成部分",
  component: "{parameters} 个参数 · {bytes} · {dtype}",
  none: "没有加载检查点。用检查点启动程序后，可以在这里看到它的各个部分。",
  storage: {
    title: "存储",
    label: "已用存储",
    ofLimit: "{used}，上限 {limit}",
    ofLimitMarked: "<used>{bytes}</used>，上限 {limit}",
    pinned: "<number>{bytes}</number> 会一直保留：上传的文件、历史记录中的图片，以及你选择保留结果的运行。其余内容到达上限时，最久未用的先让出空间，需要时会重新计算。",
    files: "{count, number} 个文件",
    pictures: { title: "图片", says: "结果与各步的预览" },
    results: { title: "结果张量", says: "节点的输出" },
    steps: { title: "各步张量", says: "供胶片条回看" },
    uploads: { title: "上传的文件", says: "你自己的图片，会一直保留" },
    unnamed: { title: "未被引用", says: "例如已取消或失败的运行留下的各步" },
    graphs: { title: "ONNX 计算图", says: "不计入上限" },
  },
};
