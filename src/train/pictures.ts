// What training knows of one photograph or render, and how the next one is drawn.

import { integer, type Random } from '../nn/random.ts';

export type Label = 'open' | 'closed' | 'none' | 'unclear' | 'mixed';

/** One clicked or rendered mouth; lengths in fractions of the picture's width (x, diameter) and height (y). */
export interface KnownMouth {
  readonly x: number;
  readonly y: number;
  readonly diameter: number;
  /** Direction towards the base, degrees clockwise from straight down. */
  readonly angle: number;
  readonly state: 'open' | 'closed' | 'unclear';
  /** Clicked or rendered; otherwise the finder found it, and its place is rough. */
  readonly exact: boolean;
}

export interface TrainingPicture {
  readonly path: string;
  /** SHA-256 of the file, so that a run does not go on with other pictures of the same names. */
  readonly sha256: string;
  readonly label: Label;
  readonly source: string;
  /** Null when nobody looked: then only the label of the whole picture is known. */
  readonly mouths: readonly KnownMouth[] | null;
  /** Some mouths of this picture were not clicked, so the rest of it is not known to be empty. */
  readonly crowded: boolean;
}

/**
 * Draws evenly over labels and, within a label, over sources by the square root of their size: a source of
 * 342 photographs counts eighteen times as much as one of a single photograph, not 342 times.
 */
export function createDraw<T>(
  items: readonly T[],
  labelOf: (item: T) => string,
  sourceOf: (item: T) => string,
  labelWeights: Readonly<Record<string, number>>,
): (random: Random) => T {
  const labels = Object.entries(labelWeights)
    .map(([label, weight]) => ({
      weight,
      sources: [
        ...Map.groupBy(
          items.filter((item) => labelOf(item) === label),
          sourceOf,
        ).values(),
      ],
    }))
    .filter(({ sources }) => sources.length > 0)
    .map(({ weight, sources }) => ({
      weight,
      sources,
      total: sources.reduce((sum, list) => sum + Math.sqrt(list.length), 0),
    }));
  if (labels.length === 0) throw new Error('there is no picture to draw');
  const total = labels.reduce((sum, { weight }) => sum + weight, 0);
  return (random) => {
    const label = pick(labels, ({ weight }) => weight, random() * total);
    const source = pick(label.sources, (list) => Math.sqrt(list.length), random() * label.total);
    return source[integer(random, source.length)];
  };
}

function pick<T>(items: readonly T[], weightOf: (item: T) => number, at: number): T {
  let rest = at;
  for (const item of items) {
    rest -= weightOf(item);
    if (rest < 0) return item;
  }
  return items[items.length - 1];
}
