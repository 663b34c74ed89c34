/** A checkpoint's name by what it holds: part of the key of every result that its networks computed. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { realPath, type CheckpointRoot } from "./checkpoint-root";
import { reading as readable } from "./file-reading";
import type { PipelineFolders } from "./pipeline-folders";
import { readSafetensorsHeader, type HeaderReading, type TensorLocation } from "./safetensors";

/** Below this many bytes in all, weights are hashed whole; above, by header, size and samples. */
const wholeHashLimit = 100_000_000;

/** Bytes read at the start, in the middle and at the end of a tensor; a shorter tensor is read whole. */
const sampleBytes = 2048;

/**
 * sha256 in hex over the names within the parts and the contents of configs, tokenizers and weights. File times and
 * places do not count, so a copy is the same.
 *
 * Of weights above 100 MB it takes headers, sizes and three samples of every tensor: reading 24 GB for a name would take
 * longer than the run. Training, merging, quantising or converting changes every sample of a tensor. What it does not
 * see is a file of the same header and size in which only bytes between the samples differ: a few numbers edited by hand.
 */
export function fingerprint({ parts }: PipelineFolders, reading: HeaderReading): string {
  const found = [...parts].flatMap(([part, { directory, root }]) =>
    files(root, directory).map((file) => ({ file, name: `${part}/${relative(directory, file).split(sep).join("/")}`, isWeights: isWeights(file) })));
  const whole = !reading.headersOnly && found.reduce((sum, { file, isWeights }) => sum + (isWeights ? statSync(file).size : 0), 0) < wholeHashLimit;
  const hash = createHash("sha256");
  for (const { file, name, isWeights } of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!isWeights && !isText(file)) continue;
    hash.update(`\n${name}:${statSync(file).size}\n`);
    if (isWeights && !whole) addSamples(hash, file, reading);
    else hash.update(readable(file, () => readFileSync(file)));
  }
  return hash.digest("hex");
}

/**
 * Places, sizes and times of the files that count: another mark than before once one of them was replaced. It costs so
 * little that it can be asked for before every run, and says nothing of what the files hold.
 */
export function changeMark({ root, parts }: PipelineFolders): string {
  const beside = readable(root.directory, () => readdirSync(root.directory)).map((name) => join(root.directory, name));
  const below = [...parts.values()].flatMap((part) => files(part.root, part.directory));
  const counting = [...beside.filter(isText), ...below.filter((file) => isWeights(file) || isText(file))];
  const marks = counting.map((file) => {
    const { size, mtimeMs } = readable(file, () => statSync(file));
    return `${file} ${size} ${mtimeMs}`;
  });
  return marks.join("\n");
}

const isWeights = (file: string) => file.endsWith(".safetensors");
/** A config or a tokenizer. */
const isText = (file: string) => /\.(json|txt|model)$/.test(file);

function addSamples(hash: Hash, file: string, reading: HeaderReading): void {
  const header = readSafetensorsHeader(file, reading);
  hash.update(header.headerBytes);
  if (reading.headersOnly) return;
  // In the order they lie in: a disk that turns reads them in one go.
  const tensors = [...header.tensors.values()].sort((a, b) => a.offset - b.offset);
  readable(file, () => {
    const handle = openSync(header.file, "r");
    try {
      for (const tensor of tensors) for (const [offset, length] of samplesOf(tensor)) hash.update(readAt(handle, offset, length));
    } finally {
      closeSync(handle);
    }
  });
}

/** [offset, length] of what is read of a tensor. */
function samplesOf({ offset, length }: TensorLocation): [number, number][] {
  if (length <= 3 * sampleBytes) return [[offset, length]];
  return [offset, offset + Math.floor((length - sampleBytes) / 2), offset + length - sampleBytes].map((at) => [at, sampleBytes]);
}

/** The bytes there; fewer where the file has been cut short meanwhile, which its size shows the next time. */
function readAt(handle: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(handle, bytes, 0, length, offset));
}

/** Every file below a folder; that of a Hugging Face cache holds links to files. Throws a CheckpointError for a link that leads out. */
function files(root: CheckpointRoot, folder: string, above: readonly string[] = []): string[] {
  if (!existsSync(folder)) return [];
  const real = realPath(root, folder);
  if (above.includes(real)) return [];
  // Hidden folders are what downloading leaves behind.
  return readable(folder, () => readdirSync(folder)).filter((name) => !name.startsWith(".")).flatMap((name) => {
    const path = join(folder, name);
    return statSync(realPath(root, path)).isDirectory() ? files(root, path, [...above, real]) : [path];
  });
}
