/**
 * Vessels as lathe profiles: bottles, glasses, cans and cups. A profile is two polylines in the half plane
 * (radius, height), in millimetres, base at height 0: the outer skin from the base's centre to the top of the
 * lip, and the inner skin (of the cavity) likewise.
 */
import type { Random } from './random.ts';

export type Point = readonly [radius: number, height: number];

export const FINISHES = [
  'crown',
  'screw',
  'cork',
  'champagne',
  'swing',
  'wide',
  'bar',
  'roll-on',
  'flared',
  'pco',
  'wide-mouth',
] as const;
export type FinishKind = (typeof FINISHES)[number];

/** The finish is what a closure grips: lip, beads, threads. */
export interface Finish {
  readonly kind: FinishKind;
  /** Widest radius at the lip. */
  readonly lipRadius: number;
  readonly boreRadius: number;
}

export interface Profile {
  readonly height: number;
  /** Radius of the body, the widest of the whole. */
  readonly bodyRadius: number;
  /** Height at which the body ends and the shoulder begins. */
  readonly shoulder: number;
  /** Height at which the shoulder has become the neck. */
  readonly neck: number;
  /** Height at which the finish begins. */
  readonly finishBase: number;
  readonly neckRadius: number;
  readonly finish: Finish;
  readonly outer: readonly Point[];
  readonly inner: readonly Point[];
}

export const BOTTLE_FAMILIES = [
  'longneck',
  'stubby',
  'bomber',
  'champagne',
  'wine',
  'growler',
  'swing-top',
  'pet',
  'water',
  'contour',
  'claret',
  'burgundy',
  'spirits',
  'soju',
  'flask',
  'mineral',
  'soda',
  'juice',
  'dairy',
  'oil',
  'tube',
] as const;
export type BottleFamily = (typeof BOTTLE_FAMILIES)[number];

interface Measures {
  readonly height: number;
  readonly body: number;
  readonly shoulder: number;
  readonly neck: number;
  readonly neckBottomRadius: number;
  readonly neckTopRadius: number;
  readonly wall: number;
  readonly base: number;
  readonly heel: number;
  /** How full the shoulder is: 0 a straight cone, 1 square. */
  readonly fullness: number;
  readonly waist: number;
  /** Grooves around the body, that stiffen a thin wall: millimetres from one to the next, and of depth. */
  readonly ribs?: { readonly pitch: number; readonly depth: number };
}

/** A bottle of the family, its measures varied as those of real ones are. */
export function bottleProfile(family: BottleFamily, finish: FinishKind, random: Random): Profile {
  const skin = finishSkin(finish, random);
  return assemble(measure(family, skin.gauge, random), skin);
}

