/** One random bottle: family, glass, filling, labels, and what is or is not on its mouth. */
import { BOTTLE_FAMILIES, type BottleFamily, bottleProfile, type Profile } from './profile.ts';
import { type Random, randomStream } from './random.ts';
import { type GlassFinish, sampleClosure, sampleOpening } from './sample-closure.ts';
import { anyColour, grey } from './sample-colours.ts';
import {
  isMoulded,
  type MouldedFamily,
  mouldedClosure,
  mouldedFinish,
  mouldedOpening,
  SOFT_DRINKS,
  sampleDent,
  sampleMaterial,
  shrinkSleeve,
} from './sample-plastic.ts';
import type { Bottle, BottleState, Colour, Glass, Label, Liquid } from './scene-description.ts';

export type Unplaced = Omit<Bottle, 'position' | 'rotation' | 'held'>;

/**
 * The state comes from a stream of its own and nothing else is asked for it but the closure, so that glass,
 * level, foam, labels and dirt say nothing about it.
 */
export function sampleBottle(seed: number, state: BottleState, family = sampleFamily(seed)): Unplaced {
  if (isMoulded(family)) return sampleMoulded(seed, state, family);
  const finish = sampleFinish(family, randomStream(seed, 'finish'));
  const profile = bottleProfile(family, finish, randomStream(seed, 'profile'));
  const mouth = randomStream(seed, 'mouth');
  const liquid = sampleLiquid(randomStream(seed, 'liquid'));
  return {
    state,
    seed,
    profile,
    glass: sampleGlass(family, randomStream(seed, 'glass')),
    liquid,
    labels: sampleLabels(profile, randomStream(seed, 'labels')),
    condensation: sampleCondensation(randomStream(seed, 'condensation')),
    closure: state === 'closed' ? sampleClosure(finish, mouth) : null,
    opening: state === 'open' ? sampleOpening(finish, liquid, mouth) : null,
    detail: 'bottle',
  };
}

/** A plastic bottle; as little but the closure asks for the state as with glass. */
function sampleMoulded(seed: number, state: BottleState, family: MouldedFamily): Unplaced {
  const profile = bottleProfile(
    family,
    mouldedFinish(family, randomStream(seed, 'finish')),
    randomStream(seed, 'profile'),
  );
  const glass = sampleMaterial(family, randomStream(seed, 'glass'));
  const liquid = sampleLiquid(randomStream(seed, 'liquid'), SOFT_DRINKS);
  const labels = randomStream(seed, 'labels');
  const mouth = randomStream(seed, 'mouth');
  const dent = sampleDent(profile, randomStream(seed, 'dent'));
  return {
    state,
    seed,
    profile,
    glass,
    liquid: { ...liquid, foam: Math.min(liquid.foam, 3) },
    labels: labels.chance(0.3)
      ? [shrinkSleeve(profile, labels)]
      : sampleLabels(profile, labels).filter((label) => label.high <= profile.shoulder),
    condensation: sampleCondensation(randomStream(seed, 'condensation')),
    closure: state === 'closed' ? mouldedClosure(glass, mouth) : null,
    opening: state === 'open' ? mouldedOpening(profile, glass, mouth) : null,
    detail: 'bottle',
    ...(dent && { dent }),
  };
}

/**
 * What bottles are drawn from: beer and soft drinks, the cellar's wine, spirits and flasks, or bottles of plastic.
 * Each but the first is drawn only when asked for, so that the frames of a seed stay what they were before there
 * was one.
 */
export const ASSORTMENTS = ['beer', 'cellar', 'plastic'] as const;
export type Assortment = (typeof ASSORTMENTS)[number];

const WEIGHTS: Record<Assortment, Partial<Record<BottleFamily, number>>> = {
  beer: {
    longneck: 40,
    stubby: 12,
    bomber: 9,
    champagne: 5,
    wine: 6,
    growler: 3,
    'swing-top': 5,
    pet: 13,
    water: 8,
    contour: 5,
  },
  cellar: { claret: 26, burgundy: 14, spirits: 26, soju: 16, flask: 18 },
  plastic: { mineral: 26, soda: 22, juice: 20, dairy: 16, oil: 8, tube: 8 },
};

export function sampleFamily(seed: number, assortment: Assortment = 'beer'): BottleFamily {
  const weights = WEIGHTS[assortment];
  return randomStream(seed, 'family').weighted(BOTTLE_FAMILIES.map((f) => [f, weights[f] ?? 0] as const));
}

function sampleFinish(family: Exclude<BottleFamily, MouldedFamily>, r: Random): GlassFinish {
  switch (family) {
    case 'longneck':
    case 'stubby':
      return r.chance(0.95) ? 'crown' : 'screw';
    case 'bomber':
      return r.weighted<GlassFinish>([
        ['crown', 80],
        ['cork', 8],
        ['swing', 12],
      ]);
    case 'champagne':
      return r.chance(0.65) ? 'champagne' : 'crown';
    case 'wine':
      return r.chance(0.6) ? 'cork' : 'screw';
    case 'growler':
      return r.chance(0.6) ? 'wide' : 'swing';
    case 'swing-top':
      return 'swing';
    case 'pet':
      return 'screw';
    case 'water':
      return r.chance(0.6) ? 'screw' : 'crown';
    case 'contour':
      return r.chance(0.7) ? 'crown' : 'screw';
    case 'claret':
      return r.chance(0.68) ? 'bar' : 'roll-on';
    case 'burgundy':
      return r.chance(0.75) ? 'bar' : 'roll-on';
    case 'spirits':
      return r.chance(0.5) ? 'bar' : 'roll-on';
    case 'soju':
      return r.chance(0.8) ? 'roll-on' : 'crown';
    case 'flask':
      return r.weighted<GlassFinish>([
        ['flared', 70],
        ['bar', 15],
        ['roll-on', 15],
      ]);
  }
}

