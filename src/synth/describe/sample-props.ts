/** What stands about: glasses, cans, cups, boxes, fruit, lamps and discs that could be taken for caps. */
import { type VesselFamily, vesselProfile } from './profile.ts';
import { type Random, randomStream } from './random.ts';
import { sampleLiquid } from './sample-bottle.ts';
import { sampleCapArt } from './sample-closure.ts';
import { anyColour, grey } from './sample-colours.ts';
import { muted } from './sample-setting.ts';
import type { Colour, Prop, Vessel, VesselDetail } from './scene-description.ts';
import { rotationAlong, type Vec3 } from './vectors.ts';

/** Circles on the table that are taken, so that nothing stands inside another thing. */
export interface Footprint {
  readonly x: number;
  readonly z: number;
  readonly radius: number;
}

export function placeVessels(
  seed: number,
  count: number,
  spread: number,
  taken: Footprint[],
): readonly Vessel[] {
  const r = randomStream(seed, 'vessels');
  const vessels: Vessel[] = [];
  for (let i = 0; i < count; i++) {
    const draft = sampleVessel(r.integer(1, 2 ** 31));
    const spot = freeSpot(draft.profile.bodyRadius / 10, spread, taken, r);
    if (spot) vessels.push({ ...draft, position: spot });
  }
  return vessels;
}

function sampleVessel(seed: number): Vessel {
  const r = randomStream(seed, 'vessel');
  const family = r.weighted<VesselFamily>([
    ['pint', 22],
    ['tumbler', 12],
    ['weizen', 8],
    ['goblet', 12],
    ['mug', 10],
    ['can', 18],
    ['cup', 8],
    ['paper-cup', 5],
    ['jar', 3],
    ['shot', 3],
  ]);
  const profile = vesselProfile(family, r);
  const clear = !['can', 'cup', 'paper-cup'].includes(family);
  const can = family === 'can';
  const liquid = sampleLiquid(r);
  return {
    profile,
    seed,
    detail: detailOf(family),
    glass: {
      tint: clear ? 'clear' : 'opaque',
      absorption: [0.004, 0.002, 0.004],
      index: r.range(1.46, 1.53),
      paint: can
        ? r.chance(0.4)
          ? grey(0.75)
          : anyColour(r)
        : r.chance(0.5)
          ? grey(r.range(0.5, 0.9))
          : anyColour(r),
      roughness: can ? r.range(0.15, 0.4) : r.range(0.05, 0.5),
      metal: can,
      waviness: r.range(0, 0.3),
      dirt: r.chance(0.2) ? r.next() ** 2 : 0.02,
    },
    liquid: {
      ...liquid,
      level: Math.min(liquid.level, 0.93),
      foam: liquid.level > 0 && r.chance(0.6) ? r.range(4, 26) : liquid.foam,
    },
    labels:
      can || r.chance(0.15)
        ? [
            {
              seed: r.integer(0, 1e9),
              low: profile.height * 0.12,
              high: profile.height * 0.86,
              span: can ? 1 : 0.4,
              turn: 0,
              foil: can,
            },
          ]
        : [],
    condensation: r.chance(0.25) ? r.range(0.2, 1) : 0,
    position: [0, 0, 0],
    rotation: rotationAlong([0, 1, 0], r.range(0, 2 * Math.PI)),
  };
}

function detailOf(family: VesselFamily): VesselDetail {
  if (family === 'can') return 'can';
  if (family === 'mug' || family === 'cup') return 'mug';
  return family === 'paper-cup' ? 'cup' : 'glass';
}

export function placeProps(seed: number, count: number, spread: number, taken: Footprint[]): readonly Prop[] {
  const r = randomStream(seed, 'props');
  const props: Prop[] = [];
  for (let i = 0; i < count; i++) {
    const size = r.range(0.8, 7);
    const kind = r.weighted<Prop['kind']>([
      ['box', 30],
      ['ball', 14],
      ['disc', 22],
      ['loose-cap', 22],
      ['lamp', 6],
    ]);
    const spot = freeSpot(
      kind === 'loose-cap' ? 1.6 : size,
      kind === 'loose-cap' ? spread * 0.5 : spread,
      taken,
      r,
    );
    if (spot) props.push(propAt(kind, spot, size, r));
  }
  return props;
}

function propAt(kind: Prop['kind'], position: Vec3, size: number, r: Random): Prop {
  switch (kind) {
    case 'ball':
      return {
        kind,
        position: [position[0], size * 0.6, position[2]],
        radius: size * 0.6,
        colour: fruit(r),
        roughness: r.range(0.2, 0.9),
        seed: r.integer(0, 1e9),
      };
    case 'disc':
      return {
        kind,
        position,
        radius: size * 0.8,
        height: r.range(0.1, 1.4),
        art: sampleCapArt(r),
        turn: r.range(0, 6.28),
      };
    case 'loose-cap': {
      const upside = r.chance(0.5) ? 1 : -1;
      const lean = r.range(0, 0.12);
      const rotation = rotationAlong([lean, upside, lean], r.range(0, 6.28));
      return {
        kind,
        position: [position[0], upside > 0 ? 0 : 0.62, position[2]],
        art: sampleCapArt(r),
        rotation,
      };
    }
    case 'lamp':
      return {
        kind,
        position,
        radius: r.range(1.5, 6),
        height: r.range(8, 34),
        colour: [1, r.range(0.6, 0.95), r.range(0.3, 0.8)],
      };
    default:
      return {
        kind: 'box',
        position,
        size: [size * r.range(0.6, 2), r.range(0.6, 14), size * r.range(0.4, 1.4)],
        turn: r.range(0, 6.28),
        colour: muted(r),
        seed: r.integer(0, 1e9),
        roughness: r.range(0.2, 0.95),
      };
  }
}

function fruit(r: Random): Colour {
  return r.pick<Colour>([
    [0.2, 0.45, 0.03],
    [0.85, 0.6, 0.03],
    [0.8, 0.22, 0.01],
    [0.5, 0.02, 0.02],
    grey(0.8),
    anyColour(r),
  ]);
}

function freeSpot(radius: number, spread: number, taken: Footprint[], r: Random): Vec3 | null {
  for (let attempt = 0; attempt < 12; attempt++) {
    const x = r.range(-spread, spread);
    const z = r.range(-spread, spread * 0.5);
    if (taken.some((t) => Math.hypot(t.x - x, t.z - z) < t.radius + radius + 0.3)) continue;
    taken.push({ x, z, radius });
    return [x, 0, z];
  }
  return null;
}