/** `gauge` is what the neck is measured by: the lip's radius, but for lips that stand out. */
function measure(family: BottleFamily, gauge: number, r: Random): Measures {
  const one = (height: number, body: number, shoulder: number, neck: number, fullness: number) => ({
    height: height * r.range(0.95, 1.05),
    body: body * r.range(0.96, 1.05),
    shoulder,
    neck,
    fullness: fullness * r.range(0.8, 1.2),
    neckBottomRadius: gauge * r.range(1.0, 1.12),
    neckTopRadius: gauge * r.range(0.9, 0.98),
    wall: r.range(2.4, 3.6),
    base: r.range(5, 9),
    heel: r.range(4, 10),
    waist: 0,
  });
  switch (family) {
    case 'longneck':
      return one(r.range(222, 248), 30.5, r.range(0.5, 0.58), r.range(0.68, 0.78), r.range(0.35, 0.6));
    case 'stubby':
      return one(r.range(165, 195), 31.5, r.range(0.56, 0.64), r.range(0.76, 0.84), r.range(0.5, 0.8));
    case 'bomber':
      return one(r.range(270, 300), 37, r.range(0.54, 0.62), r.range(0.7, 0.8), r.range(0.35, 0.65));
    case 'champagne':
      return {
        ...one(r.range(295, 320), 43, r.range(0.38, 0.46), r.range(0.76, 0.84), 0.28),
        neckBottomRadius: gauge * 1.05,
      };
    case 'wine':
      return one(r.range(290, 320), 37.5, r.range(0.6, 0.67), r.range(0.73, 0.77), r.range(0.75, 1));
    case 'growler':
      return one(r.range(240, 285), r.range(50, 62), r.range(0.55, 0.62), r.range(0.78, 0.84), 0.7);
    case 'swing-top':
      return one(r.range(240, 270), 33.5, r.range(0.5, 0.58), r.range(0.74, 0.82), r.range(0.4, 0.7));
    case 'pet':
      return {
        ...one(r.range(205, 300), r.range(31, 44), r.range(0.55, 0.66), r.range(0.84, 0.89), 0.45),
        wall: 1.1,
        waist: r.chance(0.5) ? r.range(0.03, 0.1) : 0,
      };
    case 'water':
      return one(
        r.range(200, 270),
        r.range(31, 37),
        r.range(0.6, 0.7),
        r.range(0.76, 0.83),
        r.range(0.5, 0.9),
      );
    case 'contour':
      return { ...one(r.range(190, 215), 28.5, 0.5, r.range(0.72, 0.8), 0.3), waist: r.range(0.07, 0.13) };
    case 'claret':
      return one(r.range(290, 320), 37.5, r.range(0.6, 0.67), r.range(0.72, 0.77), r.range(0.75, 1));
    case 'burgundy':
      return one(r.range(290, 315), 41, r.range(0.42, 0.5), r.range(0.74, 0.8), r.range(0.3, 0.45));
    case 'spirits':
      return one(
        r.range(215, 310),
        r.range(36, 47),
        r.range(0.58, 0.68),
        r.range(0.7, 0.78),
        r.range(0.6, 1),
      );
    case 'soju':
      return one(r.range(205, 225), 32.5, r.range(0.5, 0.56), r.range(0.74, 0.8), r.range(0.4, 0.6));
    case 'flask':
      return one(
        r.range(105, 220),
        r.range(29, 48),
        r.range(0.5, 0.64),
        r.range(0.68, 0.78),
        r.range(0.6, 1),
      );
    case 'mineral': {
      const large = r.chance(0.35);
      return {
        ...one(
          large ? r.range(285, 325) : r.range(185, 235),
          large ? r.range(41, 46) : r.range(30, 34),
          r.range(0.6, 0.72),
          r.range(0.83, 0.9),
          r.range(0.4, 0.75),
        ),
        wall: 1,
        waist: r.chance(0.35) ? r.range(0.04, 0.12) : 0,
        ...(r.chance(0.75) && { ribs: { pitch: r.range(9, 22), depth: r.range(0.8, 2.4) } }),
      };
    }
    case 'soda':
      return {
        ...one(r.range(200, 320), r.range(31, 45), r.range(0.48, 0.62), r.range(0.82, 0.89), 0.45),
        wall: 1.1,
        waist: r.chance(0.6) ? r.range(0.03, 0.14) : 0,
      };
    case 'juice':
      return {
        ...one(r.range(165, 250), r.range(31, 41), r.range(0.58, 0.72), r.range(0.82, 0.88), r.range(0.5, 1)),
        wall: 1.3,
        waist: r.chance(0.4) ? r.range(0.05, 0.16) : 0,
        ...(r.chance(0.3) && { ribs: { pitch: r.range(14, 30), depth: r.range(0.8, 2) } }),
      };
    case 'dairy':
      return {
        ...one(r.range(140, 255), r.range(30, 48), r.range(0.56, 0.7), r.range(0.8, 0.86), r.range(0.5, 1)),
        wall: 1.4,
        waist: r.chance(0.25) ? r.range(0.04, 0.12) : 0,
      };
    case 'oil':
      return {
        ...one(r.range(245, 310), r.range(34, 42), r.range(0.5, 0.66), r.range(0.8, 0.88), r.range(0.3, 0.7)),
        wall: 1.2,
        waist: r.chance(0.5) ? r.range(0.05, 0.15) : 0,
      };
    case 'tube':
      return {
        ...one(r.range(130, 200), r.range(25, 36), r.range(0.66, 0.72), r.range(0.78, 0.82), r.range(0.8, 1)),
        wall: 1.4,
      };
  }
}

interface Skin extends Finish {
  /** From the bottom of the finish to the outer edge of the lip; heights count down from the top. */
  readonly skin: readonly Point[];
  readonly depth: number;
  readonly gauge: number;
}

