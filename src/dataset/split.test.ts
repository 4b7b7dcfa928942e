import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsByGroup, type Label, leakyRandomSplit, type Sample, splitByGroup } from './index.ts';

function sample(file: string, label: Label, group: string, source: string): Sample {
  return { file, path: file, label, group, source, kind: '', beer: true, notes: '' };
}

const dataset = fc
  .array(
    fc.record({
      label: fc.constantFrom<Label>('open', 'closed', 'none'),
      group: fc.nat(20),
      source: fc.nat(6),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) =>
    rows.map(({ label, group, source }, i) => sample(`${i}.jpg`, label, `g${group}`, `s${source}`)),
  );

const by = fc.constantFrom('group' as const, 'source' as const);

/** 40 scenes of ten photographs, each of one label, two scenes a source. */
const scenes = Array.from({ length: 400 }, (_, i) => {
  const scene = Math.floor(i / 10);
  return sample(`${i}.jpg`, scene % 4 === 0 ? 'open' : 'closed', `scene ${scene}`, `source ${scene >> 1}`);
});

function openShare(samples: readonly Sample[]): number {
  return samples.filter(({ label }) => label === 'open').length / samples.length;
}

describe('foldsByGroup', () => {
  it('puts every sample into one fold and no group into two', () => {
    fc.assert(
      fc.property(dataset, fc.integer({ min: 2, max: 6 }), fc.nat(9), by, (samples, folds, seed, how) => {
        const parts = foldsByGroup(samples, { folds, seed, by: how });
        expect(parts).toHaveLength(folds);
        const files = parts.flat().map(({ file }) => file);
        expect(new Set(files).size).toBe(samples.length);
        expect(files).toHaveLength(samples.length);
        const groups = parts.flatMap((part) => [...new Set(part.map(({ group }) => group))]);
        expect(new Set(groups).size).toBe(groups.length);
      }),
    );
  });

  it('keeps sources together, and gives every fold its part of each label', () => {
    for (const how of ['group', 'source'] as const) {
      const parts = foldsByGroup(scenes, { folds: 5, seed: 3, by: how });
      const names = parts.flatMap((part) => [...new Set(part.map((one) => one[how]))]);
      expect(new Set(names).size).toBe(names.length);
      for (const part of parts) {
        expect(part).toHaveLength(80);
        expect(openShare(part)).toBeCloseTo(0.25);
      }
    }
  });

  it('sends a group across sources with the one that most of it is from', () => {
    const samples = [
      sample('1', 'open', 'shared', 'a'),
      sample('2', 'open', 'shared', 'a'),
      sample('3', 'open', 'shared', 'b'),
      sample('4', 'closed', 'only a', 'a'),
      sample('5', 'closed', 'only b', 'b'),
    ];
    const parts = foldsByGroup(samples, { folds: 2, seed: 1, by: 'source' });
    const files = parts.map((part) =>
      part
        .map(({ file }) => file)
        .sort()
        .join(''),
    );
    expect(files.sort()).toEqual(['1234', '5']);
  });

  it('depends on the seed and not on the order of the files', () => {
    const names = (parts: readonly (readonly Sample[])[]) =>
      parts.map((part) => part.map(({ file }) => file).sort());
    const split = (samples: readonly Sample[], seed: number) =>
      names(foldsByGroup(samples, { folds: 4, seed, by: 'group' }));
    expect(split([...scenes].reverse(), 5)).toEqual(split(scenes, 5));
    expect(split(scenes, 6)).not.toEqual(split(scenes, 5));
  });
});

describe('splitByGroup', () => {
  it('holds out about the fraction, of every label', () => {
    const { train, test } = splitByGroup(scenes, { fraction: 0.2, seed: 1, by: 'group' });
    expect(test).toHaveLength(80);
    expect(train).toHaveLength(320);
    expect(openShare(test)).toBeCloseTo(0.25);
    const trained = new Set(train.map(({ group }) => group));
    expect(test.some(({ group }) => trained.has(group))).toBe(false);
  });
});

describe('leakyRandomSplit', () => {
  it('holds out exactly the fraction, and leaks groups', () => {
    const { train, test } = leakyRandomSplit(scenes, { fraction: 0.2, seed: 1 });
    expect(test).toHaveLength(80);
    expect(train).toHaveLength(320);
    const trained = new Set(train.map(({ group }) => group));
    expect(test.some(({ group }) => trained.has(group))).toBe(true);
    expect(leakyRandomSplit([...scenes].reverse(), { fraction: 0.2, seed: 1 }).test).toEqual(test);
  });
});
