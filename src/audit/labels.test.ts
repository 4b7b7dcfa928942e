import { describe, expect, it } from 'vitest';
import type { Sample } from '../dataset/index.ts';
import { createRandom, normal } from '../nn/random.ts';
import { balanceBy } from './balance.ts';
import { findingsOf } from './findings.ts';
import { outOfFold } from './label-opinions.ts';
import { findLeaks } from './split-leaks.ts';
import { doubtLabels } from './wrong-labels.ts';

function sample(file: string, label: Sample['label'], group: string, source = 's', split?: string): Sample {
  const known = { file, path: file, label, group, source, kind: '', beer: false, notes: '' };
  return split === undefined ? known : { ...known, split };
}

describe('wrong labels', () => {
  it('are found among features that tell the states apart', () => {
    const random = createRandom(4);
    const count = 300;
    const truth = Array.from({ length: count }, (_, i) => i % 3 === 0);
    const flipped = new Set([10, 33, 77, 120, 150, 201, 222, 290]);
    const samples = truth.map((open, i) =>
      sample(`${i}`, open !== flipped.has(i) ? 'open' : 'closed', `${i}`),
    );
    const features = truth.map((open) =>
      Float64Array.from({ length: 20 }, () => normal(random) + (open ? 1 : 0)),
    );
    const doubts = doubtLabels(
      outOfFold(
        samples,
        features,
        samples.map(({ file }) => file),
      ),
    );
    const found = doubts.filter(({ file }) => flipped.has(Number(file)));
    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(doubts.length).toBeLessThanOrEqual(found.length + 8);
    // Those that were flipped come first.
    expect(doubts.slice(0, 5).filter(({ file }) => flipped.has(Number(file))).length).toBeGreaterThanOrEqual(
      4,
    );
  });

  it('are not looked for where one state is rare or features say nothing', () => {
    const samples = Array.from({ length: 60 }, (_, i) => sample(`${i}`, i < 10 ? 'open' : 'closed', `${i}`));
    expect(
      outOfFold(
        samples,
        samples.map(() => Float64Array.of(1)),
        samples.map(({ file }) => file),
      ),
    ).toEqual([]);
  });
});

describe('balance', () => {
  it('tells groups of one state from mixed ones', () => {
    const pure = ['a', 'b', 'c', 'd'].flatMap((group, g) =>
      Array.from({ length: 6 }, (_, i) => sample(`${group}${i}`, g % 2 ? 'open' : 'closed', group)),
    );
    expect(balanceBy(pure, 'group')).toMatchObject({
      bottles: 24,
      oneState: 24,
      openParts: 2,
      closedParts: 2,
      tells: 1,
    });
    const mixed = pure.map((one, i) => ({ ...one, label: i % 2 ? 'open' : 'closed' }) as const);
    const balance = balanceBy(mixed, 'group');
    expect(balance).toMatchObject({ bottles: 24, oneState: 0, tells: 0 });
    expect(balance.parts[0]).toEqual({ name: 'a', open: 3, closed: 3, none: 0, other: 0 });
  });

  it('does not take a picture alone for a scene', () => {
    const alone = Array.from({ length: 20 }, (_, i) => sample(`${i}`, i % 2 ? 'open' : 'closed', `${i}`));
    expect(balanceBy(alone, 'group')).toMatchObject({ bottles: 0, oneState: 0, tells: null });
  });
});

describe('what is said of sources', () => {
  const said = (samples: readonly Sample[]) =>
    findingsOf({
      samples,
      ...{ broken: [], exact: [], near: [], series: [], scopes: [], doubts: [] },
      ...{ located: 0, judge: null, judged: 0, agrees: 0 },
      leaks: findLeaks(
        samples,
        [],
        samples.map(({ file }) => file),
        samples,
      ),
      sources: balanceBy(samples, 'source'),
      groups: balanceBy(samples, 'group'),
    }).flatMap(({ check, message }) => (check === 'balance' ? [message] : []));

  it('does not take many small sources for one', () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      sample(`${i}`, i % 2 ? 'open' : 'closed', `${i}`, `s${i}`),
    );
    expect(said(many)).toEqual([expect.stringContaining('40 sources, too small or of one state only')]);
    expect(said(many.map((one) => ({ ...one, source: 's' })))).toEqual([
      expect.stringContaining('All bottles come from one source'),
    ]);
  });
});

describe('split leaks', () => {
  it('names pairs and groups that lie in two parts, and counts what a random split would do', () => {
    const samples = [
      sample('1', 'open', 'a', 's', 'train'),
      sample('2', 'open', 'a', 's', 'test'),
      sample('3', 'closed', 'b', 's', 'train'),
      sample('4', 'closed', 'c', 's', 'test'),
      sample('5', 'closed', 'd', 's'),
    ];
    const leaks = findLeaks(
      samples,
      [
        [1, 0],
        [4, 3],
      ],
      ['1', '1', '3', '4', '4'],
      samples,
    );
    expect(leaks.pairs).toEqual([[1, 0]]);
    expect(leaks.groups).toEqual(['a']);
    expect(leaks.parts).toEqual([
      { name: 'train', pictures: 2 },
      { name: 'test', pictures: 2 },
    ]);
    expect(leaks.atRandom.of).toBe(1);
  });

  it('follows series over the groups that training would leave out', () => {
    // Twenty groups of two pictures; each picture was taken in a row with one of the next group.
    const samples = Array.from({ length: 40 }, (_, i) =>
      sample(`${i}`, i % 4 < 2 ? 'open' : 'closed', `${i >> 1}`),
    );
    const apart = findLeaks(
      samples,
      [],
      samples.map(({ group }) => group),
      samples,
    );
    expect(apart.asTrained).toMatchObject({ by: 'group', count: 0 });
    const across = samples.map((_, i) => `${((i + 1) >> 1) % 20}`);
    const { asTrained } = findLeaks(samples, [], across, samples);
    expect(asTrained.count).toBeGreaterThan(0);
    // Once the groups are joined as the series say, nothing straddles any more.
    const joined = samples.map((one, i) => ({ ...one, group: i < 20 ? 'first' : 'second' }));
    const blocks = samples.map((_, i) => (i < 20 ? 'a' : 'b'));
    expect(findLeaks(samples, [], blocks, joined).asTrained.count).toBe(0);
  });
});