function finishSkin(kind: FinishKind, r: Random): Skin {
  const t = (points: readonly Point[], s: number): readonly Point[] => points.map(([x, y]) => [x * s, y * s]);
  const make = (points: readonly Point[], bore: number, s: number, gauge?: number): Skin => {
    const lipRadius = Math.max(...points.slice(-4).map(([x]) => x)) * s;
    return {
      kind,
      skin: t(points, s),
      boreRadius: bore * s,
      lipRadius,
      depth: -(points[0]?.[1] ?? 0) * s,
      gauge: gauge === undefined ? lipRadius : gauge * s,
    };
  };
  switch (kind) {
    case 'crown':
      return make(crownSkin(r), r.range(7.6, 8.6), r.range(0.97, 1.04));
    case 'swing':
      return make(
        [
          [12.4, -24],
          [12.6, -20],
          [13.6, -18.5],
          [13.6, -12],
          [12.8, -11],
          [12.8, -6],
          [13.2, -3.5],
          [12.4, -0.9],
          [11.0, 0],
        ],
        r.range(8, 9),
        r.range(0.97, 1.06),
      );
    case 'cork':
      return make(corkSkin(r), r.range(9.2, 9.8), r.range(0.97, 1.04));
    case 'champagne':
      return make(
        [
          [14.2, -24],
          [14.4, -20.5],
          [15.9, -19.5],
          [16.1, -17],
          [15.7, -13.6],
          [14.7, -12.8],
          [14.6, -5],
          [14.7, -2],
          [14.1, -0.5],
          [12.6, 0],
        ],
        r.range(9, 9.7),
        1,
      );
    case 'screw':
      return make(threadSkin(r), r.range(9.4, 10.9), r.range(0.95, 1.08));
    case 'wide':
      return make(threadSkin(r), r.range(11, 12), r.range(1.35, 1.55));
    case 'bar':
      return make(barSkin(r), r.range(9, 9.8), r.range(0.96, 1.1));
    case 'roll-on':
      return make(rollOnSkin(r), r.range(9, 10.4), r.range(0.95, 1.12));
    case 'flared':
      return make(flaredSkin(r), r.range(8.6, 9.8), r.range(0.85, 1.7), 12);
    case 'pco':
      return make(mouldedSkin(r, 0.95, 1), r.range(10, 10.8), r.range(0.95, 1.06));
    case 'wide-mouth':
      return make(mouldedSkin(r, 0.5, r.range(0.6, 0.75)), r.range(10.4, 10.9), r.range(1.22, 1.65));
  }
}

function crownSkin(r: Random): readonly Point[] {
  const bead = r.range(0.6, 1.5);
  const groove = r.range(7.6, 9.6);
  const collar = groove + r.range(3, 6.5);
  return [
    [12.7, -collar - 6],
    [12.75 + bead * 0.2, -collar - 2.6],
    [12.9 + bead * 0.8, -collar],
    [12.9 + bead, -(groove + collar) / 2 - 0.8],
    [12.7 + bead * 0.5, -groove - 0.2],
    [12.35, -groove + 0.7],
    [12.35, -6.6],
    [13.0, -5.2],
    [13.3, -4.2],
    [13.3, -1.9],
    [12.8, -0.7],
    [11.4, 0],
  ];
}

function corkSkin(r: Random): readonly Point[] {
  const band = r.range(5, 14);
  const step = r.range(0.4, 1.6);
  return [
    [14.1 - step * 0.3, -band - 8],
    [14.1 - step * 0.3, -band - 1.2],
    [14.0 + step * 0.6, -band - 0.4],
    [14.1 + step * 0.6, -band + 0.6],
    [14.1 + step * 0.6, -2],
    [13.7 + step * 0.4, -0.6],
    [12.5, 0],
  ];
}

/** Threads as rings: at the size of a picture their pitch cannot be told from a helix's. */
function threadSkin(r: Random): readonly Point[] {
  const turns = r.integer(2, 3);
  const pitch = r.range(2.7, 3.6);
  const points: Point[] = [
    [12.6, -21.5],
    [12.6, -18.6],
    [16.2, -18.1],
    [16.4, -17.3],
    [16.1, -16.4],
    [12.9, -15.9],
    [12.6, -turns * pitch - 3],
  ];
  for (let i = turns; i >= 1; i--) {
    const y = -i * pitch - 0.4;
    points.push([12.6, y - 0.9], [13.6, y - 0.4], [13.7, y + 0.3], [12.6, y + 0.9]);
  }
  return [...points, [12.6, -1.4], [12.5, -0.5], [11.9, 0]];
}

