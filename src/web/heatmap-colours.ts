// The heat map as pixels: dark amber to bright cream, more opaque where the network looked harder.

import type { Heatmap } from '../contract/prediction.ts';

const STOPS = [
  [60, 20, 0],
  [232, 149, 31],
  [255, 247, 214],
] as const;

const MOST_OPAQUE = 215;

/** A map that never gets above this shows dim: stretched to full brightness, noise would look like a find. */
const FAINT = 0.25;

/** RGBA, `width · height · 4` bytes. The strongest value of the map is the brightest colour. */
export function heatmapPixels({ width, height, values }: Heatmap): Uint8ClampedArray<ArrayBuffer> {
  const strongest = Math.max(FAINT, ...values);
  const pixels = new Uint8ClampedArray(width * height * 4);
  values.forEach((value, cell) => {
    const level = Math.max(0, value) / strongest;
    pixels.set([...colourAt(level), MOST_OPAQUE * Math.sqrt(level)], cell * 4);
  });
  return pixels;
}

function colourAt(level: number): [number, number, number] {
  const [low, middle, high] = STOPS;
  const [from, to, part] = level < 0.5 ? [low, middle, level * 2] : [middle, high, level * 2 - 1];
  const mix = (channel: 0 | 1 | 2): number => from[channel] + (to[channel] - from[channel]) * part;
  return [mix(0), mix(1), mix(2)];
}
