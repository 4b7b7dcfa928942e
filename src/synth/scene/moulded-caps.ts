/** Screw caps of plastic bottles, their spouts and the film shrunk over them. Origin as in closures.ts. */
import type * as THREE from 'three';
import { CAP_TOP, mouldedRadius } from '../describe/mouth.ts';
import type { Profile } from '../describe/profile.ts';
import type { Closure, MouldedCap, Seal, Spout } from '../describe/scene-description.ts';
import { paintFaintly } from './label-art.ts';
import { fromAbove, revolve, tamperRing } from './mesh-building.ts';
import type { MeshKit } from './mesh-kit.ts';
import { clothe, type Ring, sleeveRings } from './sleeves.ts';

export function sealedCap(
  kit: MeshKit,
  group: THREE.Group,
  { seal, ring, ...cap }: Extract<Closure, { kind: 'moulded-cap' }>,
  profile: Profile,
): void {
  mouldedCap(kit, group, cap, profile.finish.lipRadius);
  const radius = mouldedRadius(profile.finish.lipRadius, cap.overhang);
  const bottom = CAP_TOP - cap.height;
  if (ring)
    group.add(
      kit.mesh(tamperRing(Math.min(radius, mouldedRadius(profile.finish.lipRadius, 0.4)), bottom - 0.5), {
        colour: cap.art.base,
        roughness: cap.art.roughness,
      }),
    );
  if (seal) group.add(sealMesh(kit, seal, profile, radius, bottom));
}

export function mouldedCap(kit: MeshKit, group: THREE.Group, cap: MouldedCap, lipRadius: number): void {
  const { art, height, ribs, rounding, spout } = cap;
  const radius = mouldedRadius(lipRadius, cap.overhang);
  const bottom = CAP_TOP - height;
  const edge = CAP_TOP - rounding;
  const grip = (share: number): Ring => [radius, edge + (bottom + 0.9 - edge) * share];
  const skin: readonly Ring[] = [
    [0, CAP_TOP],
    [radius * 0.6, CAP_TOP],
    [radius - rounding, CAP_TOP],
    [radius - rounding * 0.3, CAP_TOP - rounding * 0.3],
    grip(0),
    grip(0.12),
    grip(0.5),
    grip(0.9),
    grip(1),
    [radius + 0.25, bottom + 0.5],
    [radius, bottom],
    [radius - 1.4, bottom],
  ];
  const last = skin.length - 1;
  const geometry = revolve(
    skin,
    ribs > 0 ? ribs * 3 : 64,
    (r, along, turn) =>
      ribs > 0 && along > 4.5 / last && along < 7.5 / last ? r + 0.4 * Math.cos(ribs * turn) : r,
    // The print lies on the top, which ends with the third ring.
    fromAbove((along) => (along < 2 / last ? 0.2 * along * last : 0.4 + 0.1 * along)),
  );
  const look = { colour: art.base, roughness: art.roughness };
  group.add(kit.mesh(geometry, cap.printed ? { ...look, map: kit.texture(paintFaintly(art)) } : look));
  if (spout) group.add(kit.mesh(revolve(spoutSkin(spout, radius), 48), { ...look, colour: spout.colour }));
}

function spoutSkin({ style, height, colour: _ }: Spout, radius: number): readonly Ring[] {
  const at = (share: number) => CAP_TOP + height * share;
  switch (style) {
    case 'push-pull':
      return [
        [radius * 0.82, at(0)],
        [radius * 0.5, at(0.38)],
        [radius * 0.4, at(0.44)],
        [radius * 0.4, at(0.66)],
        [radius * 0.56, at(0.72)],
        [radius * 0.56, at(0.86)],
        [radius * 0.42, at(0.96)],
        [radius * 0.2, at(1)],
        [0, at(1)],
      ];
    case 'flip-top':
      return [
        [radius * 0.95, at(0)],
        [radius * 0.97, at(0.04)],
        [radius * 0.97, at(0.6)],
        [radius * 0.9, at(0.85)],
        [radius * 0.72, at(0.97)],
        [radius * 0.4, at(1)],
        [0, at(1)],
      ];
    case 'dome':
      return [
        [radius * 0.84, at(0)],
        [radius * 0.8, at(0.3)],
        [radius * 0.72, at(0.6)],
        [radius * 0.6, at(0.8)],
        [radius * 0.38, at(0.95)],
        [radius * 0.15, at(1)],
        [0, at(1)],
      ];
  }
}

/** Film follows the cap's side and then the neck; where it laps over the top, it leaves the middle bare. */
function sealMesh(kit: MeshKit, seal: Seal, profile: Profile, radius: number, bottom: number): THREE.Mesh {
  const gap = 0.5;
  const rings = sleeveRings(seal.sleeve, profile, CAP_TOP - Math.max(seal.bare, 0.4), (y) =>
    y > bottom - 1.5 ? radius + gap : 0,
  );
  const [first] = rings;
  const lap: readonly Ring[] =
    first && seal.bare < 0
      ? [
          [first[0] + seal.bare * 1.5, CAP_TOP + gap],
          [first[0] - 0.8, CAP_TOP + gap],
        ]
      : [];
  return clothe(kit, seal.sleeve, [...lap, ...rings], seal.clear ? 0.22 : 1);
}