/** The ring of a wine or spirits bottle: a band that a capsule is shrunk over and a corkscrew leans on. */
function barSkin(r: Random): readonly Point[] {
  const band = r.range(4, 15);
  const step = r.range(0.3, 2.4);
  const soft = r.range(0.4, 1.4);
  return [
    [13.6, -band - 9],
    [13.6, -band - soft],
    [13.7 + step * 0.6, -band - soft * 0.4],
    [13.7 + step, -band + soft],
    [13.7 + step, -soft - 0.6],
    [13.5 + step * 0.8, -0.6],
    [12.6, 0],
  ];
}

/** Thread and locking bead of a metal cap that is rolled on: no flange, unlike a plastic bottle's. */
function rollOnSkin(r: Random): readonly Point[] {
  const bead = r.range(0.5, 1.4);
  return [
    [13.1, -21],
    [13.1, -18.4],
    [13.2 + bead, -17],
    [13.2 + bead, -15.2],
    [12.9, -14],
    [12.5, -12.6],
    ...[10.6, 7.6, 4.6].flatMap((y): Point[] => [
      [12.5, -y - 0.9],
      [13.3, -y - 0.3],
      [13.3, -y + 0.3],
      [12.5, -y + 0.9],
    ]),
    [12.5, -1.3],
    [12.4, -0.5],
    [11.6, 0],
  ];
}

/** The spreading lip of pharmacy bottles, decanters and old glass. */
function flaredSkin(r: Random): readonly Point[] {
  const flare = r.range(1, 7);
  const thick = r.range(1.4, 5);
  return [
    [12, -thick - 10],
    [12, -thick - 4],
    [12.3, -thick - 2],
    [12 + flare * 0.7, -thick - 0.3],
    [12 + flare, -thick * 0.6],
    [12 + flare, -0.6],
    [11.6 + flare, 0],
  ];
}

/**
 * The moulded neck of a plastic bottle: thread, the bead that tears a tamper band off, and most often the flange
 * that the bottle is carried by.
 */
function mouldedSkin(r: Random, flanged: number, squash: number): readonly Point[] {
  const pitch = r.range(2.7, 3.2);
  const points: readonly Point[] = [
    [12.6, -24],
    [12.6, -20.6],
    ...(r.chance(flanged)
      ? ([
          [15.9, -20.1],
          [16.3, -19.2],
          [16, -18.4],
          [12.8, -17.9],
        ] as const)
      : []),
    [12.6, -15.8],
    [12.6, -14.4],
    [13.8, -13.9],
    [13.6, -12.9],
    [12.5, -12.4],
    ...[2, 1, 0].flatMap((turn): Point[] => {
      const y = -2.7 - turn * pitch;
      return [
        [12.5, y - 0.9],
        [13.6, y - 0.4],
        [13.7, y + 0.3],
        [12.5, y + 0.9],
      ];
    }),
    [12.5, -1.2],
    [12.4, -0.4],
    [11.9, 0],
  ];
  return points.map(([x, y]): Point => [x, y * squash]);
}

function assemble(m: Measures, skin: Skin): Profile {
  const finishBase = m.height - skin.depth;
  const shoulder = m.height * m.shoulder;
  const neck = Math.min(m.height * m.neck, finishBase - 2);
  const bottomRadius = Math.max(m.neckBottomRadius, skin.gauge * 0.95);
  const topRadius = skin.skin[0]?.[0] ?? m.neckTopRadius;
  const side = (inset: number, low: number, high: number): Point[] => [
    ...wall(m, inset, low, shoulder),
    ...curve([m.body - inset, shoulder], [bottomRadius - Math.min(inset, 4), neck], m.fullness),
    [topRadius - inset, high],
  ];
  const outer: Point[] = [
    [0, 0],
    [m.body - m.heel, 0],
    ...heel(m.body, m.heel, 0),
    ...side(0, m.heel, finishBase - 2),
    ...skin.skin.map(([x, y]): Point => [x, m.height + y]),
  ];
  const punt = m.base + (m.wall > 2 ? 4 : 0);
  const bore = skin.boreRadius;
  const inner: Point[] = [
    [0, punt],
    [m.body * 0.5, m.base + 1],
    ...heel(m.body - m.wall, m.heel, m.base),
    ...wall(m, m.wall, m.base + m.heel, shoulder),
    ...curve([m.body - m.wall, shoulder], [Math.max(bottomRadius - m.wall - 1, bore), neck], m.fullness),
    [bore, finishBase],
    [bore, m.height - 2],
    [bore + 0.8, m.height - 0.6],
    [bore + 1.8, m.height],
  ];
  return {
    height: m.height,
    bodyRadius: m.body,
    shoulder,
    neck,
    finishBase,
    neckRadius: topRadius,
    finish: { kind: skin.kind, lipRadius: skin.lipRadius, boreRadius: bore },
    outer: rising(round(outer)),
    inner: rising(round(inner)),
  };
}

