/** Lines over cells that stand for nothing yet: neither a colour of a map nor dark, which known patches may be. On a canvas; on the page it is the CSS utility "hatched". */

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The distance of two lines, and how thick they are, in pixels. */
const distance = 8;
const thickness = 2;
const [ground, line] = ["#a3a3a3", "#5c5c5c"];

function tile(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(distance, distance);
  const context = canvas.getContext("2d")!;
  context.fillStyle = ground;
  context.fillRect(0, 0, distance, distance);
  context.strokeStyle = line;
  context.lineWidth = thickness;
  // Beyond the corners too, so that the lines of tiles side by side are whole.
  for (const at of [-distance, 0, distance]) {
    context.moveTo(at - 1, distance + 1);
    context.lineTo(at + distance + 1, -1);
  }
  context.stroke();
  return canvas;
}

/** Hatches what is transparent. */
export function hatchBlank(context: Context): void {
  context.save();
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = context.createPattern(tile(), "repeat")!;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}
