import type { Texts } from "../catalogue";
import type { paper as english } from "../en/paper";

export const paper: Texts<typeof english> = {
  heading: "论文中的内容",
  link: "Bifrost-1，arXiv 2508.05954",
  part: {
    patchLatents: { title: "图块级 CLIP 潜变量", about: "语言模型自带的视觉编码器把 448 × 448 像素的图片变成 16 × 16 网格上的图块嵌入：7B 模型中为 [256, 3584]。语言模型可以直接理解它们。" },
    visualBranch: { title: "视觉生成分支", about: "每层的投影、MLP 和归一化各有一份可训练的副本，用于图像位置；一个线性层给出图块。图像位置关注所有文本和所有图块；文本从不关注图像。" },
    unmasking: { title: "图块的遮罩预测", about: "所有图块一开始都是同一个学习得到的遮罩词元。每次迭代预测全部图块，并按随机顺序固定其中一些；仍被遮住的数量按余弦递减（MAR）。" },
    resampling: { title: "图块潜变量的重采样", about: "一个二维卷积块把 16 × 16 的图块潜变量网格变到 FLUX 使用的网格，512 像素时为 32 × 32。论文写的是下采样；发布的代码则把网格放大一倍。" },
    latentControlnet: { title: "潜变量 ControlNet", about: "几个 FLUX 块接收重采样后的图块潜变量并给出残差，分摊加到 FLUX 自己的所有块上。发布时的强度为 0.7。" },
    textConditioning: { title: "FLUX 的文本条件", about: "T5-XXL 为每个词元给出一个向量 [1, tokens, 4096]，CLIP-L 为整个提示词给出一个 [1, 768]。Bifrost-1 对两者都不作改动。" },
    diffusion: { title: "扩散模型", about: "FLUX.1-dev，保持冻结：28 个 Euler 步，sigma 随图片大小偏移，引导系数 3.5 作为网络的输入。" },
    autoencoder: { title: "FLUX 的自编码器", about: "16 个通道，边长为图片的八分之一；采样器以 2 × 2 打包的方式使用它们。" },
    understanding: { title: "理解能力不变", about: "语言模型的文本分支是冻结的，因此同一个检查点仍像以前一样回答关于图片的问题。" },
  },
};