function heel(radius: number, r: number, y: number): Point[] {
  return [0.3, 0.6, 1].map((t): Point => {
    const a = (t * Math.PI) / 2;
    return [radius - r + r * Math.sin(a), y + r - r * Math.cos(a)];
  });
}

function wall(m: Measures, inset: number, from: number, to: number): Point[] {
  if (m.ribs) return ribbedWall(m, m.ribs, inset, from, to);
  return [0.2, 0.4, 0.6, 0.8, 1].map((t): Point => {
    return [m.body - inset - pinch(m, t), from + (to - from) * t];
  });
}

/** Millimetres that the waist goes in; 0 ≤ along ≤ 1 from the heel to the shoulder. */
const pinch = (m: Measures, along: number): number => m.waist * m.body * Math.sin(Math.PI * along) ** 2;

/** Counts from the heel whichever skin it is, so that both have their grooves at the same heights. */
function ribbedWall(
  m: Measures,
  { pitch, depth }: NonNullable<Measures['ribs']>,
  inset: number,
  from: number,
  to: number,
): Point[] {
  const points: Point[] = [];
  for (let y = from + pitch / 6; y < to - 1; y += pitch / 6) {
    const along = (y - m.heel) / (to - m.heel);
    const fade = Math.min(1, (to - y) / pitch, (y - m.heel) / pitch);
    const groove = depth * Math.max(0, fade) * (0.5 - 0.5 * Math.cos((2 * Math.PI * (y - m.heel)) / pitch));
    points.push([m.body - inset - pinch(m, along) - groove, y]);
  }
  return [...points, [m.body - inset, to]];
}

/** A Bézier from the body to the neck that leaves and arrives upright. */
function curve(a: Point, b: Point, fullness: number): Point[] {
  const rise = b[1] - a[1];
  const pull = Math.min(0.95, Math.max(0.12, fullness));
  return [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1].map((t): Point => {
    const u = 1 - t;
    const radius = a[0] * (u ** 3 + 3 * u * u * t) + b[0] * (3 * u * t * t + t ** 3);
    const height =
      a[1] * u ** 3 +
      3 * u * u * t * (a[1] + pull * rise) +
      3 * u * t * t * (b[1] - 0.4 * rise) +
      b[1] * t ** 3;
    return [radius, height];
  });
}

/** Chaikin's corner cutting, twice: moulded glass has no sharp edge. */
function round(points: readonly Point[]): Point[] {
  let out = [...points];
  for (let pass = 0; pass < 2; pass++) {
    const cut: Point[] = [];
    out.forEach((p, i) => {
      const q = out[i + 1];
      if (i === 0) cut.push(p);
      if (q === undefined) cut.push(p);
      else cut.push(mix(p, q, 0.25), mix(p, q, 0.75));
    });
    out = cut;
  }
  return out;
}

const mix = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

function rising(points: readonly Point[]): readonly Point[] {
  return points.map(
    ([x, y]): Point => [Math.max(0, Math.round(x * 1000) / 1000), Math.round(y * 1000) / 1000],
  );
}

export const VESSEL_FAMILIES = [
  'pint',
  'tumbler',
  'weizen',
  'goblet',
  'mug',
  'can',
  'cup',
  'paper-cup',
  'jar',
  'shot',
] as const;
export type VesselFamily = (typeof VESSEL_FAMILIES)[number];

