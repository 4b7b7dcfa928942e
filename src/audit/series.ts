// Which files were taken in a row: bursts and frames of recordings, told by names and looks together.
import {
  disjointSets,
  type FileIdentity,
  fewestBits,
  groupBursts,
  highestCorrelation,
} from '../dataset/index.ts';

/**
 * Pictures whose names are next to each other count as one series from a looser likeness on than two that could
 * be from anywhere. Measured on the challenge's numbered frames: at 18 bits and 0.8, a fifth of the neighbours
 * within a scene pass and 1 in 1,000 pairs across scenes.
 */
const MOST_BITS = 18;
const LEAST_CORRELATION = 0.8;
/** Numbers this far apart are neighbours: recordings are often thinned out. */
const NEXT = 2;

/** Series of at least two files: indices, in the order of the files. */
export function findSeries(
  identities: readonly FileIdentity[],
  alike: readonly (readonly [number, number])[],
): number[][] {
  const sets = disjointSets(identities.length);
  for (const [i, j] of alike) sets.join(i, j);
  const files = identities.map(({ sample }) => sample.file);
  const bursts = groupBursts(files);
  const byBurst = Map.groupBy(files.keys(), (i) => bursts.get(files[i]) ?? files[i]);
  for (const [first, ...more] of byBurst.values()) for (const i of more) sets.join(first, i);
  for (const [i, j] of neighbours(files)) if (looksNear(identities[i], identities[j])) sets.join(i, j);
  return [...Map.groupBy(files.keys(), (i) => sets.find(i)).values()].filter(({ length }) => length > 1);
}

function looksNear({ print: one }: FileIdentity, { print: other }: FileIdentity): boolean {
  if (!one || !other) return false;
  return fewestBits(one, other) <= MOST_BITS && highestCorrelation(one, other) >= LEAST_CORRELATION;
}

/** Pairs of files of one folder whose names differ in their last number only, and by little. */
function neighbours(files: readonly string[]): [number, number][] {
  const numbered = files.flatMap((file, i) => {
    const match = /^(.*?)(\d{1,15})(\D*)$/.exec(file);
    return match ? [{ i, stem: `${match[1]}#${match[3]}`, number: Number(match[2]) }] : [];
  });
  return [...Map.groupBy(numbered, ({ stem }) => stem).values()].flatMap((members) => {
    const sorted = members.toSorted((one, other) => one.number - other.number);
    return sorted.slice(1).flatMap((next, k): [number, number][] => {
      const before = sorted[k];
      return next.number - before.number <= NEXT ? [[before.i, next.i]] : [];
    });
  });
}