const TINTS: Record<'clear' | 'green' | 'amber' | 'blue', readonly Colour[]> = {
  clear: [
    [0.006, 0.003, 0.005],
    [0.012, 0.004, 0.009],
    [0.004, 0.004, 0.006],
  ],
  green: [
    [0.3, 0.1, 0.5],
    [0.2, 0.06, 0.22],
    [0.34, 0.16, 0.42],
    [0.16, 0.07, 0.3],
  ],
  amber: [
    [0.1, 0.32, 0.95],
    [0.16, 0.42, 1.1],
    [0.07, 0.2, 0.62],
    [0.2, 0.5, 1.2],
  ],
  blue: [[0.5, 0.25, 0.06]],
};

function sampleGlass(family: BottleFamily, r: Random): Glass {
  const plastic = family === 'pet';
  const tint = plastic
    ? 'plastic'
    : r.weighted<Glass['tint']>([
        ['clear', 32],
        ['green', 24],
        ['amber', 38],
        ['blue', 2],
        ['opaque', 4],
      ]);
  return {
    tint,
    absorption: absorptionOf(tint, r),
    index: plastic ? r.range(1.18, 1.3) : r.range(1.48, 1.54),
    paint: r.pick([anyColour(r), grey(r.range(0.02, 0.8)), [0.35, 0.2, 0.1]]),
    roughness: tint === 'opaque' ? r.range(0.08, 0.6) : r.chance(0.06) ? r.range(0.1, 0.35) : 0,
    metal: tint === 'opaque' && r.chance(0.4),
    waviness: plastic ? r.range(0.4, 1.6) : r.range(0.1, 0.6),
    dirt: r.chance(0.15) ? r.next() ** 2 : r.range(0, 0.06),
  };
}

function absorptionOf(tint: Glass['tint'], r: Random): Colour {
  if (tint === 'plastic' && r.chance(0.3))
    return r.pick([
      [0.25, 0.05, 0.35],
      [0.06, 0.25, 0.7],
      [0.3, 0.12, 0.03],
    ]);
  const [first = [0, 0, 0], ...rest] = TINTS[tint === 'plastic' || tint === 'opaque' ? 'clear' : tint];
  const base = r.pick<Colour>([first, ...rest]);
  const strength = r.range(0.7, 1.4);
  return [base[0] * strength, base[1] * strength, base[2] * strength];
}

/** Absorption per millimetre, colour by scattered light, share scattered per millimetre, how often. */
export type Drink = readonly [Colour, Colour, number, number];

const DRINKS: readonly Drink[] = [
  [[0.001, 0.008, 0.04], [0.9, 0.6, 0.12], 0.001, 34],
  [[0.003, 0.016, 0.07], [0.8, 0.42, 0.06], 0.002, 20],
  [[0.004, 0.016, 0.05], [0.95, 0.7, 0.25], 0.05, 10],
  [[0.03, 0.09, 0.2], [0.25, 0.08, 0.02], 0.004, 12],
  [[0.14, 0.2, 0.3], [0.05, 0.02, 0.01], 0.004, 9],
  [[0.0006, 0.0003, 0.0002], [0.9, 0.95, 1], 0, 12],
  [[0.03, 0.2, 0.14], [0.4, 0.03, 0.05], 0.004, 5],
  [[0.02, 0.005, 0.05], [0.4, 0.8, 0.2], 0.01, 3],
  [[0.002, 0.02, 0.1], [0.95, 0.5, 0.08], 0.3, 3],
  [[0.002, 0.002, 0.004], [0.95, 0.93, 0.88], 0.6, 2],
];

export function sampleLiquid(r: Random, drinks = DRINKS): Liquid {
  const [absorption, colour, scatter] = r.weighted(drinks.map((d) => [d, d[3]] as const));
  const level = r.weighted([
    [0, 26],
    [r.range(0.02, 0.3), 14],
    [r.range(0.3, 0.78), 22],
    [r.range(0.78, 0.95), 38],
  ]);
  const foam = level > 0 && r.chance(0.35) ? r.range(0.5, 14) : 0;
  return { level, absorption, colour, scatter, foam };
}

function sampleCondensation(r: Random): number {
  return r.chance(0.25) ? r.range(0.2, 1) : 0;
}

function sampleLabels(p: Profile, r: Random): readonly Label[] {
  const labels: Label[] = [];
  const add = (low: number, high: number, span: number, foil: boolean) =>
    labels.push({ seed: r.integer(0, 1e9), low, high, span, turn: r.range(-0.12, 0.12), foil });
  if (r.chance(0.82)) {
    const low = r.range(0.08, 0.25) * p.shoulder;
    add(
      low,
      r.range(0.7, 0.99) * p.shoulder,
      r.pick([r.range(0.3, 0.55), r.range(0.6, 0.85), 1]),
      r.chance(0.2),
    );
  }
  if (r.chance(0.5)) {
    const low = p.neck + (p.finishBase - p.neck) * r.range(-0.1, 0.35);
    const high = low + (p.finishBase - low) * r.range(0.4, 0.95);
    add(low, high, r.chance(0.6) ? 1 : r.range(0.4, 0.9), r.chance(0.35));
  }
  return labels;
}
