// Train and test sets. What belongs together stays together; only the seed's baseline may leak.
import { createHash } from 'node:crypto';
import type { Sample } from './sample.ts';

export interface Split {
  readonly train: readonly Sample[];
  readonly test: readonly Sample[];
}

/**
 * `source` keeps whole sources together. A group that reaches across sources goes, as a whole, with the source
 * that most of it is from.
 */
export type SplitBy = 'group' | 'source';

/** From so many sources on whole sources are left out, the honest test; a folder of one's own has only one. */
const MANY_SOURCES = 8;

/** What training leaves out where nobody says otherwise. */
export function defaultSplitBy(samples: readonly Sample[]): SplitBy {
  return new Set(samples.map(({ source }) => source)).size >= MANY_SOURCES ? 'source' : 'group';
}

/**
 * `folds` parts of about the same number of each label; no group, or no source, lies in two. Greedy: the
 * largest unit first, each into the part that then strays least from an even share. The same seed gives the
 * same parts; more folds than units leaves some empty.
 */
export function foldsByGroup(
  samples: readonly Sample[],
  { folds, seed, by }: { folds: number; seed: number; by: SplitBy },
): Sample[][] {
  return distribute(samples, Array<number>(folds).fill(1 / folds), seed, by);
}

/** One part of about `fraction` of each label to test on, the rest to train on. */
export function splitByGroup(
  samples: readonly Sample[],
  { fraction, seed, by }: { fraction: number; seed: number; by: SplitBy },
): Split {
  const [test = [], train = []] = distribute(samples, [fraction, 1 - fraction], seed, by);
  return { train, test };
}

/**
 * Every sample on its own, as the seed system would have done it. LEAKY: frames of one recording land on both
 * sides, so the test score measures memory. Only for the baseline that shows this.
 */
export function leakyRandomSplit(
  samples: readonly Sample[],
  { fraction, seed }: { fraction: number; seed: number },
): Split {
  const shuffled = [...samples].sort(bySeed(seed, ({ file }) => file));
  const count = Math.round(samples.length * fraction);
  return { test: shuffled.slice(0, count), train: shuffled.slice(count) };
}

/** Samples that no split may take apart, and how much of each label they hold. */
interface Unit {
  readonly name: string;
  readonly samples: Sample[];
  readonly shares: Map<string, number>;
}

function distribute(
  samples: readonly Sample[],
  targets: readonly number[],
  seed: number,
  by: SplitBy,
): Sample[][] {
  const parts = targets.map((target) => ({
    target,
    samples: [] as Sample[],
    shares: new Map<string, number>(),
  }));
  const units = unitsOf(samples, by).sort(bySeed(seed, ({ name }) => name));
  // Stable: units of one size stay in the seed's order.
  units.sort((one, other) => sum(other.shares) - sum(one.shares));
  for (const unit of units) {
    const costs = parts.map((part) => costOf(part, unit));
    const best = parts[costs.indexOf(Math.min(...costs))];
    best?.samples.push(...unit.samples);
    for (const [label, share] of unit.shares) best?.shares.set(label, (best.shares.get(label) ?? 0) + share);
  }
  return parts.map((part) => part.samples);
}

/** By how much a part would stray further from an even share of the unit's labels, as a sum of squares. */
function costOf(part: { target: number; shares: Map<string, number> }, unit: Unit): number {
  let cost = 0;
  for (const [label, share] of unit.shares) {
    const before = (part.shares.get(label) ?? 0) - part.target;
    cost += (before + share) ** 2 - before ** 2;
  }
  return cost;
}

function unitsOf(samples: readonly Sample[], by: SplitBy): Unit[] {
  const groups = Map.groupBy(samples, ({ group }) => group);
  const sources = new Map([...groups].map(([group, members]) => [group, homeSource(members)]));
  const home = ({ group }: Sample) => (by === 'group' ? group : (sources.get(group) ?? ''));
  const totals = Map.groupBy(samples, ({ label }) => label);
  return [...Map.groupBy(samples, home)].map(([name, members]) => {
    const shares = new Map<string, number>();
    for (const { label } of members)
      shares.set(label, (shares.get(label) ?? 0) + 1 / (totals.get(label)?.length ?? 1));
    return { name, samples: members, shares };
  });
}

/** Where most of a group comes from; of equals, the first. */
function homeSource(members: readonly Sample[]): string {
  const sources = [...Map.groupBy(members, ({ source }) => source)];
  return sources.reduce((best, next) => (next[1].length > best[1].length ? next : best))[0];
}

function sum(shares: Map<string, number>): number {
  return [...shares.values()].reduce((total, share) => total + share, 0);
}

/** An order that only the seed and the names decide, not the order that the file system gave. */
function bySeed<T>(seed: number, name: (item: T) => string): (one: T, other: T) => number {
  const keys = new Map<T, string>();
  const key = (item: T) => {
    const known =
      keys.get(item) ??
      createHash('sha256')
        .update(`${seed}:${name(item)}`)
        .digest('hex');
    keys.set(item, known);
    return known;
  };
  return (one, other) => (key(one) < key(other) ? -1 : 1);
}
