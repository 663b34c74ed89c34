/** Understanding is kept: the shipped language model names what it sees in pictures that no training has shown it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { runDescribeImage } from "@/nodes/describe-image/run";
import { describeImageSpec } from "@/nodes/describe-image/spec";
import { runToEnd } from "@/nodes/test-models";
import type { Value } from "@/nodes/values";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";

const models = join(import.meta.dirname, "../../models");
const fixture = join(models, "reference/fixtures/described-scenes");
const sceneSchema = z.object({ object: z.string(), color: z.string().nullable(), plural: z.string() });
const side = 128;
const tilesPerRow = 8;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "described-scenes-"));
});
afterAll(() => rm(scratch, { recursive: true }));

async function tile(sheet: string, index: number): Promise<Value<"image">> {
  const place = { left: (index % tilesPerRow) * side, top: Math.floor(index / tilesPerRow) * side, width: side, height: side };
  const data = await sharp(sheet).extract(place).removeAlpha().raw().toBuffer();
  return { type: "image", tensors: { image: { dtype: "uint8", data, dims: [side, side, 3] } }, facts: { width: side, height: side } };
}

test("Describe Image names nine of ten single objects in scenes it has not seen", { timeout: 120_000 }, async () => {
  const scenes = z.array(sceneSchema).parse(JSON.parse(await readFile(`${fixture}.json`, "utf8")));
  const pipeline = new PipelineModels(join(models, "mini"), scratch, new SessionPool("cpu"));
  const wrong: string[] = [];
  for (const [index, { object, color, plural }] of scenes.entries()) {
    const { outputs } = await runToEnd(runDescribeImage, describeImageSpec, {
      inputs: { image: await tile(`${fixture}.webp`, index) },
      models: pipeline.forNode(() => undefined, new AbortController().signal),
    });
    const { text } = outputs.text.facts;
    const named = [object, plural].some((noun) => new RegExp(`\\b${noun}\\b`).test(text));
    if (!named) wrong.push(`${color ?? "its own colour"} ${object}: ${text}`);
  }
  // Nine of ten is what the model card promises of such scenes and measures on 256; these are one of each object.
  expect(wrong.length / scenes.length, wrong.join("\n")).toBeLessThanOrEqual(0.1);
});
