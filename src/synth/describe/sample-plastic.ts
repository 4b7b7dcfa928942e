/** What bottles of PET and HDPE have of their own: material, content, sleeves, dents, caps. */
import type { BottleFamily, FinishKind, Profile } from './profile.ts';
import type { Random } from './random.ts';
import type { Drink } from './sample-bottle.ts';
import { anyColour, fromHue, grey } from './sample-colours.ts';
import type {
  CapArt,
  Closure,
  Colour,
  Dent,
  Glass,
  Label,
  MouldedCap,
  Opening,
  Seal,
  Sleeve,
  Spout,
} from './scene-description.ts';

const MOULDED = ['mineral', 'soda', 'juice', 'dairy', 'oil', 'tube'] as const;
export type MouldedFamily = (typeof MOULDED)[number];

export const isMoulded = (family: BottleFamily): family is MouldedFamily =>
  MOULDED.some((moulded) => moulded === family);

/** Shares of bottles with a 33 to 43 mm mouth, and of bottles that cannot be seen through. */
const WIDE: Record<MouldedFamily, number> = {
  mineral: 0.08,
  soda: 0,
  juice: 0.75,
  dairy: 0.7,
  oil: 0.2,
  tube: 0.3,
};
const OPAQUE: Record<MouldedFamily, number> = {
  mineral: 0,
  soda: 0,
  juice: 0.2,
  dairy: 0.9,
  oil: 0.15,
  tube: 0.3,
};

export const mouldedFinish = (family: MouldedFamily, r: Random): FinishKind =>
  r.chance(WIDE[family]) ? 'wide-mouth' : 'pco';

/** Absorption per millimetre of wall, and how often. */
const PET: readonly (readonly [Colour, number])[] = [
  [[0.004, 0.003, 0.003], 40],
  [[0.09, 0.025, 0.006], 22],
  [[0.24, 0.04, 0.26], 18],
  [[0.12, 0.4, 0.9], 7],
  [[0.5, 0.2, 0.03], 5],
  [[0.03, 0.3, 0.3], 4],
];

export function sampleMaterial(family: MouldedFamily, r: Random): Glass {
  const opaque = r.chance(OPAQUE[family]);
  const frosted = r.chance(0.1);
  const strength = r.range(0.6, 1.6);
  const absorption = r.weighted(PET).map((a) => a * strength);
  return {
    tint: opaque ? 'opaque' : 'plastic',
    absorption: [absorption[0] ?? 0, absorption[1] ?? 0, absorption[2] ?? 0],
    index: r.range(1.16, 1.34),
    paint: r.weighted<Colour>([
      [grey(r.range(0.7, 0.92)), 50],
      [fromHue(r.range(0.08, 0.16), r.range(0.03, 0.15), r.range(0.85, 0.96)), 15],
      [anyColour(r), 25],
      [grey(r.range(0.02, 0.4)), 10],
    ]),
    roughness: opaque ? r.range(0.2, 0.6) : frosted ? r.range(0.1, 0.35) : 0,
    metal: false,
    waviness: r.range(0.4, 1.8),
    dirt: r.chance(0.2) ? r.next() ** 2 : r.range(0, 0.06),
    ...(opaque && { gloom: r.range(0.25, 1) }),
  };
}

export const SOFT_DRINKS: readonly Drink[] = [
  [[0.0006, 0.0003, 0.0002], [0.9, 0.95, 1], 0, 38],
  [[0.14, 0.2, 0.3], [0.05, 0.02, 0.01], 0.004, 14],
  [[0.003, 0.02, 0.1], [0.95, 0.5, 0.06], 0.12, 10],
  [[0.01, 0.05, 0.16], [0.5, 0.2, 0.04], 0.01, 9],
  [[0.002, 0.006, 0.05], [0.9, 0.75, 0.1], 0.003, 9],
  [[0.02, 0.2, 0.16], [0.5, 0.03, 0.06], 0.02, 6],
  [[0.03, 0.006, 0.06], [0.4, 0.8, 0.15], 0.02, 5],
  [[0.06, 0.02, 0.003], [0.1, 0.35, 0.8], 0.01, 3],
  [[0.002, 0.002, 0.004], [0.95, 0.93, 0.88], 0.6, 6],
];

/** A printed sleeve of film around all of the body, up to the neck or the cap. */
export function shrinkSleeve(p: Profile, r: Random): Label {
  return {
    seed: r.integer(0, 1e9),
    low: r.range(0.01, 0.08) * p.height,
    high: r.chance(0.5) ? r.range(p.shoulder, p.neck) : r.range(p.neck, p.finishBase),
    span: 1,
    turn: 0,
    foil: r.chance(0.1),
  };
}

