/** What is on a mouth, or has been left on it, by the kind of finish. */
import type { FinishKind } from './profile.ts';
import type { Random } from './random.ts';
import { anyColour, grey } from './sample-colours.ts';
import type { CapArt, Closure, Colour, Liquid, Opening, Sleeve } from './scene-description.ts';

/** Finishes of glass and of the plastic bottles among the beer; sample-plastic.ts has the others. */
export type GlassFinish = Exclude<FinishKind, 'pco' | 'wide-mouth'>;

export function sampleClosure(finish: GlassFinish, r: Random): Closure {
  switch (finish) {
    case 'crown':
      return r.chance(0.06) ? { kind: 'foil', colour: foilColour(r), depth: r.range(22, 60) } : crown(r);
    case 'screw':
    case 'wide':
      return screw(finish === 'wide', r);
    case 'cork':
      return r.chance(0.55)
        ? { kind: 'cork', height: r.range(4, 22), knob: r.chance(0.45) ? dark(r) : null }
        : { kind: 'foil', colour: r.chance(0.5) ? dark(r) : foilColour(r), depth: r.range(35, 62) };
    case 'champagne':
      return { kind: 'champagne', foil: r.chance(0.6) ? foilColour(r) : null, art: sampleCapArt(r) };
    case 'swing':
      return {
        kind: 'swing',
        colour: r.pick<Colour>([
          [0.86, 0.85, 0.8],
          [0.75, 0.06, 0.04],
          [0.9, 0.9, 0.9],
        ]),
        wire: grey(r.range(0.4, 0.75)),
      };
    case 'bar':
      return r.weighted<() => Closure>([
        [() => capsule(r), 56],
        [() => stopper(r), 28],
        [() => ({ kind: 'cork', height: r.range(0.5, 20), knob: null }), 16],
      ])();
    case 'roll-on':
      return r.chance(0.12) ? capsule(r) : rollOn(r);
    case 'flared':
      return r.chance(0.45) ? stopper(r) : { kind: 'cork', height: r.range(3, 22), knob: null };
  }
}

function capsule(r: Random): Closure {
  return { kind: 'capsule', sleeve: sleeve(r.range(24, 72), r), top: r.range(0.2, 1.4) };
}

function rollOn(r: Random): Closure {
  const short = r.chance(0.55);
  const skirt = sleeve(short ? r.range(14, 24) : r.range(30, 62), r);
  return {
    kind: 'roll-on',
    sleeve: { ...skirt, stretch: r.range(8, 30), wrinkles: 0 },
    art: { ...sampleCapArt(r), base: skirt.colour, metal: skirt.metal },
    knurls: r.chance(0.75) ? r.integer(60, 120) : 0,
  };
}

/** Tin, aluminium or shrunk plastic; half of them are printed, a third cling to every bead of the neck. */
function sleeve(depth: number, r: Random): Sleeve {
  const metal = r.chance(0.45);
  return {
    colour: r.weighted<Colour>([
      [dark(r), 30],
      [metal ? foilColour(r) : anyColour(r), 30],
      [anyColour(r), 22],
      [grey(r.range(0.5, 0.9)), 18],
    ]),
    metal,
    roughness: r.range(0.15, 0.6),
    depth,
    stretch: r.weighted([
      [r.range(1, 4), 35],
      [r.range(4, 12), 35],
      [r.range(12, 30), 30],
    ]),
    wrinkles: r.chance(0.6) ? r.range(0, 0.04) : r.range(0.04, 0.25),
    print: r.chance(0.5) ? r.integer(0, 1e9) : null,
  };
}

type StopperMaterial = Extract<Closure, { kind: 'stopper' }>['material'];

function stopperColour(material: StopperMaterial, r: Random): Colour {
  switch (material) {
    case 'wood':
      return r.pick<Colour>([
        [0.5, 0.3, 0.14],
        [0.24, 0.11, 0.04],
        [0.68, 0.5, 0.3],
      ]);
    case 'metal':
      return foilColour(r);
    default:
      return r.chance(0.7) ? dark(r) : anyColour(r);
  }
}

