// Fingerprints by which a re-encoded, resized, mirrored or slightly cropped copy, and the next frame of the
// same recording, are recognised. Pure.
import { resizeArea, resizeInto } from '../vision/resize.ts';
import type { Box, RgbImage } from '../vision/rgb-image.ts';

/**
 * Two pictures are taken for one scene when some view of one and the whole of the other differ in at most so
 * many of 63 bits, and their small colour thumbnails correlate so well. Chosen by looking at the pairs that
 * `bench/duplicates.ts` prints for the project's photographs: of those from different groups, the same
 * photograph and the next frame have at most 10 bits and at least 0.95; different bottles of one shape on
 * white reach 10 bits and 0.92, and in one pair 0.946, which is joined wrongly and costs nothing.
 */
const MOST_BITS = 10;
const LEAST_CORRELATION = 0.93;

/** What a copy may show: the whole or its middle, each side this part of the whole. Crops to a side are missed. */
const VIEWS = [1, 0.9, 0.8];

const THUMBNAIL = 16;
const SPECTRUM = 32;
const KEPT = 8;

export interface Fingerprint {
  /** Two words of 32 bits a view: the whole first, then its middles, then the whole mirrored. */
  readonly hashes: Int32Array;
  /** A thumbnail a view, mean taken away and of length 1, so that a product is a correlation. */
  readonly thumbnails: readonly Float32Array[];
}

/** Of a decoded picture; any size does, 128 pixels are enough. */
export function fingerprint(image: RgbImage): Fingerprint {
  const views = VIEWS.map((part) => view(image, part));
  views.push(mirror(view(image, 1)));
  const hashes = new Int32Array(views.length * 2);
  for (const [i, seen] of views.entries()) hashes.set(spectrumHash(seen), i * 2);
  return { hashes, thumbnails: views.map(normalisedThumbnail) };
}

/** Whether both show the same scene, up to encoding, size, small crops, mirroring or a moment's movement. */
export function isSameScene(one: Fingerprint, other: Fingerprint): boolean {
  return fewestBits(one, other) <= MOST_BITS && highestCorrelation(one, other) >= LEAST_CORRELATION;
}

/** Bits, of 63, in which the hash of one whole picture differs from the nearest view of the other. */
export function fewestBits({ hashes: one }: Fingerprint, { hashes: other }: Fingerprint): number {
  let fewest = 64;
  for (let i = 0; i < one.length; i += 2)
    fewest = Math.min(fewest, bitsBetween(one, 0, other, i), bitsBetween(one, i, other, 0));
  return fewest;
}

function bitsBetween(one: Int32Array, i: number, other: Int32Array, j: number): number {
  return bitCount(one[i] ^ other[j]) + bitCount(one[i + 1] ^ other[j + 1]);
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Correlation, −1 to 1, of the thumbnails of one whole picture and the most similar view of the other. */
export function highestCorrelation(
  { thumbnails: one }: Fingerprint,
  { thumbnails: other }: Fingerprint,
): number {
  const pairs = one.flatMap((thumbnail, i) => [
    correlate(thumbnail, other[0] ?? thumbnail),
    correlate(other[i] ?? thumbnail, one[0] ?? thumbnail),
  ]);
  return Math.max(...pairs);
}

function correlate(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, i) => sum + value * other[i], 0);
}

function view(image: RgbImage, part: number): RgbImage {
  const width = Math.max(1, Math.round(image.width * part));
  const height = Math.max(1, Math.round(image.height * part));
  const region: Box = [
    Math.floor((image.width - width) / 2),
    Math.floor((image.height - height) / 2),
    width,
    height,
  ];
  const seen = { width: SPECTRUM, height: SPECTRUM, data: new Uint8Array(SPECTRUM * SPECTRUM * 3) };
  resizeInto(image, region, { left: 0, top: 0, width: SPECTRUM, height: SPECTRUM }, seen);
  return seen;
}

function mirror({ width, height, data }: RgbImage): RgbImage {
  const mirrored = data.map((_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const x = width - 1 - (pixel % width);
    return data[(pixel - (pixel % width) + x) * 3 + channel];
  });
  return { width, height, data: mirrored };
}

/** cos((2x + 1) u π / 64): the lowest rows of the cosine transform of 32 values. */
const COSINES = Array.from({ length: KEPT }, (_, u) =>
  Float64Array.from({ length: SPECTRUM }, (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * SPECTRUM))),
);

/**
 * The perceptual hash of Zauner (2010): which of the 63 lowest frequencies of the grey picture lie above
 * their median. The mean brightness is left out.
 */
function spectrumHash({ data }: RgbImage): readonly [number, number] {
  const grey = Float64Array.from({ length: SPECTRUM * SPECTRUM }, (_, i) => {
    return 0.299 * data[i * 3] + 0.587 * data[i * 3 + 1] + 0.114 * data[i * 3 + 2];
  });
  const rows = COSINES.flatMap((cosine) =>
    Array.from({ length: SPECTRUM }, (_, y) =>
      cosine.reduce((sum, weight, x) => sum + weight * grey[y * SPECTRUM + x], 0),
    ),
  );
  const spectrum = COSINES.flatMap((cosine) =>
    COSINES.map((_, u) => cosine.reduce((sum, weight, y) => sum + weight * rows[u * SPECTRUM + y], 0)),
  ).slice(1);
  const median = [...spectrum].sort((one, other) => one - other)[spectrum.length >> 1];
  const words: [number, number] = [0, 0];
  for (const [i, value] of spectrum.entries()) if (value > median) words[i < 32 ? 0 : 1] |= 1 << (i & 31);
  return words;
}

function normalisedThumbnail(seen: RgbImage): Float32Array {
  const values = Float32Array.from(resizeArea(seen, THUMBNAIL, THUMBNAIL).data);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  // A picture of one colour is like every other and says nothing, so it is like none.
  return length === 0 ? centred : centred.map((value) => value / length);
}
