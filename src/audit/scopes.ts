// Which questions are asked of which pictures: open or closed and bottle or none over all of them, and open or
// closed inside every source that has enough of both.
import type { Sample } from '../dataset/index.ts';
import { type Balance, balanceBy } from './balance.ts';
import type { FamilyName, Feature } from './families.ts';
import { LEAST_PICTURES, LEFT_OUT, type LeftOut, measureShortcuts, type Shortcut } from './shortcuts.ts';

export interface Scope {
  /** `state`: open (1) or closed (0); `bottle`: a bottle of any state (1) or none (0). */
  readonly asks: 'state' | 'bottle';
  /** The one source that is looked at; null for all. */
  readonly source: string | null;
  readonly zeros: number;
  readonly ones: number;
  /** How the labels lie over the groups of these pictures. */
  readonly groups: Balance;
  /** What could be left out, strictest first, each with every feature's result. */
  readonly measured: readonly Measured[];
}

export interface Measured {
  readonly leftOut: LeftOut;
  /** Units of each class. */
  readonly units: readonly [zeros: number, ones: number];
  readonly shortcuts: readonly Shortcut[];
}

const SEED = 1;
/** A source with fewer pictures of a state is only looked at together with the others. */
const LEAST_IN_SOURCE = 12;

type Features = Readonly<Record<FamilyName, readonly (Feature | null)[]>>;
type Progress = (stage: string, done: number, of: number) => void;

export function askedQuestions(
  samples: readonly Sample[],
  features: Features,
  scenes: readonly string[],
  onProgress: Progress,
): Scope[] {
  const all = [...samples.keys()];
  const state = (i: number) => ({ open: 1, closed: 0, none: -1, unclear: -1, mixed: -1 })[samples[i].label];
  const bottle = (i: number) => ({ open: 1, closed: 1, mixed: 1, none: 0, unclear: -1 })[samples[i].label];
  const sources = [...Map.groupBy(all, (i) => samples[i].source)];
  const questions: Asked[] = [
    { asks: 'state', source: null, rows: all, classOf: state, least: LEAST_PICTURES },
    { asks: 'bottle', source: null, rows: all, classOf: bottle, least: LEAST_PICTURES },
    ...(sources.length > 1 ? sources : []).map(
      ([source, rows]): Asked => ({ asks: 'state', source, rows, classOf: state, least: LEAST_IN_SOURCE }),
    ),
  ];
  return questions.flatMap((question, done) => {
    const scope = ask(question, samples, features, scenes);
    onProgress('shortcuts', done + 1, questions.length);
    return scope ? [scope] : [];
  });
}

interface Asked extends Pick<Scope, 'asks' | 'source'> {
  readonly rows: readonly number[];
  /** 1, 0, or −1 for pictures that do not count. */
  readonly classOf: (i: number) => number;
  readonly least: number;
}

function ask(
  { asks, source, rows, classOf, least }: Asked,
  samples: readonly Sample[],
  features: Features,
  scenes: readonly string[],
): Scope | undefined {
  const counted = rows.filter((i) => classOf(i) >= 0);
  const classes = Uint8Array.from(counted, classOf);
  const ones = classes.reduce((sum, kind) => sum + kind, 0);
  const zeros = counted.length - ones;
  if (Math.min(ones, zeros) < least) return undefined;
  const chosen = counted.map((i) => samples[i]);
  const own = Object.fromEntries(
    Object.entries(features)
      // Where there is no bottle there is no mouth to hide, so hiding would tell the two apart by itself.
      .filter(([name]) => asks === 'state' || (name !== 'background' && name !== 'framing'))
      .map(([name, all]) => [name, counted.map((i) => all[i])]),
  );
  const unitsBy = {
    source: chosen.map((sample) => sample.source),
    group: mergedGroups(
      chosen,
      counted.map((i) => scenes[i]),
    ),
    picture: counted.map((i) => scenes[i]),
  };
  const measured = ways(unitsBy, classes).flatMap((leftOut) => {
    const units = unitsBy[leftOut];
    const shortcuts = measureShortcuts({
      samples: chosen,
      classes,
      units,
      leftOut,
      features: own,
      seed: SEED,
    });
    return shortcuts ? [{ leftOut, units: unitsOfClasses(units, classes), shortcuts }] : [];
  });
  return { asks, source, zeros, ones, groups: balanceBy(chosen, 'group'), measured };
}

/** A group, or what is left of it once pictures that were taken in a row with one of another group join it. */
function mergedGroups(samples: readonly Sample[], scenes: readonly string[]): string[] {
  const groupOf = new Map<string, string>();
  return samples.map(({ group }, i) => {
    const merged = groupOf.get(scenes[i]) ?? group;
    groupOf.set(scenes[i], merged);
    return merged;
  });
}

/** Sources have their own way of being photographed; fewer than these of a class are an accident. */
const LEAST_UNITS: Readonly<Record<LeftOut, number>> = { source: 4, group: 2, picture: 2 };
/** Groups that hardly join anything are pictures under another name. */
const SAME_AS_PICTURES = 0.8;

function ways(unitsBy: Readonly<Record<LeftOut, readonly string[]>>, classes: Uint8Array): LeftOut[] {
  const count = (way: LeftOut) => new Set(unitsBy[way]).size;
  return LEFT_OUT.filter((way) => {
    if (Math.min(...unitsOfClasses(unitsBy[way], classes)) < LEAST_UNITS[way]) return false;
    return way !== 'group' || count('group') < SAME_AS_PICTURES * count('picture');
  });
}

function unitsOfClasses(units: readonly string[], classes: Uint8Array): [number, number] {
  const count = (kind: number) => new Set(units.filter((_, i) => classes[i] === kind)).size;
  return [count(0), count(1)];
}