function stopper(r: Random): Closure {
  const material = r.weighted<StopperMaterial>([
    ['wood', 28],
    ['plastic', 34],
    ['metal', 18],
    ['cork', 20],
  ]);
  return {
    kind: 'stopper',
    material,
    colour: stopperColour(material, r),
    width: r.range(0.9, 1.3),
    height: r.range(6, 26),
    rounding: r.chance(0.3) ? r.range(0.6, 1) : r.range(0.03, 0.3),
  };
}

function crown(r: Random): Closure {
  const odd = r.next();
  return {
    kind: 'crown',
    art: sampleCapArt(r),
    lift: odd < 0.05 ? r.range(1, 3.5) : 0,
    tilt: odd < 0.05 ? r.range(0.1, 0.4) : r.normal() * 0.008,
    bend: odd > 0.92 ? r.range(0.3, 1.6) : 0,
    flare: r.range(0.7, 1.25),
  };
}

function screw(wide: boolean, r: Random): Closure {
  const metal = r.chance(wide ? 0.5 : 0.3);
  return {
    kind: 'screw',
    art: sampleCapArt(r),
    height: metal ? r.range(16, wide ? 24 : 42) : r.range(12, 20),
    ribs: metal && r.chance(0.4) ? 0 : r.integer(40, 120),
    ring: r.chance(0.75),
    metal,
  };
}

/** Foam comes out of full bottles only, so that it does not make open bottles fuller than closed ones. */
export function sampleOpening(finish: FinishKind, liquid: Liquid, r: Random): Opening {
  const chance = r.next();
  if (finish === 'screw' && chance < 0.6) return { kind: 'ring', colour: sampleCapArt(r).base };
  if (finish === 'swing' && chance < 0.75) {
    return {
      kind: 'hanging-swing',
      colour: r.pick<Colour>([
        [0.86, 0.85, 0.8],
        [0.75, 0.06, 0.04],
      ]),
      wire: grey(r.range(0.4, 0.75)),
    };
  }
  const left = sleeveLeft(finish, r);
  if (left) return left;
  if (chance > 0.75 && liquid.level > 0.78) return { kind: 'foam', rise: r.range(-6, 5) };
  if (finish === 'crown' && chance > 0.68 && chance < 0.75) return { kind: 'lime', turn: r.range(0, 6.28) };
  return { kind: 'clean' };
}

/** A cut capsule stays below the ring, a broken cap's skirt below the thread. */
function sleeveLeft(finish: FinishKind, r: Random): Opening | null {
  if (finish === 'bar' && r.chance(0.45))
    return { kind: 'sleeve', sleeve: sleeve(r.range(26, 72), r), below: r.range(3, 18) };
  if (finish === 'roll-on' && r.chance(0.55)) {
    const depth = r.chance(0.5) ? r.range(19, 24) : r.range(30, 62);
    return { kind: 'sleeve', sleeve: { ...sleeve(depth, r), wrinkles: 0 }, below: r.range(13.5, 16) };
  }
  return null;
}

export function sampleCapArt(r: Random): CapArt {
  const metal = r.chance(0.3);
  const base = metal
    ? r.pick<Colour>([grey(0.75), [0.9, 0.62, 0.25], [0.8, 0.45, 0.3], grey(0.6)])
    : r.weighted<Colour>([
        [anyColour(r), 50],
        [grey(r.range(0.6, 0.9)), 18],
        [grey(r.range(0.01, 0.06)), 16],
        [[r.range(0.5, 0.8), 0.02, 0.02], 16],
      ]);
  return { seed: r.integer(0, 1e9), base, metal, roughness: r.range(0.12, 0.5) };
}

const foilColour = (r: Random): Colour =>
  r.pick<Colour>([[0.95, 0.7, 0.3], grey(0.8), [0.7, 0.05, 0.05], [0.85, 0.82, 0.76]]);
const dark = (r: Random): Colour =>
  r.pick<Colour>([grey(0.03), [0.2, 0.02, 0.03], [0.03, 0.05, 0.12], [0.3, 0.16, 0.08]]);
