import { describe, expect, it } from 'vitest';
import { annotate } from './annotate.ts';
import type { Assortment } from './sample-bottle.ts';
import { sampleScene } from './sample-scene.ts';
import type { Bottle, SceneDescription } from './scene-description.ts';

const COUNT = 500;

/** Single bottles of an assortment with the scenes they stand in. */
function drawMains(assortment: Assortment) {
  const scenes = Array.from({ length: COUNT }, (_, i) =>
    sampleScene(50_000 + i, { size: 320, kind: 'single', assortment }),
  );
  return scenes.flatMap((scene) => scene.bottles.slice(0, 1).map((bottle) => ({ scene, bottle })));
}
type Main = ReturnType<typeof drawMains>[number];
const mains = drawMains('beer');
const cellarMains = drawMains('cellar');
const plasticMains = drawMains('plastic');

/** Pearson's statistic of a table of state by category, and its degrees of freedom. */
function chiSquare(
  drawn: readonly Main[],
  category: (scene: SceneDescription, bottle: Bottle) => string,
): readonly [number, number] {
  const rows = new Map<string, { open: number; closed: number }>();
  for (const { scene, bottle } of drawn) {
    const row = rows.get(category(scene, bottle)) ?? { open: 0, closed: 0 };
    row[bottle.state] += 1;
    rows.set(category(scene, bottle), row);
  }
  const total = { open: 0, closed: 0 };
  for (const row of rows.values()) {
    total.open += row.open;
    total.closed += row.closed;
  }
  let statistic = 0;
  for (const row of rows.values()) {
    for (const state of ['open', 'closed'] as const) {
      const expected = ((row.open + row.closed) * total[state]) / drawn.length;
      statistic += (row[state] - expected) ** 2 / expected;
    }
  }
  return [statistic, rows.size - 1];
}

/** The 0.1 % point of the chi-square distribution, Wilson and Hilferty's approximation. */
function critical(freedom: number): number {
  const k = 2 / (9 * freedom);
  return freedom * (1 - k + 3.09 * Math.sqrt(k)) ** 3;
}

