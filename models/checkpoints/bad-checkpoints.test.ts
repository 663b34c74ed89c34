/** What is downloaded may be broken or made to mislead: each case is refused, naming file, tensor or field, and remedy. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { writeTinyPipeline } from "../reference/tiny-pipeline";
import { checkCheckpoint } from "./check";
import { reading } from "./file-reading";
import { CheckpointError, readSafetensorsHeader } from "./safetensors";
import { openWeights } from "./weight-files";

const root = realpathSync(mkdtempSync(join(tmpdir(), "bad-checkpoints-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "c-"));
});

const file = (name: string) => join(folder, name);

/** A .safetensors file with this header, JSON or raw, and as many zeros after it. */
function write(name: string, header: unknown, dataBytes: number, claimed?: number): string {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = Buffer.alloc(8 + Buffer.byteLength(text) + dataBytes);
  bytes.writeBigUInt64LE(BigInt(claimed ?? Buffer.byteLength(text)));
  bytes.write(text, 8);
  writeFileSync(file(name), bytes);
  return file(name);
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error("It was not refused.");
}

const f32 = (shape: unknown, begin: number, end: number) => ({ dtype: "F32", shape, data_offsets: [begin, end] });

describe("a header", () => {
  it.each<[string, unknown, number, RegExp]>([
    ["with a tensor that ends before it begins", { x: f32([1], 8, 4) }, 8, /"x" of F32 \[1\] needs 4 bytes and is given -4/],
    ["with an offset past the end", { x: f32([2], 0, 8) }, 4, /"x" ends at byte \d+, the file at \d+/],
    ["with a negative offset", { x: f32([1], -4, 0) }, 4, /"x" has the impossible data_offsets \[-4, 0\]/],
    ["with a fractional offset", { x: f32([1], 0.5, 4.5) }, 8, /"x" has the impossible data_offsets/],
    ["with overlapping tensors", { x: f32([1], 0, 4), y: f32([1], 2, 6) }, 6, /"x" and "y" overlap/],
    ["with a gap between tensors", { x: f32([1], 0, 4), y: f32([1], 8, 12) }, 12, /: 4 bytes before tensor "y", from byte \d+ on, belong to no tensor/],
    ["with a gap before its first tensor", { x: f32([1], 4, 8) }, 8, /: 4 bytes before tensor "x"/],
    ["with an empty tensor past the others", { x: f32([1], 0, 4), y: f32([0], 8, 8) }, 4, /"y" ends at byte|before tensor "y"/],
    ["with bytes after its last tensor", { y: f32([1], 4, 8), x: f32([1], 0, 4) }, 11, /: 3 bytes after its last tensor, "y", belong to no tensor/],
    ["with bytes and no tensor", {}, 3, /: 3 bytes after its header, which names no tensor/],
    ["with a negative size", { x: f32([-1, 4], 0, 4) }, 4, /"x" has the impossible shape \[-1, 4\]/],
    ["with a fractional size", { x: f32([0.5, 2], 0, 4) }, 4, /"x" has the impossible shape \[0\.5, 2\]/],
    ["with a shape whose product overflows", { x: f32([2 ** 31, 2 ** 31, 2 ** 31], 0, 4) }, 4, /"x" has the impossible shape .*no file can be that large/],
    ["with nine dimensions", { x: f32([1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 4) }, 4, /"x" has the impossible shape .*9 dimensions/],
    ["with one name twice", '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[4,4]},"ya":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8, /names "ya" twice/],
    ["with one field twice", '{"x":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4, /names "shape" twice/],
    ["with a type named as a method", { x: { dtype: "toString", shape: [1], data_offsets: [0, 4] } }, 4, /"x" has the unknown type toString/],
    ["that is a list", [], 0, /not a JSON object/],
  ])("%s is refused", (_, header, dataBytes, message) => {
    const path = write("model.safetensors", header, dataBytes);
    const said = refusal(() => readSafetensorsHeader(path));
    expect(said).toContain(path);
    expect(said).toMatch(message);
    expect(said).toMatch(/Download it again/);
  });

  it("longer than the file is refused, and one that is not there", () => {
    expect(refusal(() => readSafetensorsHeader(write("a.safetensors", "{}", 0, 1000)))).toMatch(/a\.safetensors .*header claims 1000 bytes, the file has 10/);
    expect(refusal(() => readSafetensorsHeader(write("b.safetensors", "{}", 0, 2 ** 52), { headersOnly: true }))).toMatch(/header claims/);
  });

  it("may stand without its data only when that is asked for", () => {
    const cut = write("cut.safetensors", { x: f32([4], 0, 16) }, 3);
    expect(readSafetensorsHeader(cut, { headersOnly: true }).tensors.get("x")?.shape).toEqual([4]);
    expect(refusal(() => readSafetensorsHeader(cut))).toMatch(/"x" ends at byte/);
    const hole = write("hole.safetensors", { x: f32([1], 0, 4), y: f32([4], 8, 24) }, 0);
    expect(refusal(() => readSafetensorsHeader(hole, { headersOnly: true }))).toMatch(/hole\.safetensors .*4 bytes before tensor "y"/);
  });

  it.each([["a ZIP of torch.save", [0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0]], ["a pickle of before PyTorch 1.6", [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]]])("that is %s under another name is called a pickle", (_, bytes) => {
    writeFileSync(file("model.safetensors"), Buffer.from(bytes));
    expect(refusal(() => readSafetensorsHeader(file("model.safetensors")))).toMatch(/model\.safetensors is a PyTorch pickle.*safetensors version/s);
  });

  it("may name a tensor __proto__, which is then an ordinary name", () => {
    const path = write("model.safetensors", '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4);
    expect([...readSafetensorsHeader(path).tensors.keys()]).toEqual(["__proto__"]);
  });
});

describe("a folder of weights", () => {
  const one = { x: f32([1], 0, 4) };
  const index = (weightMap: unknown) => writeFileSync(file("model.safetensors.index.json"), typeof weightMap === "string" ? weightMap : JSON.stringify({ weight_map: weightMap }));

  it.each<[string, () => void, RegExp]>([
    ["with one tensor in two shards", () => {
      write("a.safetensors", one, 4);
      write("b.safetensors", { ...one, y: f32([1], 4, 8) }, 8);
      index({ x: "a.safetensors", y: "b.safetensors" });
    }, /a\.safetensors and .*b\.safetensors both hold tensor "x"\. Remove/],
    ["whose index is cut off", () => index('{"weight_map": {"x": "a.saf'), /index\.json is not JSON\. Download it again/],
    ["whose index is a list", () => index("[]"), /index\.json has no "weight_map"/],
    ["whose index has numbers for files", () => index({ x: 3 }), /index\.json has no "weight_map"/],
    ["whose index places nothing", () => index({}), /index\.json places no tensor/],
    ["whose index names a tensor twice", () => index('{"weight_map":{"x":"a.safetensors","x":"b.safetensors"}}'), /index\.json names "x" twice/],
    ["without two of its shards", () => {
      write("a.safetensors", one, 4);
      index({ x: "a.safetensors", y: "b.safetensors", z: "c.safetensors" });
    }, /index\.json names 2 shards that are not in the folder \(b\.safetensors, c\.safetensors\)\. Download/],
    ["whose shard lacks tensors", () => {
      write("a.safetensors", one, 4);
      index({ x: "a.safetensors", y: "a.safetensors", z: "a.safetensors" });
    }, /a\.safetensors lacks tensor "y" and 1 more \(z\).*Download the shard again/],
    ["whose index names a pickle", () => index({ x: "pytorch_model.bin" }), /pytorch_model\.bin is a PyTorch pickle.*runs code.*safetensors version/s],
    ["whose shard is elsewhere", () => index({ x: "../a.safetensors" }), /not a plain file name/],
    ["that holds a pickle only", () => writeFileSync(file("pytorch_model.bin"), "x"), /pickle.*runs code/s],
  ])("%s is refused", (_, prepare, message) => {
    prepare();
    const said = refusal(() => openWeights("test", folder));
    expect(said).toContain(folder);
    expect(said).toMatch(message);
  });

  it.each(["I64", "F64", "F8_E4M3", "BOOL"])("with a parameter stored as %s is refused where it is asked for", (dtype) => {
    const width = { I64: 8, F64: 8, F8_E4M3: 1, BOOL: 1 }[dtype]!;
    const path = write("model.safetensors", { "a.weight": { dtype, shape: [2], data_offsets: [0, 2 * width] } }, 2 * width);
    const said = refusal(() => openWeights("test", folder).parameter("a.weight", [2]));
    expect(said).toBe(`${path}: tensor "a.weight" is stored as ${dtype}, which the test cannot compute with. Use a checkpoint in float32, float16 or bfloat16.`);
  });
});

describe("what the system will not read", () => {
  const vae = () => {
    writeTinyPipeline(folder);
    return file("flux/vae");
  };
  const failure = (path: string) => checkCheckpoint(path)[0]!.failure;
  const makeFolder = (path: string) => (rmSync(path, { force: true }), mkdirSync(path));

  it.each<[string, string]>([["the weights", "diffusion_pytorch_model.safetensors"], ["the index", "diffusion_pytorch_model.safetensors.index.json"], ["the config", "config.json"]])("a folder in place of %s is said of that component", (_, name) => {
    const path = join(vae(), name);
    makeFolder(path);
    expect(failure(file("flux/vae"))).toBe(`${path} is a folder, where a file of this name should be. Move it away and download the file.`);
    expect(checkCheckpoint(folder).filter((report) => report.failure === null).map(({ name: part }) => part)).toContain("flux/transformer");
  });

  it("is told by the system's own code, apart from what a file holds", () => {
    const refused = (code: string) => refusal(() => reading("/c/config.json", () => { throw Object.assign(new Error(code), { code, syscall: "open" }); }));
    expect(refused("EACCES")).toBe("/c/config.json cannot be read by this user (EACCES). Make it readable, and the folders above it (chmod), or run this as its owner.");
    expect(refused("EIO")).toMatch(/config\.json cannot be read \(EIO\)\. Check the disk/);
    expect(() => reading("/c", () => JSON.parse("{") as unknown)).toThrow(SyntaxError);
  });

  // Root may read anything.
  it.skipIf(process.getuid?.() === 0).each(["config.json", "diffusion_pytorch_model.safetensors"])("%s without the right to read it", (name) => {
    const path = join(vae(), name);
    chmodSync(path, 0);
    expect(failure(file("flux/vae"))).toMatch(new RegExp(`${name} cannot be read by this user \\(EACCES\\)`));
  });
});

describe("links", () => {
  const weights = (path: string) => writeFileSync(path, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")]));

  it("within the checkpoint, and into its repository's blobs, are followed", () => {
    const snapshot = file("models--o--n/snapshots/abc");
    mkdirSync(join(snapshot, "vae"), { recursive: true });
    mkdirSync(file("models--o--n/blobs"));
    weights(file("models--o--n/blobs/1"));
    symlinkSync("../../../blobs/1", join(snapshot, "vae/model.safetensors"));
    expect(checkCheckpoint(join(snapshot, "vae"))[0]!.failure).not.toMatch(/link/);
    weights(file("real"));
    mkdirSync(file("t"));
    symlinkSync("../real", file("t/model.safetensors"));
    expect(openWeights("test", file("t"), { root: { directory: folder } }).names()).toEqual([]);
  });

  it("out of the checkpoint are refused, for weights, configs and parts, with the way out", () => {
    weights(join(root, "outside.safetensors"));
    mkdirSync(file("vae"));
    symlinkSync(join(root, "outside.safetensors"), file("vae/model.safetensors"));
    const said = refusal(() => openWeights("test", file("vae")));
    expect(said).toContain(`${file("vae/model.safetensors")} is a link that leaves the checkpoint ${file("vae")}: it leads to ${join(root, "outside.safetensors")}.`);
    expect(said).toMatch(/Name the real folder.*pipeline\.json/);

    writeFileSync(join(root, "outside.json"), "{}");
    symlinkSync(join(root, "outside.json"), file("pipeline.json"));
    expect(refusal(() => checkCheckpoint(folder))).toMatch(/pipeline\.json is a link that leaves/);
    rmSync(file("pipeline.json"));
    mkdirSync(join(root, "elsewhere"), { recursive: true });
    symlinkSync(join(root, "elsewhere"), file("flux"));
    expect(refusal(() => checkCheckpoint(folder))).toMatch(/flux is a link that leaves .*pipeline\.json/s);
  });

  it("from one repository of a cache into another's blobs are refused, and those that lead nowhere", () => {
    for (const name of ["a", "b"]) mkdirSync(file(`models--o--${name}/blobs`), { recursive: true });
    mkdirSync(file("models--o--a/snapshots/abc"), { recursive: true });
    weights(file("models--o--b/blobs/1"));
    symlinkSync(file("models--o--b/blobs/1"), file("models--o--a/snapshots/abc/model.safetensors"));
    expect(checkCheckpoint(file("models--o--a"))[0]!.failure).toMatch(/link that leaves/);
    rmSync(file("models--o--b/blobs/1"));
    expect(checkCheckpoint(file("models--o--a"))[0]!.failure).toMatch(/a link to a file that is not there\. Download it again/);
  });
});

describe("a folder", () => {
  it.each<[string, () => string, RegExp]>([
    ["that does not exist", () => file("nowhere"), /nowhere does not exist\. Check/],
    ["that is a pickle", () => (writeFileSync(file("model.ckpt"), "x"), file("model.ckpt")), /model\.ckpt is a PyTorch pickle/],
    ["that is a file", () => write("model.safetensors", "{}", 0), /is a file\. Name the folder/],
    ["of a cache whose snapshot is missing", () => {
      mkdirSync(file("models--o--n/refs"), { recursive: true });
      mkdirSync(file("models--o--n/snapshots"));
      writeFileSync(file("models--o--n/refs/main"), "abc");
      return file("models--o--n");
    }, /refs\/main names the snapshot "abc", which is not in/],
    ["of a cache with two snapshots and no main", () => {
      for (const revision of ["a", "b"]) mkdirSync(file(`models--o--n/snapshots/${revision}`), { recursive: true });
      return file("models--o--n");
    }, /has no refs\/main.*Name one of its snapshots: .*snapshots\/a, .*snapshots\/b/],
    ["whose pipeline.json is not JSON", () => (writeFileSync(file("pipeline.json"), "{"), folder), /pipeline\.json is not JSON/],
    ["whose pipeline.json lacks a part", () => (writeFileSync(file("pipeline.json"), '{"flux":"f"}'), folder), /pipeline\.json does not fit\. bifrost: is missing/],
    ["whose pipeline.json names a part that is not there", () => (writeFileSync(file("pipeline.json"), '{"flux":"f","bifrost":"b"}'), folder), /pipeline\.json names .*\/f as "flux", which does not exist\. Correct/],
  ])("%s is refused", (_, prepare, message) => {
    const path = prepare();
    expect(refusal(() => checkCheckpoint(path))).toMatch(message);
  });
});