/** What is no bottle: glasses, cans and cups, by the same two polylines. */
export function vesselProfile(family: VesselFamily, r: Random): Profile {
  const s = r.range(0.9, 1.12);
  const [outer, wallThickness, base] = vesselOutline(family, r);
  const scaled = outer.map(([x, y]): Point => [x * s, y * s]);
  const top = scaled.at(-1) ?? [30, 100];
  const inner = cavity(scaled, wallThickness, base);
  const body = Math.max(...scaled.map(([x]) => x));
  return {
    height: top[1],
    bodyRadius: body,
    shoulder: top[1] * 0.8,
    neck: top[1] * 0.95,
    finishBase: top[1] * 0.96,
    neckRadius: top[0],
    finish: { kind: 'wide', lipRadius: top[0], boreRadius: top[0] - wallThickness },
    outer: rising(round([[0, 0], ...scaled])),
    inner: rising(round(family === 'can' ? canTop(top) : [[0, base + wallThickness], ...inner])),
  };
}

/** A can is closed: all that can be seen of its inside is the sunken lid. */
const canTop = ([radius, height]: Point): Point[] => [
  [0, height - 4],
  [radius - 3, height - 4],
  [radius - 2, height - 3],
  [radius - 1, height],
];

/** The inside of a vessel of even wall above a flat bottom. */
function cavity(outer: readonly Point[], wallThickness: number, base: number): readonly Point[] {
  const floor = base + wallThickness;
  const above = outer.filter(([, y]) => y > floor + 1);
  const first = above[0] ?? [20, floor];
  const below = outer.filter(([, y]) => y <= floor + 1).at(-1) ?? first;
  const t = (floor - below[1]) / Math.max(first[1] - below[1], 1e-6);
  const corner = Math.max(1, below[0] + (first[0] - below[0]) * t - wallThickness);
  const sides = above.map(([x, y]): Point => [Math.max(1, x - wallThickness), y]);
  return [[corner * 0.85, floor], [corner, floor + 1.5], ...sides];
}

function vesselOutline(family: VesselFamily, r: Random): readonly [readonly Point[], number, number] {
  switch (family) {
    case 'pint':
      return [outline(30, 44, 150), 3, r.range(8, 16)];
    case 'tumbler':
      return [outline(32, r.range(34, 42), 95), 3, r.range(7, 14)];
    case 'weizen':
      return [
        [
          [31, 0],
          [32, 8],
          [27, 40],
          [26, 70],
          [36, 150],
          [40, 190],
          [37, 225],
        ],
        2.5,
        18,
      ];
    case 'goblet':
      return [
        [
          [34, 0],
          [33, 3],
          [8, 8],
          [5, 30],
          [5, 62],
          [16, 72],
          [36, 95],
          [42, 125],
          [36, 165],
        ],
        2,
        72,
      ];
    case 'mug':
      return [
        [
          [38, 0],
          [40, 6],
          [38, 12],
          [39, 70],
          [39, 130],
        ],
        6,
        14,
      ];
    case 'can':
      return [
        [
          [22, 0],
          [27, 4],
          [33, 12],
          [33, 104],
          [30, 112],
          [27, 116],
          [27, 118],
        ],
        1.5,
        2,
      ];
    case 'cup':
      return [
        [
          [24, 0],
          [30, 8],
          [39, 40],
          [42, 84],
        ],
        4,
        5,
      ];
    case 'paper-cup':
      return [outline(28, 40, 108), 1.4, 4];
    case 'jar':
      return [
        [
          [34, 0],
          [38, 5],
          [38, 80],
          [36, 92],
          [31, 98],
          [31, 112],
        ],
        3,
        6,
      ];
    case 'shot':
      return [outline(18, 23, 60), 3, 12];
  }
}

const outline = (bottom: number, top: number, height: number): readonly Point[] => [
  [bottom - 3, 0],
  [bottom, 3],
  [bottom + (top - bottom) * 0.5, height * 0.5],
  [top, height],
];

/** Radius of the outer skin at a height (mm), 0 outside the vessel. */
export function outerRadius(profile: Profile, height: number): number {
  let radius = 0;
  profile.outer.forEach((a, i) => {
    const b = profile.outer[i + 1];
    if (b === undefined) return;
    const low = Math.min(a[1], b[1]);
    const high = Math.max(a[1], b[1]);
    if (height < low || height > high) return;
    const t = high > low ? (height - a[1]) / (b[1] - a[1]) : 0;
    radius = Math.max(radius, a[0] + (b[0] - a[0]) * t);
  });
  return radius;
}
