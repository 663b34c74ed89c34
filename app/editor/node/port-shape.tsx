import type { DataType } from "@/nodes/ports";

/** One shape per data type, told apart without colour. Drawn in a 12 × 12 box. */
const shapes: Record<DataType, string> = {
  // circle
  text: "M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9Z",
  // diamond
  conditioning: "M6 .6 11.4 6 6 11.4.6 6Z",
  // square
  "patch-latents": "M1.8 1.8h8.4v8.4H1.8Z",
  // triangle
  "control-latents": "M2 1 11.2 6 2 11Z",
  // pentagon that points on
  control: "M1.2 1.8h5.4L11.4 6l-4.8 4.2H1.2Z",
  // hexagon
  latents: "M6 .7 10.7 3.35v5.3L6 11.3 1.3 8.65v-5.3Z",
  // star of four points
  attention: "M6 .6 7.6 4.4 11.4 6 7.6 7.6 6 11.4 4.4 7.6.6 6 4.4 4.4Z",
  // pill
  number: "M3.6 3h4.8a3 3 0 0 1 0 6H3.6a3 3 0 0 1 0-6Z",
  // half a circle
  boolean: "M3.5 1.5a4.5 4.5 0 0 1 0 9Z",
  // picture
  image: "M1.5 2.2h9a1 1 0 0 1 1 1v5.6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V3.2a1 1 0 0 1 1-1Z",
};

export const typeColor = (type: DataType) => `var(--type-${type})`;

interface PortShapeProps {
  type: DataType;
  /** An optional input with nothing connected is drawn as an outline. */
  hollow?: boolean;
  size?: number;
}

export function PortShape({ type, hollow = false, size = 12 }: PortShapeProps) {
  return (
    <svg viewBox="0 0 12 12" width={size} height={size} aria-hidden className="shrink-0 overflow-visible" style={{ color: typeColor(type) }}>
      {/* The stroke in the card's colour keeps the shape clear of the edge that ends in it. */}
      <path d={shapes[type]} fill={hollow ? "var(--raised)" : "currentColor"} stroke={hollow ? "currentColor" : "var(--raised)"} strokeWidth={hollow ? 1.75 : 1.5} strokeLinejoin="round" paintOrder="stroke" />
    </svg>
  );
}
