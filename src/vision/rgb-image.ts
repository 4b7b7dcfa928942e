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
  for (let i = 0; i < data.length; i += 3) data.set(rgb, i);
  return { width, height, data };
}
