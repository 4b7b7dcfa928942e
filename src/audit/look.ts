// Simple numbers of what a picture looks like, far below what a network sees: if they already tell the label,
// a network will use them too.
import type { RgbImage } from '../vision/rgb-image.ts';

/** Name and value of each number, the same names for every picture. */
export type Numbers = Readonly<Record<string, number>>;

/** Brightness 0–1 of every pixel (Rec. 601). */
function brightnessOf({ data }: RgbImage): Float64Array {
  return Float64Array.from(
    { length: data.length / 3 },
    (_, i) => (0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]) / 255,
  );
}

export function brightness(image: RgbImage): Numbers {
  const values = brightnessOf(image);
  const mean = average(values);
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { mean, dark: at(0.05), median: at(0.5), light: at(0.95) };
}

export function contrast(image: RgbImage): Numbers {
  const values = brightnessOf(image);
  const mean = average(values);
  const deviation = Math.sqrt(average(values.map((value) => (value - mean) ** 2)));
  return { deviation, edges: average(edgesOf(values, image.width)) };
}

/**
 * Steps of brightness to the right and downwards, 0–2, pixel by pixel. A step to a pixel that does not count is
 * none: what is hidden must not show at its rim.
 */
function edgesOf(values: Float64Array, width: number, counts = (_i: number) => true): Float64Array {
  const step = (i: number, j: number) => (counts(i) && counts(j) ? Math.abs(values[j] - values[i]) : 0);
  return values.map((_, i) => {
    const right = (i + 1) % width === 0 ? 0 : step(i, i + 1);
    return right + (i + width < values.length ? step(i, i + width) : 0);
  });
}

/** Levels of each channel in the colour histogram. */
const LEVELS = 3;

/** Mean and deviation of brightness and of both colour differences, and how much of the picture has which colour. */
export function colour(image: RgbImage): Numbers {
  return colourOf(image, () => 1);
}

function colourOf({ width, data }: RgbImage, weight: (x: number, y: number) => number): Numbers {
  const sums = new Float64Array(6);
  const bins = new Float64Array(LEVELS ** 3);
  let total = 0;
  for (let i = 0; i < data.length / 3; i++) {
    const w = weight(i % width, Math.floor(i / width));
    if (w === 0) continue;
    total += w;
    const [red, green, blue] = [data[3 * i] / 255, data[3 * i + 1] / 255, data[3 * i + 2] / 255];
    for (const [k, value] of opponents(red, green, blue).entries()) {
      sums[k] += w * value;
      sums[k + 3] += w * value * value;
    }
    const level = (value: number) => Math.min(LEVELS - 1, Math.floor(value * LEVELS));
    bins[(level(red) * LEVELS + level(green)) * LEVELS + level(blue)] += w;
  }
  const numbers: Record<string, number> = {};
  for (const [k, name] of ['light', 'red-green', 'blue-yellow'].entries()) {
    const mean = sums[k] / total;
    numbers[name] = mean;
    numbers[`${name} spread`] = Math.sqrt(Math.max(0, sums[k + 3] / total - mean * mean));
  }
  for (const [k, count] of bins.entries()) numbers[`colour ${k}`] = count / total;
  return numbers;
}

/** Brightness, red against green, yellow against blue: channels that the eye compares. */
function opponents(red: number, green: number, blue: number): readonly [number, number, number] {
  return [(red + green + blue) / 3, red - green, (red + green) / 2 - blue];
}

/** The border's part of the shorter side. */
const BORDER = 0.12;
const SIDES = ['left', 'right', 'top', 'bottom'];

/** The outermost part of the picture alone, where bottles hardly ever have their mouths. */
export function border(image: RgbImage): Numbers {
  const { width, height } = image;
  const depth = Math.max(1, Math.round(BORDER * Math.min(width, height)));
  const sideOf = (x: number, y: number) => {
    if (x < depth) return 0;
    if (x >= width - depth) return 1;
    if (y < depth) return 2;
    return y >= height - depth ? 3 : -1;
  };
  const whole = colourOf(image, (x, y) => (sideOf(x, y) < 0 ? 0 : 1));
  return { ...whole, ...named(meansOfParts(image, sideOf, SIDES.length), SIDES, whole) };
}

const CELLS = 5;
const CELL_NAMES = Array.from(
  { length: CELLS * CELLS },
  (_, i) => `cell ${i % CELLS},${Math.floor(i / CELLS)}`,
);
/** Less of a picture than this is no background. */
const LEAST_BACKGROUND = 0.2;

/**
 * Everything but the mouths: colours, and the means of a grid of 5 × 5 cells with how many edges each has.
 * `mask` is 1 where the picture is left. A cell without a pixel left reads as the whole picture does, so that
 * the hole itself says nothing. Null when hardly anything is left.
 */
export function background(image: RgbImage, mask: Uint8Array): Numbers | null {
  if (average(mask) < LEAST_BACKGROUND) return null;
  const { width, height } = image;
  const isLeft = (x: number, y: number) => mask[y * width + x];
  const cellOf = (x: number, y: number) =>
    isLeft(x, y) === 0 ? -1 : Math.floor((y * CELLS) / height) * CELLS + Math.floor((x * CELLS) / width);
  const [overall] = meansOfParts(image, (x, y) => isLeft(x, y) - 1, 1);
  const cells = meansOfParts(image, cellOf, CELLS * CELLS);
  return { ...colourOf(image, isLeft), ...named(cells, CELL_NAMES, overall ?? {}) };
}

const MEANS = ['light', 'red-green', 'blue-yellow', 'edges'] as const;

/** Means of each part; undefined for a part without a pixel. `partOf` gives −1 for pixels of no part. */
function meansOfParts(
  image: RgbImage,
  partOf: (x: number, y: number) => number,
  parts: number,
): (Numbers | undefined)[] {
  const { width, data } = image;
  const ofPixel = Int32Array.from({ length: data.length / 3 }, (_, i) =>
    partOf(i % width, Math.floor(i / width)),
  );
  const edges = edgesOf(brightnessOf(image), width, (i) => ofPixel[i] >= 0);
  const sums = new Float64Array(parts * MEANS.length);
  const counts = new Float64Array(parts);
  for (const [i, part] of ofPixel.entries()) {
    if (part < 0) continue;
    counts[part]++;
    const seen = opponents(data[3 * i] / 255, data[3 * i + 1] / 255, data[3 * i + 2] / 255);
    for (const [k, value] of [...seen, edges[i]].entries()) sums[part * MEANS.length + k] += value;
  }
  return Array.from(counts, (count, part) =>
    count === 0
      ? undefined
      : Object.fromEntries(MEANS.map((name, k) => [name, sums[part * MEANS.length + k] / count])),
  );
}

function named(
  parts: readonly (Numbers | undefined)[],
  names: readonly string[],
  otherwise: Numbers,
): Numbers {
  return Object.fromEntries(
    names.flatMap((name, i) => MEANS.map((mean) => [`${name} ${mean}`, (parts[i] ?? otherwise)[mean] ?? 0])),
  );
}

function average(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
