import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { ArtifactStore } from "@/server/artifacts/store";
import { readArtifact } from "./artifact-response";
import { receivePicture } from "./picture-upload";
import { largestBody } from "./request-body";

const folder = mkdtempSync(join(tmpdir(), "bifrost-upload-"));
const artifacts = new ArtifactStore(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const guard = { host: "127.0.0.1", allowedHosts: [] };
function upload(body: BodyInit | ReadableStream, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request("http://localhost/api/uploads?name=cat.jpg", { method: "POST", body, headers: { host: "localhost", ...headers }, duplex: "half" } as RequestInit);
  return receivePicture(request, artifacts, guard);
}

test("a picture is kept as PNG, and can be had again under its hash for ever", async () => {
  const jpeg = await sharp({ create: { width: 20, height: 10, channels: 3, background: "#c03" } }).jpeg().toBuffer();
  const response = await upload(new Uint8Array(jpeg));
  const kept = (await response.json()) as { hash: string };
  expect(kept).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), width: 20, height: 10, name: "cat.jpg" });
  const again = await readArtifact(artifacts, `${kept.hash}.png`, new Request("http://localhost/"));
  expect(again.headers.get("cache-control")).toContain("immutable");
  expect(await sharp(Buffer.from(await again.arrayBuffer())).metadata()).toMatchObject({ format: "png", width: 20, height: 10 });
});

test("what is no picture is refused in words", async () => {
  const response = await upload("hello");
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ message: expect.any(String), remedy: expect.any(String) });
});

test("reading stops at 100 MB, whatever the length promised", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 10_000_000;
      controller.enqueue(new Uint8Array(10_000_000));
    },
  });
  expect((await upload(endless)).status).toBe(413);
  expect(sent).toBeLessThan(largestBody + 50_000_000);
});

test("pages of other websites cannot upload", async () => {
  expect((await upload("x", { origin: "http://evil.example" })).status).toBe(403);
});

test.each(["../../etc/passwd", "x.png", `${"0".repeat(64)}.exe`, `${"0".repeat(64)}.png`, `${"0".repeat(64)}.png.png`])("there is no artifact %s", async (file) => {
  expect((await readArtifact(artifacts, file, new Request("http://localhost/"))).status).toBe(404);
});
