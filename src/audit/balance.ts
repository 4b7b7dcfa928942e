// How the labels lie over groups and sources: a group that shows one state only gives its label away.
import type { Sample } from '../dataset/index.ts';
import { createRandom, shuffled } from '../nn/random.ts';

export interface Part {
  readonly name: string;
  readonly open: number;
  readonly closed: number;
  readonly none: number;
  /** Unclear, or of both states. */
  readonly other: number;
}

export interface Balance {
  /** Largest first. */
  readonly parts: readonly Part[];
  /** Bottles of known state in parts that hold at least three of them. */
  readonly bottles: number;
  /** Of these, how many are in parts that show one state only. */
  readonly oneState: number;
  /** How many such parts there are of each state. */
  readonly openParts: number;
  readonly closedParts: number;
  /**
   * How far the part's name gives the state away, as balanced accuracy of the best guess by name: 0 as well as
   * shuffled labels do, 1 always. Null unless both states occur in parts of at least three bottles.
   */
  readonly tells: number | null;
}

const LEAST_BOTTLES = 3;
const SHUFFLES = 50;

export function balanceBy(samples: readonly Sample[], by: 'group' | 'source'): Balance {
  const groups = Map.groupBy(samples, (sample) => sample[by]);
  const parts = [...groups].map(([name, members]) => partOf(name, members));
  const sized = parts.filter(({ open, closed }) => open + closed >= LEAST_BOTTLES);
  const single = sized.filter(({ open, closed }) => open === 0 || closed === 0);
  return {
    parts: parts.toSorted((one, other) => total(other) - total(one)),
    bottles: sum(sized, ({ open, closed }) => open + closed),
    oneState: sum(single, ({ open, closed }) => open + closed),
    openParts: single.filter(({ open }) => open > 0).length,
    closedParts: single.filter(({ closed }) => closed > 0).length,
    tells: tellsLabel(sized),
  };
}

function partOf(name: string, members: readonly Sample[]): Part {
  const count = (...labels: readonly string[]) =>
    members.filter(({ label }) => labels.includes(label)).length;
  return {
    name,
    open: count('open'),
    closed: count('closed'),
    none: count('none'),
    other: count('unclear', 'mixed'),
  };
}

export const total = ({ open, closed, none, other }: Part): number => open + closed + none + other;

function sum(parts: readonly Part[], read: (part: Part) => number): number {
  return parts.reduce((all, part) => all + read(part), 0);
}

function tellsLabel(parts: readonly Part[]): number | null {
  const opens = sum(parts, ({ open }) => open);
  const closeds = sum(parts, ({ closed }) => closed);
  if (opens === 0 || closeds === 0) return null;
  const labels = parts.flatMap(({ open, closed }) => [
    ...Array<number>(open).fill(1),
    ...Array<number>(closed).fill(0),
  ]);
  const sizes = parts.map(({ open, closed }) => open + closed);
  const random = createRandom(1);
  const byChance = Array.from({ length: SHUFFLES }, () => bestGuess(shuffled(random, labels), sizes));
  const chance = byChance.reduce((all, value) => all + value, 0) / SHUFFLES;
  return chance >= 1 ? null : Math.max(0, (bestGuess(labels, sizes) - chance) / (1 - chance));
}

/** Balanced accuracy of naming, for each stretch of labels, the state whose share of all its kind is larger there. */
function bestGuess(labels: readonly number[], sizes: readonly number[]): number {
  const opens = labels.reduce((all, label) => all + label, 0);
  const closeds = labels.length - opens;
  let [at, right] = [0, 0];
  for (const size of sizes) {
    const open = labels.slice(at, at + size).reduce((all, label) => all + label, 0);
    right += Math.max(open / opens, (size - open) / closeds) / 2;
    at += size;
  }
  return right;
}
