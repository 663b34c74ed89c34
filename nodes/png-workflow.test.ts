import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { isPng, withWorkflow, workflowTextIn } from "./png-workflow";
import { presets } from "./presets";
import { emptyWorkflow } from "./workflow";

const { graph } = presets[0]!;
const pixels = Buffer.from(Array.from({ length: 12 * 12 * 3 }, (_, at) => (at * 37) % 256));
const png = await sharp(pixels, { raw: { width: 12, height: 12, channels: 3 } }).png().toBuffer();

describe("a picture's workflow", () => {
  it("is read back from the file, whose pixels are as they were", async () => {
    const carrying = withWorkflow(png, graph);
    expect(JSON.parse(workflowTextIn(carrying)!)).toEqual(graph);
    expect(await sharp(carrying, { failOn: "warning" }).raw().toBuffer()).toEqual(pixels);
  });

  it("keeps letters of every script", () => {
    const named = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, title: "Ünïcödé 猫 😀" })) };
    expect(JSON.parse(workflowTextIn(withWorkflow(png, named))!)).toEqual(named);
  });

  it("takes the place of an earlier one, and gives the same bytes each time", () => {
    expect(withWorkflow(withWorkflow(png, emptyWorkflow), graph)).toEqual(withWorkflow(png, graph));
  });

  it("has the checksum that PNG readers check", () => {
    const carrying = Buffer.from(withWorkflow(png, graph));
    const at = carrying.indexOf("iTXt");
    const end = at + 4 + carrying.readUInt32BE(at - 4);
    expect(carrying.readUInt32BE(end)).toBe(crc32(carrying.subarray(at, end)));
  });

  it.each([
    ["a picture without one", png],
    ["no PNG", new TextEncoder().encode("GIF89a")],
    ["nothing", new Uint8Array()],
    ["a file that breaks off", withWorkflow(png, graph).subarray(0, 60)],
    ["a chunk longer than the file", Uint8Array.from([...png.subarray(0, 33), 0xff, 0xff, 0xff, 0xff, 0x69, 0x54, 0x58, 0x74, 0, 0, 0, 0])],
  ])("is not found in %s", (_, bytes) => {
    expect(workflowTextIn(bytes)).toBeNull();
  });

  it("goes into PNG files only", () => {
    expect(isPng(png)).toBe(true);
    expect(() => withWorkflow(new Uint8Array(40), graph)).toThrow("no PNG");
  });
});
