/** The inspector on runs that are not as they should be: values that are no numbers, and nodes of another version. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Client } from "pg";
import { encodeSafetensors } from "@/models/checkpoints/safetensors";
import { float32, float32Data, type Tensors } from "@/models/tensor";
import { shippedGraph } from "./editor-page";
import { expect, type Studio, test } from "./studio";

const panel = (page: Page) => page.getByRole("tabpanel", { name: "Inspect" });

/** Puts tensors into the studio's artifact store, as a run would, and gives the file's name. */
async function store({ dataDir }: Studio, tensors: Tensors): Promise<string> {
  const bytes = encodeSafetensors(tensors);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const folder = join(dataDir, "artifacts", hash.slice(0, 2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${hash}.safetensors`), bytes);
  return hash;
}

test("NaN is traced: each node it reaches wears a badge that says so, and the inspector names the first bad step", async ({ editor, page, studio }) => {
  const graph = await shippedGraph("text-to-image");
  await editor.openGraph("Patches as they should be", graph);
  const { unmasker } = await editor.runToEnd("save-image");
  const { patch_latents: sound } = await editor.tensors(unmasker!.outputs.patches!.tensors.hash);

  // Of those patches one value is no number. The ControlNet comes in after half of the 8 steps, and brings it to the sampler.
  const values = float32Data(sound, "patch_latents").slice();
  values[1000] = Number.NaN;
  const tensors = await store(studio, { patch_latents: float32(values, sound!.dims) });
  const saved = { id: "saved", type: "saved-patches", version: 1, position: { x: 290, y: 115 }, params: { tensors } };
  const late = graph.nodes.filter(({ id }) => id !== "unmasker").map((node) => (node.id === "controlnet" ? { ...node, params: { ...node.params, start: 0.5 } } : node));
  const edges = graph.edges.filter(({ target }) => target !== "unmasker").map((edge) => (edge.source === "unmasker" ? { ...edge, source: "saved" } : edge));
  await editor.openGraph("Patches with one that is no number", { ...graph, nodes: [...late, saved], edges });
  await editor.runToEnd("save-image");

  const badge = (type: Parameters<typeof editor.card>[0]) => editor.card(type).getByRole("img", { name: /NaN or infinite/ });
  await expect(badge("saved-patches")).toHaveAccessibleName("1 value is NaN or infinite in what this node gave.");
  await expect(badge("saved-patches")).toHaveText("NaN");
  // Steps 1 to 4 are computed without it.
  await expect(badge("flux-sampler")).toHaveAccessibleName(/^[\d,]+ values are NaN or infinite at step 5, the first with any\.$/);
  await expect(badge("text-encoder")).toHaveCount(0);
  const [red, green, blue] = await badge("flux-sampler").evaluate((element) => {
    const context = document.createElement("canvas").getContext("2d")!;
    context.fillStyle = getComputedStyle(element).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data] as [number, number, number];
  });
  expect(red).toBeGreaterThan(2 * Math.max(green, blue));

  await editor.select("saved-patches");
  await page.keyboard.press("2");
  await expect(panel(page).getByRole("alert")).toHaveText("1 NaN of 12,288 values. The numbers below leave them out.");
  // The picture says what its colour for them means.
  await expect(panel(page).getByRole("listitem").filter({ hasText: /^NaN$/ })).toBeVisible();
  await editor.select("flux-sampler");
  await expect(panel(page).getByText("The first step of this node with NaN or infinite values is 5.")).toBeVisible();
  await expect(panel(page).getByRole("alert")).toHaveText("4,096 NaN of 4,096 values. The numbers below leave them out.");
  for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  await expect(panel(page).getByText("step 4 of 8", { exact: true })).toBeVisible();
  await expect(panel(page).getByText("0, 0", { exact: true })).toBeVisible();
  await expect(panel(page).getByRole("alert")).toBeHidden();
  await expect(panel(page).getByRole("listitem").filter({ hasText: /^NaN$/ })).toBeHidden();
  await page.keyboard.press("ArrowRight");
  await expect(panel(page).getByRole("alert")).toHaveText("4,096 NaN of 4,096 values. The numbers below leave them out.");
});

test("a tensor without elements: each view says so, and there is no picture to take", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.setNumber("visual-branch-unmasker", "Seed", 6202);
  const { sampler } = await editor.runToEnd("save-image");
  const empty = encodeSafetensors({ latents: float32(new Float32Array(), [1, 16, 0, 0]), denoised: float32(new Float32Array(), [1, 16, 0, 0]) });
  await page.route(`**/api/artifacts/${sampler!.frames[2]!.tensors!.hash}.safetensors`, (route) => route.fulfill({ body: Buffer.from(empty) }));
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  for (const key of ["Home", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  await expect(panel(page).getByText("step 3 of 8", { exact: true })).toBeVisible();
  for (const name of ["All channels", "One channel", "Norms", "Components"]) {
    await panel(page).getByRole("radio", { name, exact: true }).click();
    await expect(panel(page).getByText("This tensor has no elements.")).toBeVisible();
  }
  await expect(panel(page).getByText("F32 1 × 16 × 0 × 0")).toBeVisible();
  await expect(panel(page).getByText("No value is finite.")).toBeHidden();
  await panel(page).getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "This view as PNG" }).click();
  // Exactly: screen readers are told all of it in one more sentence.
  await expect(page.getByText("The file could not be made", { exact: true })).toBeVisible();
  // On the page, and beside what could not be made.
  await expect(page.getByText("This tensor has no elements.")).toHaveCount(2);
});

test("a run computed by another version of a node says so, and its steps are there", async ({ editor, page, studio }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.setNumber("visual-branch-unmasker", "Seed", 6201);
  await editor.runToEnd("save-image");
  const workflowId = new URL(page.url()).pathname.split("/").at(-1)!;
  // As a run lies in the database that was made before (or, going back to an older program, after) the node changed.
  const database = new Client({ host: join(studio.dataDir, "socket"), user: "postgres", database: "postgres" });
  await database.connect();
  const changed = await database.query(
    `UPDATE "Run" SET graph = jsonb_set(graph, '{nodes}', (SELECT jsonb_agg(CASE WHEN node ->> 'id' = 'sampler' THEN node || '{"version": 2}' ELSE node END) FROM jsonb_array_elements(graph -> 'nodes') AS node)) WHERE "workflowId" = $1`,
    [workflowId],
  );
  await database.end();
  expect(changed.rowCount).toBe(1);

  await page.reload();
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  const words = "Computed by version 2 of FLUX Sampler; this program has version 1. A new run may give other values.";
  await expect(panel(page).getByText(words)).toBeVisible();
  await page.keyboard.press("Home");
  await expect(panel(page).getByText("step 1 of 8", { exact: true })).toBeVisible();
  await expect(page.getByLabel("Components of FLUX Sampler at step 1")).toBeVisible();
  await panel(page).getByRole("radio", { name: "Norms", exact: true }).click();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByLabel("Norms of FLUX Sampler at step 2")).toBeVisible();
  // Of the other nodes there is nothing to say.
  await editor.select("visual-branch-unmasker");
  await expect(panel(page).getByText("step 4 of 4", { exact: true })).toBeVisible();
  await expect(panel(page).getByText(/^Computed by version/)).toBeHidden();
});
