/** What is wrong with a checkpoint's files, by its English. */
export const checkpointSentences: Readonly<Record<string, string>> = {
  "It cannot be read; the server's log says more.": "无法读取，详情见服务器日志。",

  // Folders and files
  "The checkpoint folder {path} does not exist. Check its path.": "检查点文件夹 {path} 不存在。请检查路径。",
  "{path} is a file. Name the folder that holds it, with the checkpoint's config.json.": "{path} 是文件。请指定它所在的、含有检查点 config.json 的文件夹。",
  "{directory} has no refs/main that says which snapshot is meant. Name one of its snapshots: {several}.": "{directory} 中没有 refs/main 说明使用哪个快照。请指定其中一个快照：{several}。",
  '{ref} names the snapshot "{revision}", which is not in {snapshots}. Download it, or name one of: {several}.': "{ref} 指定的快照“{revision}”不在 {snapshots} 中。请下载它，或指定以下之一：{several}。",
  "{path} is a link to a file that is not there. Download it again; an interrupted download is the usual cause.": "{path} 是链接，而它指向的文件不存在。请重新下载，通常是下载中断所致。",
  "{path} is a link that leaves the checkpoint {directory}: it leads to {real}. Name the real folder instead; where a pipeline's parts lie in several folders, name them in its pipeline.json.":
    "{path} 是指向检查点 {directory} 之外的链接：它通向 {real}。请改为指定真实的文件夹；如果流水线的各部分位于多个文件夹，请在其 pipeline.json 中列出。",
  "{path} is a folder, where a file of this name should be. Move it away and download the file.": "{path} 是文件夹，而此处应为同名文件。请移走它并下载该文件。",
  "{path} is a file, where a folder of this name should be. Move it away and download the folder.": "{path} 是文件，而此处应为同名文件夹。请移走它并下载该文件夹。",
  "{path} cannot be read by this user ({code}). Make it readable, and the folders above it (chmod), or run this as its owner.": "当前用户无法读取 {path}（{code}）。请使它及上级文件夹可读（chmod），或以其所有者的身份运行。",
  "{path} is not there any more. Download it again.": "{path} 已不存在。请重新下载。",
  "{path} cannot be read ({code}). Check the disk that it lies on, or download it again.": "无法读取 {path}（{code}）。请检查它所在的磁盘，或重新下载。",
  '{file} names {folder} as "{part}", which does not exist. Correct the path there.': "{file} 把 {folder} 指定为“{part}”，但它不存在。请更正其中的路径。",
  "{directory} holds a {architecture}, which is none of: {known}. Name the folder of one of these.": "{directory} 中是 {architecture}，不属于：{known}。请指定其中之一的文件夹。",
  "{directory} holds a model whose config.json names no class, which is none of: {known}. Name the folder of one of these.": "{directory} 中模型的 config.json 没有写明类别，不属于：{known}。请指定其中之一的文件夹。",
  "{directory} has no detector. Add a detector/ folder, or leave the detector out of the graph.": "{directory} 中没有检测器。请添加 detector/ 文件夹，或不在图中使用检测器。",
  "{directory} has no {file}, and there is no {path}. Copy it from Qwen2.5-VL's repository into {folder}.": "{directory} 中没有 {file}，也没有 {path}。请从 Qwen2.5-VL 的仓库把它复制到 {folder}。",

  // Configs
  "{path} does not exist. Download it, or check that the folder is a whole checkpoint.": "{path} 不存在。请下载它，或检查该文件夹是否为完整的检查点。",
  "{path} is not JSON. Download it again.": "{path} 不是 JSON。请重新下载。",
  "{path} does not fit. {absurd}, which no model has. Download it again.": "{path} 不符合要求。{absurd}，没有模型会是这样。请重新下载。",
  "{path} does not fit. {issues}. Check that it belongs to this kind of model.": "{path} 不符合要求。{issues}。请检查它是否属于这类模型。",
  "{path} describes a network that cannot be built: {why} Download it again, from where the weights are.": "{path} 描述的网络无法构建：{why} 请从权重所在之处重新下载。",
  '{own} does not describe its language model (no "vision_config"), and there is no {path}. Copy Qwen2.5-VL\'s config.json there.': "{own} 没有描述其语言模型（没有“vision_config”），也没有 {path}。请把 Qwen2.5-VL 的 config.json 复制到那里。",
  '{own} does not describe its language model (no "vision_config"), and no other one was named. Name Qwen2.5-VL\'s folder as "qwen" in a pipeline.json.': "{own} 没有描述其语言模型（没有“vision_config”），也没有指定其他的。请在 pipeline.json 中把 Qwen2.5-VL 的文件夹指定为“qwen”。",
  "window_size {window_size} in the visual encoder's config.json makes windows of no patch: it should be at least patch_size × spatial_merge_size, {patch_size} × {spatial_merge_size}. Take config.json from the model's own repository.":
    "视觉编码器 config.json 中的 window_size {window_size} 使窗口中没有图块：它至少应为 patch_size × spatial_merge_size，即 {patch_size} × {spatial_merge_size}。请从模型自己的仓库取用 config.json。",

  // Weights
  "The {component}'s folder {folder} does not exist. Check the checkpoint's path, or download the missing part.": "{component}的文件夹 {folder} 不存在。请检查检查点的路径，或下载缺少的部分。",
  "{folder} holds {count} .safetensors files ({found}) and no index.json that says how they belong together. Add the checkpoint's *.safetensors.index.json.": "{folder} 中有 {count} 个 .safetensors 文件（{found}），但没有说明它们如何组合的 index.json。请添加检查点的 *.safetensors.index.json。",
  "{folder} holds no .safetensors file for the {component}. Download the checkpoint's weights into it.": "{folder} 中没有{component}的 .safetensors 文件。请把检查点的权重下载到其中。",
  '{path} has no "weight_map" of tensor names to files. Download it again.': "{path} 中没有从张量名称到文件的“weight_map”。请重新下载。",
  '{path} names "{name}" twice. Download it again.': "{path} 两次列出“{name}”。请重新下载。",
  '{path} names the shard "{shard}", which is not a plain file name. Download the index again from a source you trust.': "{path} 列出的分片“{shard}”不是普通的文件名。请从可信的来源重新下载索引。",
  "{path} places no tensor in any file. Download it again.": "{path} 没有把任何张量对应到文件。请重新下载。",
  "{path} names the shard {shard}, which is not in the folder. Download what is missing.": "{path} 列出的分片 {shard} 不在文件夹中。请下载缺少的文件。",
  "{path} names {count} shards that are not in the folder ({shards}). Download what is missing.": "{path} 列出的分片中有 {count} 个不在文件夹中（{shards}）。请下载缺少的文件。",
  '{path} lacks tensor "{name}", which {index} places there. Download the shard again.': "{path} 中缺少张量“{name}”，而 {index} 写明它在其中。请重新下载该分片。",
  '{path} lacks tensor "{name}" and {count} more ({others}), which {index} places there. Download the shard again.': "{path} 中缺少张量“{name}”和另外 {count} 个（{others}），而 {index} 写明它们在其中。请重新下载该分片。",
  '{file} and {other} both hold tensor "{name}". Remove the file that is not part of this checkpoint, or download the shards again.': "{file} 和 {other} 都含有张量“{name}”。请移除不属于此检查点的文件，或重新下载各分片。",
  '{source} has no tensor "{full}" of shape [{shape}], which the {component} needs. Check that all shards are downloaded and that config.json belongs to these weights.': "{source} 中没有{component}所需的、形状为 [{shape}] 的张量“{full}”。请检查所有分片是否已下载，以及 config.json 是否属于这些权重。",
  '{source} has no tensor "{full}", which the {component} needs. Check that all shards are downloaded and that config.json belongs to these weights.': "{source} 中没有{component}所需的张量“{full}”。请检查所有分片是否已下载，以及 config.json 是否属于这些权重。",
  '{file}: tensor "{full}" has shape [{shape}], the {component}\'s config asks for [{wanted}]. The config.json and the weights come from different models; download both from the same place.':
    "{file}：张量“{full}”的形状为 [{shape}]，而{component}的配置要求 [{wanted}]。config.json 与权重来自不同的模型，请从同一处下载两者。",
  '{file}: tensor "{full}" is stored as {dtype}, which the {component} cannot compute with. Use a checkpoint in float32, float16 or bfloat16.': "{file}：张量“{full}”以 {dtype} 存储，{component}无法用它计算。请使用 float32、float16 或 bfloat16 的检查点。",
  '{file}: tensor "{name}" is stored as {dtype}, which is not supported. Use a checkpoint in float32, float16 or bfloat16.': "{file}：张量“{name}”以 {dtype} 存储，不受支持。请使用 float32、float16 或 bfloat16 的检查点。",
  '{file} has no tensor "{name}" (it has {size} others). Check that the file belongs to this model.': "{file} 中没有张量“{name}”（有另外 {size} 个）。请检查该文件是否属于此模型。",
  "{source} has no lm_head.weight, and its config.json says that it is not tied to the token embedding. Download all of the checkpoint's shards.": "{source} 中没有 lm_head.weight，而其 config.json 写明它不与词元嵌入共享。请下载检查点的全部分片。",
  "{source}: learnable_pos_emb has {tokens} positions, which make no square grid. This is not a Bifrost-1 checkpoint for square pictures.": "{source}：learnable_pos_emb 有 {tokens} 个位置，排不成正方形网格。这不是用于正方形图片的 Bifrost-1 检查点。",
  "Its config.json asks for thousands of tensors that the files do not have. Download config.json again, from where the weights are.": "其 config.json 要求数千个文件中没有的张量。请从权重所在之处重新下载 config.json。",
  "{file} is a PyTorch pickle. Loading a pickle runs code stored in it, so it is never opened here. Download the .safetensors version of this checkpoint, or convert it with Hugging Face's convert tool.":
    "{file} 是 PyTorch 的 pickle 文件。加载 pickle 会运行其中的代码，因此这里从不打开。请下载此检查点的 .safetensors 版本，或用 Hugging Face 的转换工具转换。",

  // safetensors files
  "{file} is not a sound safetensors file: {what}. Download it again; an interrupted download is the usual cause.": "{file} 不是完好的 safetensors 文件：{what}。请重新下载，通常是下载中断所致。",
  "its header claims {length} bytes, the file has {size}": "文件头声称有 {length} 字节，而文件有 {size} 字节",
  "its __metadata__ is not a map of strings": "其 __metadata__ 不是字符串映射",
  "its header is not JSON": "文件头不是 JSON",
  "its header is not a JSON object": "文件头不是 JSON 对象",
  'its header names "{name}" twice': "文件头两次列出“{name}”",
  'tensor "{name}" has no dtype, shape and data_offsets': "张量“{name}”没有 dtype、shape 和 data_offsets",
  'tensor "{name}" has the unknown type {dtype}': "张量“{name}”的类型 {dtype} 未知",
  'tensor "{name}" has the impossible data_offsets [{begin}, {end}]': "张量“{name}”的 data_offsets [{begin}, {end}] 不可能成立",
  'tensor "{name}" of {dtype} [{shape}] needs {expected} bytes and is given {given}': "张量“{name}”（{dtype} [{shape}]）需要 {expected} 字节，而给出了 {given} 字节",
  'tensor "{name}" ends at byte {end}, the file at {size}': "张量“{name}”在第 {end} 字节结束，而文件在第 {size} 字节结束",
  'tensor "{name}" has the impossible shape [{shape}]: {why}': "张量“{name}”的形状 [{shape}] 不可能成立：{why}",
  "{count} dimensions, where {most} are the most": "有 {count} 维，而最多为 {most} 维",
  "its sizes should be whole numbers from 0 up": "各维大小应为不小于 0 的整数",
  "no file can be that large": "没有文件能有这么大",
  'tensors "{last}" and "{name}" overlap': "张量“{last}”和“{name}”重叠",
  '{count} bytes before tensor "{name}", from byte {end} on, belong to no tensor': "张量“{name}”之前从第 {end} 字节起的 {count} 字节不属于任何张量",
  '{count} bytes after its last tensor, "{last}", belong to no tensor': "最后一个张量“{last}”之后的 {count} 字节不属于任何张量",
  "{count} bytes after its header, which names no tensor, belong to no tensor": "文件头没有列出张量，其后的 {count} 字节不属于任何张量",
  "it has {size} bytes, fewer than a header's length field": "它只有 {size} 字节，少于文件头的长度字段",
  "it has {count} bytes, fewer than a header's length field": "它只有 {count} 字节，少于文件头的长度字段",
  "only {read} of {headerLength} header bytes could be read": "文件头的 {headerLength} 字节中只读到 {read} 字节",
  'tensor "{name}" ends after {done} of {count} bytes': "张量“{name}”的 {count} 字节只读到 {done} 字节就结束了",

  // Tokenizers
  "{folder} has no tokenizer.json, and no vocab.json with merges.txt. Download the tokenizer's files.": "{folder} 中没有 tokenizer.json，也没有 vocab.json 和 merges.txt。请下载分词器的文件。",
  "{path} sets no model_max_length, so prompts cannot be padded. Take the file from the model's own repository.": "{path} 没有设置 model_max_length，因此无法补齐提示词。请从模型自己的仓库取用该文件。",
  "{path} is not a tokenizer this version can run: {why}. Download the file again.": "{path} 不是本版本可运行的分词器：{why}。请重新下载该文件。",
  "The tokenizer in {directory} has no token {token}: it belongs to another model. Point the checkpoint to its own tokenizer.": "{directory} 中的分词器没有词元 {token}：它属于另一个模型。请让检查点使用它自己的分词器。",
  "{path} names no {role}. Take the file from the model's own repository.": "{path} 没有写明 {role}。请从模型自己的仓库取用该文件。",
  "{path} is missing. Download the checkpoint again, its tokenizer files included.": "缺少 {path}。请重新下载检查点，包括其分词器文件。",
  "{path} is not valid JSON: {why}. Download the file again.": "{path} 不是有效的 JSON：{why}。请重新下载该文件。",
  "{path} should hold a JSON object. Download the file again.": "{path} 应为 JSON 对象。请重新下载该文件。",

  // ONNX graphs beside the weights
  "{id}'s ONNX graph cannot be written into {directory}: the folder is read-only, or its weights are links to other folders. Make the folder writable, or set a folder for graphs on the same disk.":
    "无法把 {id} 的 ONNX 图写入 {directory}：该文件夹是只读的，或其中的权重是指向其他文件夹的链接。请使该文件夹可写，或在同一磁盘上指定存放图的文件夹。",
  "{id}'s ONNX graph cannot be written beside its weights in {directory}, nor into {folder} ({code}). Set DATA_DIR to a folder that can be written to, on the checkpoint's own disk.":
    "无法把 {id} 的 ONNX 图写在 {directory} 中的权重旁，也无法写入 {folder}（{code}）。请把 DATA_DIR 设为检查点所在磁盘上可写的文件夹。",
  "{folder}, where {graph}'s ONNX graph goes, cannot have a hard link to {file} ({code}), and a copy would take {size} GB. {remedy}": "存放 {graph} 的 ONNX 图的 {folder} 中无法建立指向 {file} 的硬链接（{code}），而复制要占用 {size} GB。{remedy}",
  "The file belongs to another user, and Linux lets a user link only to files that are theirs or that they may write. Make the weights yours (chown) or writable for this user, or run this as their owner.":
    "该文件属于另一个用户，而 Linux 只允许用户链接到自己的或可写的文件。请把权重改为自己所有（chown）或对当前用户可写，或以其所有者的身份运行。",
  "Set DATA_DIR to a folder on the checkpoint's own disk, or keep the checkpoint in a plain folder that can be written to.": "请把 DATA_DIR 设为检查点所在磁盘上的文件夹，或把检查点放在可写的普通文件夹中。",
  "Its file system makes no such links: keep the checkpoint in a plain folder that can be written to, where graphs go beside the weights.": "其文件系统不支持这种链接：请把检查点放在可写的普通文件夹中，这样图会写在权重旁。",
};
