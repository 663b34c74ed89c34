import sharp from "sharp";
import { expect, test } from "vitest";
import { encodeAnimation } from "./animation";

const guard = { host: "127.0.0.1", allowedHosts: [] };

const ask = (query: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => encodeAnimation(new Request(`http://127.0.0.1/api/animations?${query}`, { method: "POST", body, headers: { host: "127.0.0.1", ...headers } }), guard);

/** Frames of one colour each. */
function frames(count: number, side: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count * side * side * 4 }, (_, i) => (i % 4 === 3 ? 255 : i % 4 === 0 ? Math.floor(i / (side * side * 4)) * 40 : 7));
}

test("every frame comes back with its own pixels and the delay", async () => {
  const answer = await ask("width=16&height=16&delay=125", frames(5, 16));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("image/webp");
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ format: "webp", pages: 5, width: 16, pageHeight: 16, delay: [125, 125, 125, 125, 125], loop: 0 });
  const { data, info } = await sharp(bytes, { animated: true }).raw().toBuffer({ resolveWithObject: true });
  expect([0, 1, 2, 3, 4].map((frame) => data[frame * 16 * 16 * info.channels])).toEqual([0, 40, 80, 120, 160]);
});

test("what is no animation is refused in words", async () => {
  expect((await ask("width=0&height=16&delay=125", frames(1, 16))).status).toBe(400);
  expect(((await (await ask("width=16&height=16&delay=125", frames(1, 15))).json()) as { message: string }).message).toMatch(/no whole number of frames/);
  expect((await ask("width=16&height=16&delay=125", new Uint8Array(0))).status).toBe(400);
  expect((await ask("width=1&height=1&delay=125", frames(601, 1))).status).toBe(413);
  expect((await ask("width=16&height=16&delay=125", frames(1, 16), { host: "evil.example" })).status).toBe(403);
});
