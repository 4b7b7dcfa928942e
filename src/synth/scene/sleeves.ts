/** Closures of wine and spirits: capsules, rolled-on metal caps, stoppers. Origin as in closures.ts. */
import type * as THREE from 'three';
import { outerRadius, type Profile } from '../describe/profile.ts';
import { randomStream } from '../describe/random.ts';
import type { Closure, Sleeve } from '../describe/scene-description.ts';
import { paintCap, paintWrap } from './label-art.ts';
import { fromAbove, revolve } from './mesh-building.ts';
import type { MeshKit } from './mesh-kit.ts';
import type { SurfaceLook } from './surface-material.ts';

export type Ring = readonly [radius: number, height: number];

/** Millimetres between rings, and of material. */
const STEP = 1.5;
const WALL = 0.4;

/** A sleeve from `top` (0 is the lip's upper edge, below it is negative) down to its depth. */
export function sleeveMesh(kit: MeshKit, sleeve: Sleeve, profile: Profile, top: number): THREE.Mesh {
  const rings = sleeveRings(sleeve, profile, top);
  const [first] = rings;
  // An edge turned in, so that paper-thin material is seen from above as well.
  return clothe(kit, sleeve, first ? [[first[0] - WALL * 2, first[1]], ...rings] : rings);
}

export function capsule(
  kit: MeshKit,
  { sleeve, top }: Extract<Closure, { kind: 'capsule' }>,
  profile: Profile,
): THREE.Mesh {
  const rings = sleeveRings(sleeve, profile, -0.8);
  const wide = rings[0]?.[0] ?? profile.finish.lipRadius;
  return clothe(kit, sleeve, [
    [0, top],
    [wide * 0.55, top],
    [wide * 0.9, top - 0.05],
    [wide * 0.98, top - 0.4],
    ...rings,
  ]);
}

/** A cap of sheet metal: knurls at the rim, a groove below them, then a smooth skirt with the line where it breaks. */
export function rollOnCap(
  kit: MeshKit,
  group: THREE.Group,
  { sleeve, art, knurls }: Extract<Closure, { kind: 'roll-on' }>,
  profile: Profile,
): void {
  const skirt = sleeveRings(sleeve, profile, -7);
  const radius = skirt[0]?.[0] ?? profile.finish.lipRadius;
  const crown: Ring[] = [
    [0, 1.4],
    [radius * 0.7, 1.4],
    [radius * 0.92, 1.2],
    [radius, 0.3],
    [radius, -1],
    [radius, -3],
    [radius, -5],
    [radius - 0.7, -5.8],
    [radius, -6.6],
    [radius, -7],
  ];
  const look = lookOf(kit, { ...sleeve, print: null });
  const grip = revolve(
    crown,
    knurls > 0 ? knurls * 3 : 64,
    (r, along, turn) => (knurls > 0 && along > 0.4 && along < 0.7 ? r + 0.25 * Math.cos(knurls * turn) : r),
    fromAbove((along) => 0.5 * Math.min(1, along * 2)),
  );
  group.add(kit.mesh(grip, { ...look, map: kit.texture(paintCap(art)) }));
  const breaks = -sleeve.depth * 0.62;
  const lined = skirt.map(([r, y]): Ring => [Math.abs(y - breaks) < STEP * 0.6 ? r - 0.5 : r, y]);
  group.add(clothe(kit, sleeve, lined));
}

/** A head on a shank of cork. */
export function stopper(
  kit: MeshKit,
  group: THREE.Group,
  { material, colour, width, height, rounding }: Extract<Closure, { kind: 'stopper' }>,
  profile: Profile,
): void {
  const { boreRadius, lipRadius } = profile.finish;
  const shank = revolve(
    [
      [boreRadius * 0.98, -18],
      [boreRadius * 1.01, 0.4],
    ],
    32,
  );
  group.add(kit.mesh(shank, CORK));
  const r = lipRadius * width;
  const round = Math.min(rounding * height * 0.5, r * 0.9);
  const corner = (from: number, centre: number): Ring[] =>
    [0, 0.25, 0.5, 0.75, 1].map((t): Ring => {
      const a = from + (t * Math.PI) / 2;
      return [r - round + round * Math.cos(a), centre + round * Math.sin(a)];
    });
  const head = revolve(
    [[boreRadius, 0.4], ...corner(-Math.PI / 2, 0.4 + round), ...corner(0, height - round), [0, height]],
    48,
  );
  group.add(kit.mesh(head, material === 'cork' ? CORK : { colour, ...HEADS[material] }));
}

export const CORK: SurfaceLook = {
  colour: [0.55, 0.33, 0.16],
  roughness: 0.95,
  bump: 0.25,
  bumpScale: 0.9,
  specks: 0.6,
};
const HEADS: Record<'wood' | 'plastic' | 'metal', SurfaceLook> = {
  wood: { roughness: 0.6, bump: 0.05, bumpScale: 0.5, specks: 0.25 },
  plastic: { roughness: 0.3 },
  metal: { roughness: 0.25, metal: 1 },
};

/** `over` is the radius at a height of what the sleeve goes over besides the neck. */
export function sleeveRings(
  sleeve: Sleeve,
  profile: Profile,
  top: number,
  over: (y: number) => number = () => 0,
): readonly Ring[] {
  const rings: Ring[] = [];
  for (let y = top; y > -sleeve.depth; y -= STEP)
    rings.push([Math.max(widest(profile, y, sleeve.stretch), over(y)) + WALL, y]);
  return rings;
}

/** The neck's largest radius within half of `span` above and below a height. */
function widest(profile: Profile, y: number, span: number): number {
  let radius = 0;
  for (let at = y - span / 2; at <= y + span / 2 + 0.01; at += Math.max(0.5, span / 12))
    radius = Math.max(radius, outerRadius(profile, Math.min(profile.height - 0.5, profile.height + at)));
  return radius;
}

export function clothe(kit: MeshKit, sleeve: Sleeve, rings: readonly Ring[], opacity = 1): THREE.Mesh {
  const folds = randomStream(sleeve.print ?? Math.round(sleeve.depth * 1000), 'folds');
  const [first, second, turn] = [folds.integer(5, 11), folds.integer(12, 23), folds.range(0, 6.28)];
  const geometry = revolve(
    rings,
    96,
    (radius, along, angle) =>
      radius +
      sleeve.wrinkles *
        Math.min(1, along * 4) *
        (Math.sin(first * angle + turn + along * 8) + Math.sin(second * angle - along * 13)),
    (along, angle) => [angle / (2 * Math.PI), 1 - along],
  );
  return kit.mesh(geometry, { ...lookOf(kit, sleeve), opacity });
}

function lookOf(kit: MeshKit, { colour, metal, roughness, wrinkles, print }: Sleeve): SurfaceLook {
  return {
    colour,
    metal: metal ? 0.95 : 0,
    roughness,
    bump: wrinkles * 0.5,
    bumpScale: 0.5,
    ...(print !== null && { map: kit.texture(paintWrap(print)) }),
  };
}
