import { mkdtempSync, rmSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ArtifactStore } from "@/server/artifacts/store";
import { readArtifact } from "./artifact-response";

const folder = mkdtempSync(join(tmpdir(), "bifrost-serving-"));
const store = new ArtifactStore(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const get = (file: string, headers: Record<string, string> = {}) => readArtifact(store, file, new Request("http://localhost/", { headers }));

test("what is whole is sent with its size and kept for ever by browsers; one that has it is told so", async () => {
  const { hash } = await store.put(Buffer.from("some latents"), "safetensors");
  const response = await get(`${hash}.safetensors`);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({ "content-type": "application/octet-stream", "content-length": "12", "cache-control": expect.stringContaining("immutable") });
  expect(await response.text()).toBe("some latents");
  expect((await get(`${hash}.safetensors`, { "if-none-match": response.headers.get("etag")! })).status).toBe(304);
});

test("what is damaged is not sent but removed, and the answer says what to do; no browser keeps it", async () => {
  const artifact = await store.put(Buffer.from("a picture"), "png");
  await writeFile(store.path(artifact), "A PICTURE");
  const response = await get(`${artifact.hash}.png`);
  expect(response.status).toBe(410);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const body = await response.text();
  expect(JSON.parse(body)).toMatchObject({ message: expect.stringContaining("damaged"), remedy: expect.stringContaining("Run the node that made it anew") });
  expect(body).not.toContain(folder);
  expect(await store.has(artifact)).toBe(false);
  expect((await get(`${artifact.hash}.png`)).status).toBe(404);
  // Stored again, it is there again.
  await store.put(Buffer.from("a picture"), "png");
  expect(await (await get(`${artifact.hash}.png`)).text()).toBe("a picture");
});

test("what made room is said to be gone, with what to do, also to a browser that had it", async () => {
  const { hash } = await store.put(Buffer.from("steps"), "safetensors");
  await rm(store.root, { recursive: true });
  for (const headers of [{}, { "if-none-match": `"${hash}"` }] as Record<string, string>[]) {
    const response = await get(`${hash}.safetensors`, headers);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining("not in the store any more"), remedy: "Run the node that made it anew." });
  }
});