export function sampleDent(p: Profile, r: Random): Dent | null {
  if (!r.chance(0.28)) return null;
  const crushed = r.chance(0.5);
  return {
    flatten: crushed ? r.range(0.15, 0.5) : r.range(0, 0.15),
    turn: r.range(0, 2 * Math.PI),
    folds: crushed ? r.range(0.1, 0.3) : r.range(0.04, 0.16),
    phase: r.next(),
    high: r.range(p.shoulder + (p.neck - p.shoulder) * 0.4, p.neck),
  };
}

/** What light makes of the wall, as a colour of something opaque. */
const ownColour = ({ tint, paint, absorption: [red, green, blue] }: Glass): Colour => {
  const seen = (a: number) => 0.75 * Math.exp(-a * 7);
  return tint === 'opaque' ? paint : [seen(red), seen(green), seen(blue)];
};

function capColour(glass: Glass | null, r: Random): Colour {
  return r.weighted<Colour>([
    [glass ? ownColour(glass) : grey(0.7), 16],
    [grey(r.range(0.6, 0.9)), 28],
    [fromHue(r.range(0.54, 0.64), r.range(0.5, 1), r.range(0.4, 0.95)), 14],
    [fromHue(r.range(0.97, 1.02) % 1, r.range(0.8, 1), r.range(0.5, 0.9)), 12],
    [fromHue(r.range(0.28, 0.42), r.range(0.5, 1), r.range(0.25, 0.75)), 10],
    [fromHue(r.range(0.05, 0.15), r.range(0.8, 1), r.range(0.8, 1)), 8],
    [grey(r.range(0.01, 0.05)), 8],
    [anyColour(r), 8],
  ]);
}

const capArt = (base: Colour, r: Random): CapArt => ({
  seed: r.integer(0, 1e9),
  base,
  metal: false,
  roughness: r.range(0.3, 0.6),
});

/** A loose cap is of no bottle that is known. */
export function sampleMouldedCap(glass: Glass | null, r: Random): MouldedCap {
  const spout = r.chance(0.14) ? sampleSpout(r) : null;
  return {
    art: capArt(capColour(glass, r), r),
    printed: spout === null && r.chance(0.45),
    height: r.range(9.5, 15.5),
    ribs: r.chance(0.85) ? r.integer(36, 120) : 0,
    overhang: r.chance(0.75) ? r.range(0, 0.8) : r.range(0.8, 3),
    rounding: r.range(0.4, 2.2),
    spout,
  };
}

function sampleSpout(r: Random): Spout {
  const style = r.pick(['push-pull', 'flip-top', 'dome'] as const);
  return {
    style,
    height: style === 'flip-top' ? r.range(6, 14) : r.range(14, 27),
    colour: r.chance(0.5) ? grey(r.range(0.6, 0.9)) : anyColour(r),
  };
}

export function mouldedClosure(glass: Glass, r: Random): Closure {
  const cap = sampleMouldedCap(glass, r);
  return {
    kind: 'moulded-cap',
    ...cap,
    ring: r.chance(0.8),
    seal: cap.spout === null && r.chance(0.2) ? sampleSeal(cap.height, r) : null,
  };
}

function sampleSeal(capHeight: number, r: Random): Seal {
  const clear = r.chance(0.35);
  return {
    sleeve: film(capHeight + r.range(2, 24), r),
    clear,
    bare: r.chance(0.5) ? r.range(-1.2, 0) : r.range(0, capHeight * 0.6),
  };
}

const film = (depth: number, r: Random): Sleeve => ({
  colour: r.chance(0.4) ? grey(r.range(0.5, 0.9)) : anyColour(r),
  metal: false,
  roughness: r.range(0.15, 0.4),
  depth,
  stretch: r.range(3, 14),
  wrinkles: r.range(0, 0.12),
  print: r.chance(0.8) ? r.integer(0, 1e9) : null,
});

/** A bare thread, the band that the cap has left, or torn film below the thread. */
export function mouldedOpening(profile: Profile, glass: Glass, r: Random): Opening {
  const depth = profile.height - profile.finishBase;
  return r.weighted<() => Opening>([
    [() => ({ kind: 'ring', colour: capColour(glass, r) }), 52],
    [
      () => ({ kind: 'sleeve', sleeve: film(depth + r.range(4, 22), r), below: depth * r.range(0.72, 0.95) }),
      8,
    ],
    [() => ({ kind: 'clean' }), 40],
  ])();
}
