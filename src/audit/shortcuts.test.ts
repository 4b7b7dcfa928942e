import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../dataset/index.ts';
import { createRandom, normal } from '../nn/random.ts';
import { discriminant } from './discriminant.ts';
import { measureShortcuts, type Question, shuffleClasses } from './shortcuts.ts';

function question(
  classes: readonly number[],
  units: readonly string[],
  features: Question['features'],
): Question {
  const samples = classes.map((_, i): Sample => {
    const file = `${i}.jpg`;
    return { file, path: file, label: 'open', group: file, source: 's', kind: '', beer: false, notes: '' };
  });
  return { samples, classes: Uint8Array.from(classes), units, leftOut: 'picture', features, seed: 1 };
}

const alone = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

describe('discriminant', () => {
  const random = createRandom(3);
  const rows = Array.from({ length: 60 }, (_, i) =>
    Float64Array.of(normal(random) + (i % 2), normal(random), 7),
  );
  const classes = Uint8Array.from(rows, (_, i) => i % 2);
  const [train, test] = [[...rows.keys()].slice(0, 40), [...rows.keys()].slice(40)];
  const scores = discriminant(rows, train, test)(classes);

  it('does not depend on units or on columns that say nothing', () => {
    const scaled = discriminant(
      rows.map(([a, b]) => Float64Array.of(100 * a, b / 3)),
      train,
      test,
    )(classes);
    for (const [i, score] of scores.entries()) expect(scaled[i]).toBeCloseTo(score, 8);
  });

  it('says the opposite when the classes are swapped', () => {
    const swapped = discriminant(rows, train, test)(classes.map((kind) => 1 - kind));
    for (const [i, score] of scores.entries()) expect(swapped[i]).toBeCloseTo(-score, 10);
  });

  it('finds what a threshold from below and above finds', () => {
    const middle = Array.from({ length: 90 }, (_, i) => Float64Array.of((i % 30) / 30));
    const inside = Uint8Array.from(middle, ([value]) => Number(value > 0.3 && value < 0.7));
    const all = [...middle.keys()];
    const told = discriminant(middle, all.slice(0, 60), all.slice(60))(inside);
    const right = all.slice(60).filter((i, k) => told[k] > 0 === (inside[i] === 1));
    expect(right.length).toBeGreaterThan(24);
  });
});

describe('measureShortcuts', () => {
  const count = 240;
  const random = createRandom(11);
  const classes = Array.from({ length: count }, (_, i) => i % 2);
  const noise = Array.from({ length: count }, () => ({ a: normal(random), b: normal(random) }));

  it('finds a shift of one standard deviation as well as it can be found, and nothing in noise', () => {
    const shifted = classes.map((kind) => ({ value: normal(random) + kind }));
    const found = measureShortcuts(question(classes, alone(count), { brightness: shifted, colour: noise }));
    const [brightness, colour] = found ?? [];
    // Two normal distributions one deviation apart overlap so that the AUC is Φ(1/√2) = 0.760.
    expect(brightness?.auc.interval[0]).toBeLessThan(0.76);
    expect(brightness?.auc.interval[1]).toBeGreaterThan(0.76);
    expect(brightness?.p).toBeLessThan(0.01);
    expect(colour?.p).toBeGreaterThan(0.05);
    expect(colour?.chance).toBeGreaterThan(0.5);
  });

  it('tells what holds for every scene from what only tells scenes apart', () => {
    // Twelve scenes of twenty, each of one class and with a look of its own that says nothing of the class.
    const scenes = classes.map((_, i) => Math.floor(i / 20));
    const looks = Array.from({ length: 12 }, () => Array.from({ length: 12 }, () => 3 * normal(random)));
    const labels = scenes.map((scene) => scene % 2);
    const seen = scenes.map((scene) =>
      Object.fromEntries(looks[scene].map((value, k) => [`k${k}`, value + normal(random)])),
    );
    const units = scenes.map(String);
    const [byPicture] = measureShortcuts(question(labels, alone(count), { background: seen })) ?? [];
    const [byScene] = measureShortcuts(question(labels, units, { background: seen })) ?? [];
    expect(byPicture?.auc.value).toBeGreaterThan(0.95);
    expect(byScene?.p).toBeGreaterThan(0.05);
  });

  it('reads names, skips what too few pictures have, and needs two units of each class', () => {
    const names = classes.map((kind, i) => (i % 3 === 0 ? 'both' : `camera ${kind}`));
    const rare = classes.map((kind, i) => (i < 12 ? { value: kind } : null));
    const found = measureShortcuts(question(classes, alone(count), { name: names, size: rare })) ?? [];
    expect(found.map(({ family }) => family)).toEqual(['name']);
    // Two thirds are told for certain, the rest is a coin's toss: 2/3 + 1/3 · 1/2.
    expect(found[0]?.balancedAccuracy.value).toBeCloseTo(5 / 6, 1);
    expect(measureShortcuts(question(classes, classes.map(String), { name: names }))).toBeNull();
  });
});

describe('shuffleClasses', () => {
  it('lets scenes of one class stay scenes of one class, and mixes only inside the others', () => {
    const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 5 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(cases, fc.nat(), (rows, seed) => {
        const classes = Uint8Array.from(rows, ([kind]) => kind);
        const units = rows.map(([, unit]) => `${unit}`);
        const drawn = shuffleClasses({ classes, units }, createRandom(seed));
        const ofUnit = (values: Uint8Array, unit: string) => [...values].filter((_, i) => units[i] === unit);
        const names = [...new Set(units)];
        const isPure = (unit: string) => new Set(ofUnit(classes, unit)).size === 1;
        const onesOfPure = (values: Uint8Array) =>
          names.filter((unit) => isPure(unit) && ofUnit(values, unit)[0] === 1).length;
        for (const unit of names) {
          const [before, after] = [ofUnit(classes, unit), ofUnit(drawn, unit)];
          if (isPure(unit)) expect(new Set(after).size).toBe(1);
          else expect(after.toSorted()).toEqual(before.toSorted());
        }
        expect(onesOfPure(drawn)).toBe(onesOfPure(classes));
      }),
    );
  });
});
