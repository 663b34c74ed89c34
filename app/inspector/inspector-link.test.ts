import { expect, test } from "vitest";
import { firstInspection } from "./inspection";
import { wholePicture } from "./zoom-surface";
import { type InspectorLink, readInspectorLink, writeInspectorLink } from "./inspector-link";

const { other: _, ...first } = firstInspection;
const plain: InspectorLink = { runId: "r1", nodeId: "sampler", step: null, cell: null, inspection: first, other: null, zoom: wholePicture };

test("a link says only what differs from how the inspector opens", () => {
  expect(writeInspectorLink(plain).toString()).toBe("run=r1&node=sampler");
});

test("what was written is read back, whatever was chosen", () => {
  const links: InspectorLink[] = [
    plain,
    { ...plain, step: 3 },
    {
      runId: "r1",
      nodeId: "unmasker",
      step: 12,
      cell: [2, 0],
      inspection: { port: "patches", tensor: "patch_latents", view: "similarity", options: { patch: 0, dimension: 3, channel: 2, perChannel: true, oneScale: true }, blocks: [0, 4], tokens: [1, 2], large: true, mode: "swipe" },
      zoom: { scale: 4, x: -0.5, y: -2.25 },
      other: { runId: "r2", nodeId: "unmasker", port: "patches", tensor: "patch_latents", cell: [0, 1], step: "same" },
    },
    { ...plain, other: { runId: null, nodeId: "vae", port: null, tensor: null, cell: null, step: 4 } },
  ];
  for (const link of links) expect(readInspectorLink(new URLSearchParams(writeInspectorLink(link).toString()))).toEqual(link);
});

test("damaged parts are left out, and without run and node there is no link", () => {
  expect(readInspectorLink(new URLSearchParams("run=r1&node=n&step=-4&mode=sideways&tokens=a.b&patch=x&zoom=4,0"))).toEqual({ ...plain, nodeId: "n" });
  expect(readInspectorLink(new URLSearchParams("run=r1&node=n&zoom=2,9,-9"))?.zoom).toEqual({ scale: 2, x: 0, y: -1 });
  expect(readInspectorLink(new URLSearchParams("run=r1"))).toBeNull();
});