describe('sampleScene', () => {
  it('is a function of the seed alone', () => {
    expect(sampleScene(42, { size: 320 })).toEqual(sampleScene(42, { size: 320 }));
    expect(sampleScene(42, { size: 320 })).not.toEqual(sampleScene(43, { size: 320 }));
  });

  it('draws the same scene at any size', () => {
    const { width: _w, height: _h, ...small } = sampleScene(42, { size: 160 });
    const { width: _v, height: _g, ...large } = sampleScene(42, { size: 640 });
    expect(small).toEqual(large);
  });

  it('is plain data: JSON carries it to the browser unchanged', () => {
    const scene = sampleScene(11, { size: 320 });
    expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
  });

  it('changes nothing but the mouth of the bottle when the state is changed', () => {
    const withoutMouth = ({ bottles, ...scene }: SceneDescription) => ({
      ...scene,
      bottles: bottles.map(({ state: _s, closure: _c, opening: _o, ...bottle }) => bottle),
    });
    for (let seed = 0; seed < 60; seed++) {
      const kind = seed % 2 ? 'neck' : 'single';
      const open = sampleScene(seed, { size: 320, kind, state: 'open' });
      expect(withoutMouth(open)).toEqual(
        withoutMouth(sampleScene(seed, { size: 320, kind, state: 'closed' })),
      );
    }
  });

  it.each([
    [
      'liquid level',
      (_: SceneDescription, b: Bottle) =>
        b.liquid.level === 0 ? 'empty' : `${Math.floor(b.liquid.level * 4)}`,
    ],
    ['foam', (_: SceneDescription, b: Bottle) => String(b.liquid.foam > 0)],
    ['glass', (_: SceneDescription, b: Bottle) => b.glass.tint],
    ['finish', (_: SceneDescription, b: Bottle) => b.profile.finish.kind],
    ['labels', (_: SceneDescription, b: Bottle) => String(b.labels.length)],
    ['condensation', (_: SceneDescription, b: Bottle) => String(b.condensation > 0)],
    ['hand', (_: SceneDescription, b: Bottle) => String(b.held !== null)],
    ['backdrop', (s: SceneDescription) => s.setting.backdrop.kind],
    ['light', (s: SceneDescription) => s.setting.environment.kind],
    ['dent', (_: SceneDescription, b: Bottle) => String(b.dent !== undefined)],
    ['surface', (s: SceneDescription) => s.setting.surface?.kind ?? 'none'],
    ['loose caps', (s: SceneDescription) => String(s.props.some((p) => p.kind === 'loose-cap'))],
  ] as const)('gives no hint of the state by %s', (name, category) => {
    for (const drawn of [mains, cellarMains, plasticMains]) {
      const [statistic, freedom] = chiSquare(drawn, category);
      // Only plastic is ever squashed.
      if (name === 'dent' && drawn !== plasticMains) continue;
      expect(freedom).toBeGreaterThan(0);
      expect(statistic).toBeLessThan(critical(freedom));
    }
  });

  it('draws the cellar only when asked, and then nothing else', () => {
    const finishes = (drawn: readonly Main[]) => new Set(drawn.map((m) => m.bottle.profile.finish.kind));
    expect([...finishes(mains)]).not.toContain('bar');
    expect(finishes(cellarMains)).toEqual(new Set(['bar', 'roll-on', 'flared', 'crown']));
  });

  it('draws plastic only when asked, and then nothing else', () => {
    const finishes = new Set(plasticMains.map((m) => m.bottle.profile.finish.kind));
    expect(finishes).toEqual(new Set(['pco', 'wide-mouth']));
    expect([...mains, ...cellarMains].some(({ bottle }) => bottle.dent)).toBe(false);
  });

  it('puts a moulded cap on closed plastic, sealed at times, and never one on open plastic', () => {
    const caps = plasticMains.flatMap(({ bottle }) => (bottle.closure ? [bottle.closure] : []));
    expect(new Set(caps.map((cap) => cap.kind))).toEqual(new Set(['moulded-cap']));
    expect(caps.filter((cap) => cap.kind === 'moulded-cap' && cap.seal).length).toBeGreaterThan(COUNT / 50);
    for (const { bottle } of plasticMains) {
      expect(bottle.closure === null).toBe(bottle.state === 'open');
      const depth = bottle.profile.height - bottle.profile.finishBase;
      if (bottle.opening?.kind === 'sleeve') expect(bottle.opening.below).toBeGreaterThan(depth / 2);
    }
  });

  it('has empty closed and full open bottles of plastic as often as the reverse', () => {
    const share = (state: Bottle['state'], full: boolean) =>
      plasticMains.filter(({ bottle }) => bottle.state === state && bottle.liquid.level > 0.5 === full)
        .length / COUNT;
    for (const state of ['open', 'closed'] as const)
      for (const full of [true, false]) expect(share(state, full)).toBeGreaterThan(0.17);
  });

  it('squashes bodies below the neck alone, and none that a hand is around', () => {
    const dented = plasticMains.filter(({ bottle }) => bottle.dent);
    expect(dented.length).toBeGreaterThan(COUNT / 8);
    for (const { bottle } of dented) {
      expect(bottle.dent?.high).toBeLessThanOrEqual(bottle.profile.neck);
      expect(bottle.held).toBeNull();
    }
  });

  it('leaves a cut capsule or a broken skirt on open necks, never above the lip', () => {
    const left = cellarMains.flatMap(({ bottle }) =>
      bottle.opening?.kind === 'sleeve' ? [bottle.opening] : [],
    );
    expect(left.length).toBeGreaterThan(COUNT / 20);
    for (const { below, sleeve } of left) {
      expect(below).toBeGreaterThan(0);
      expect(sleeve.depth).toBeGreaterThan(below);
    }
  });

  it('has both states about equally often', () => {
    const open = mains.filter(({ bottle }) => bottle.state === 'open').length;
    // Four standard deviations of a fair coin.
    expect(Math.abs(open - COUNT / 2)).toBeLessThan(2 * Math.sqrt(COUNT));
  });

  it('keeps its word about kinds', () => {
    for (let seed = 0; seed < 60; seed++) {
      const none = sampleScene(seed, { size: 320, kind: 'none' });
      expect(none.bottles).toHaveLength(0);
      expect(annotate(none).label).toBe('none');
      expect(annotate(sampleScene(seed, { size: 320, kind: 'cut' })).label).toBe('unclear');
      expect(sampleScene(seed, { size: 320, kind: 'several' }).bottles.length).toBeGreaterThan(1);
    }
  });

  it('shows enough: nine in ten close-ups can be judged, with mouths of at least a twelfth of the shorter side', () => {
    let judged = 0;
    for (let seed = 0; seed < 100; seed++) {
      const scene = sampleScene(seed, { size: 320, kind: 'neck' });
      const { label, mouths } = annotate(scene);
      if (label !== 'unclear') judged += 1;
      const widest = Math.max(
        0,
        ...mouths.map((m) => (m.diameter * scene.width) / Math.min(scene.width, scene.height)),
      );
      if (label !== 'unclear') expect(widest).toBeGreaterThan(1 / 12);
    }
    expect(judged).toBeGreaterThan(75);
  });
});
