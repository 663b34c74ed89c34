/**
 * Memory that pictures are made in, used again. Walking through steps makes a picture per key press: fresh memory for
 * each costs more than painting it, and what is left behind stops page and worker while it is collected.
 */
export interface PixelMemory {
  /** Of exactly so many bytes, with whatever they held. */
  take(bytes: number): ArrayBuffer;
  /** What nobody reads any more. */
  give(buffer: ArrayBuffer): void;
}

/** Always fresh, for pictures that are made once. */
export const freshMemory: PixelMemory = { take: (bytes) => new ArrayBuffer(bytes), give: () => undefined };

/** Values and pixels of the largest picture. */
const mostBytes = 2 ** 25;
/** Values, pixels and what is blank of two pictures, and some to spare. */
const mostBuffers = 8;

/** Keeps up to `most` bytes for later; those given longest ago go first. */
export function pixelMemory(most = mostBytes): PixelMemory {
  const spare: ArrayBuffer[] = [];
  let bytes = 0;
  return {
    take: (wanted) => {
      const at = spare.findLastIndex(({ byteLength }) => byteLength === wanted);
      if (at < 0) return new ArrayBuffer(wanted);
      bytes -= wanted;
      return spare.splice(at, 1)[0]!;
    },
    give: (buffer) => {
      spare.push(buffer);
      bytes += buffer.byteLength;
      while (bytes > most || spare.length > mostBuffers) bytes -= spare.shift()!.byteLength;
    },
  };
}
