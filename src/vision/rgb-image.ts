/** The project's only picture type: 8-bit sRGB, interleaved, row by row from the top left. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** `width · height · 3` values, red first. */
  readonly data: Uint8Array;
}

/** An axis-aligned box in pixels: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** A picture of one colour, black unless told otherwise. */
export function createImage(
  width: number,
  height: number,
  rgb: readonly [number, number, number] = [0, 0, 0],
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  data.set(rgb.slice(0, data.length));
  // What is there is doubled until it is full: a call a pixel would take longer than the resize after it.
  for (let filled = 3; filled < data.length; filled *= 2) data.copyWithin(filled, 0, filled);
  return { width, height, data };
}
