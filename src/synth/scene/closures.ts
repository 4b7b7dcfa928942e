/** What sits on a mouth or hangs from it. Origin: the middle of the lip's upper edge, y along the bottle's axis. */
import * as THREE from 'three';
import { CAP_TOP, CROWN_RATIO, SCREW_WALL } from '../describe/mouth.ts';
import { outerRadius, type Profile } from '../describe/profile.ts';
import { randomStream } from '../describe/random.ts';
import type { Bottle, CapArt, Closure, Colour } from '../describe/scene-description.ts';
import { paintCap } from './label-art.ts';
import { fromAbove, revolve, ring, tamperRing, wire } from './mesh-building.ts';
import type { MeshKit } from './mesh-kit.ts';
import { sealedCap } from './moulded-caps.ts';
import { CORK, capsule, rollOnCap, sleeveMesh, stopper } from './sleeves.ts';

const TEETH = 21;

/** Everything at the mouth of a bottle but the glass itself. */
export function mouthMeshes(kit: MeshKit, bottle: Bottle): THREE.Group {
  const group = new THREE.Group();
  if (bottle.closure) closureMeshes(kit, group, bottle.closure, bottle.profile);
  const opening = bottle.opening;
  const { lipRadius, boreRadius } = bottle.profile.finish;
  if (opening?.kind === 'ring')
    group.add(kit.mesh(screwRing(bottle.profile), { colour: opening.colour, roughness: 0.4 }));
  if (opening?.kind === 'lime') group.add(lime(kit, boreRadius, opening.turn));
  if (opening?.kind === 'foam') group.add(foamMound(kit, boreRadius, lipRadius, opening.rise, bottle.seed));
  if (opening?.kind === 'hanging-swing')
    group.add(swing(kit, bottle.profile, opening.colour, opening.wire, true));
  if (opening?.kind === 'sleeve') group.add(sleeveMesh(kit, opening.sleeve, bottle.profile, -opening.below));
  return group;
}

function closureMeshes(kit: MeshKit, group: THREE.Group, closure: Closure, profile: Profile): void {
  switch (closure.kind) {
    case 'crown': {
      const cap = crownCap(kit, closure.art, profile.finish.lipRadius, closure.flare, closure.bend);
      cap.position.y = closure.lift / 10;
      cap.rotation.set(closure.tilt, 0, closure.tilt * 0.4);
      group.add(cap);
      break;
    }
    case 'screw':
      screwCap(kit, group, closure, profile);
      break;
    case 'cork':
      cork(kit, group, closure.height, closure.knob, profile);
      break;
    case 'champagne':
      champagne(kit, group, closure.foil, closure.art, profile);
      break;
    case 'swing':
      group.add(swing(kit, profile, closure.colour, closure.wire, false));
      break;
    case 'foil':
      group.add(foilHood(kit, closure.colour, closure.depth, 0.8, profile));
      break;
    case 'capsule':
      group.add(capsule(kit, closure, profile));
      break;
    case 'stopper':
      stopper(kit, group, closure, profile);
      break;
    case 'roll-on':
      rollOnCap(kit, group, closure, profile);
      break;
    case 'moulded-cap':
      sealedCap(kit, group, closure, profile);
  }
}

/** A crown cap: a shallow dome, a rounded shoulder, and a skirt of 21 flutes that flare to the rim. */
export function crownCap(
  kit: MeshKit,
  art: CapArt,
  lipRadius: number,
  flare: number,
  bend: number,
): THREE.Group {
  const rim = lipRadius * CROWN_RATIO;
  const face = lipRadius * 0.94;
  const profile: (readonly [number, number])[] = [
    [0, 0.75],
    [face * 0.3, 0.72],
    [face * 0.6, 0.62],
    [face * 0.8, 0.5],
    [face * 0.92, 0.3],
    [face, -0.1],
    [face + (rim - face) * 0.35, -0.8],
    [face + (rim - face) * 0.5, -1.6],
    [face + (rim - face) * 0.62, -2.6],
    [face + (rim - face) * 0.76, -3.7],
    [rim * 0.985, -4.7],
    [rim, -5.5],
    [rim * 1.004, -5.75],
    [rim * 0.985, -5.8],
  ];
  const skirt = 6 / (profile.length - 1);
  const geometry = revolve(
    profile,
    TEETH * 8,
    (radius, along, turn) => {
      const depth = Math.max(0, (along - skirt) / (1 - skirt));
      const wave = Math.cos(TEETH * turn);
      // Outward lobes are broad, the valleys between them narrow.
      return radius + flare * 0.72 * depth ** 0.7 * (Math.sign(wave) * Math.abs(wave) ** 0.65 - 0.3);
    },
    fromAbove((along) => 0.5 * (along < 0.4 ? (along / 0.4) * 0.72 : 0.72 + ((along - 0.4) / 0.6) * 0.28)),
  );
  if (bend > 0) bendGeometry(geometry, bend);
  const group = new THREE.Group();
  group.add(
    kit.mesh(geometry, {
      colour: art.base,
      map: kit.texture(paintCap(art)),
      roughness: art.roughness,
      metal: art.metal ? 1 : 0.1,
      bump: 0.03,
      bumpScale: 0.6,
    }),
  );
  const liner = new THREE.CircleGeometry(face / 10, 32);
  liner.rotateX(Math.PI / 2);
  liner.translate(0, -0.06, 0);
  group.add(kit.mesh(liner, { colour: [0.62, 0.62, 0.6], roughness: 0.5 }));
  return group;
}

/** A cap that an opener has bent: creased along a line through its middle. */
function bendGeometry(geometry: THREE.BufferGeometry, bend: number): void {
  const position = geometry.getAttribute('position');
  for (let i = 0; i < position.count; i++) {
    const x = position.getX(i);
    position.setY(i, position.getY(i) + bend * 0.22 * Math.abs(x) ** 1.5 * (x > 0 ? 1 : 0.2));
  }
  geometry.computeVertexNormals();
}

function screwCap(
  kit: MeshKit,
  group: THREE.Group,
  closure: Extract<Closure, { kind: 'screw' }>,
  profile: Profile,
): void {
  const radius = profile.finish.lipRadius + SCREW_WALL;
  const bottom = CAP_TOP - closure.height;
  const skin: (readonly [number, number])[] = [
    [0, CAP_TOP],
    [radius * 0.6, CAP_TOP],
    [radius * 0.9, CAP_TOP],
    [radius * 0.97, 1.2],
    [radius, 0.4],
    [radius, -1],
    [radius, bottom * 0.5],
    [radius, bottom + 0.4],
    [radius * 0.99, bottom],
    [radius * 0.93, bottom],
  ];
  const ribs = closure.ribs;
  const geometry = revolve(
    skin,
    ribs > 0 ? ribs * 3 : 48,
    (r, along, turn) => (ribs > 0 && along > 0.45 && along < 0.8 ? r + 0.32 * Math.cos(ribs * turn) : r),
    fromAbove((along) => 0.5 * Math.min(1, along * 1.8)),
  );
  const look = {
    colour: closure.art.base,
    roughness: closure.metal ? 0.3 : 0.45,
    metal: closure.metal ? 0.9 : 0,
  };
  group.add(kit.mesh(geometry, { ...look, map: kit.texture(paintCap(closure.art)) }));
  if (closure.ring) group.add(kit.mesh(tamperRing(radius, bottom - 0.5), look));
}

/** The ring that stays behind when a screw cap has been removed; it sits below the thread. */
function screwRing(profile: Profile): THREE.BufferGeometry {
  return tamperRing(
    profile.finish.lipRadius + SCREW_WALL * 0.9,
    -(profile.height - profile.finishBase) * 0.6,
  );
}

function cork(kit: MeshKit, group: THREE.Group, height: number, knob: Colour | null, profile: Profile): void {
  const bore = profile.finish.boreRadius;
  const stem = revolve(
    [
      [bore * 0.97, -16],
      [bore * 0.99, 0],
      [bore * 1.03, height - 1],
      [bore * 0.95, height],
      [0, height],
    ],
    32,
  );
  group.add(kit.mesh(stem, CORK));
  if (knob === null) return;
  const r = profile.finish.lipRadius;
  const top = revolve(
    [
      [bore, height - 0.2],
      [r * 0.95, height],
      [r, height + 1],
      [r, height + 8],
      [r * 0.93, height + 9.2],
      [0, height + 9.4],
    ],
    40,
  );
  group.add(kit.mesh(top, { colour: knob, roughness: 0.35 }));
}

function champagne(
  kit: MeshKit,
  group: THREE.Group,
  foil: Colour | null,
  art: CapArt,
  profile: Profile,
): void {
  const r = profile.finish.lipRadius;
  if (foil) {
    group.add(foilHood(kit, foil, 75, 19, profile));
    return;
  }
  const skin: (readonly [number, number])[] = [
    [9, -6],
    [9.4, 0],
    [12, 2.5],
    [r, 6],
    [r + 0.6, 11],
    [r - 0.4, 16],
    [r - 3, 18.5],
    [0, 19],
  ];
  group.add(
    kit.mesh(revolve(skin, 36), {
      colour: [0.55, 0.34, 0.17],
      roughness: 0.95,
      bump: 0.2,
      bumpScale: 0.9,
      specks: 0.5,
    }),
  );
  const plate = revolve(
    [
      [0, 20],
      [9, 19.8],
      [12.5, 19.2],
      [13, 18.4],
    ],
    36,
    undefined,
    fromAbove((along) => 0.4 * along),
  );
  group.add(
    kit.mesh(plate, { colour: art.base, map: kit.texture(paintCap(art)), metal: 0.6, roughness: 0.3 }),
  );
  const steel = { colour: [0.55, 0.55, 0.55] as const, metal: 1, roughness: 0.35 };
  group.add(kit.mesh(ring(r + 0.5, 0.5, -14), steel));
  for (let i = 0; i < 4; i++) {
    const turn = (i * Math.PI) / 2 + 0.4;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const at = (radius: number, y: number, twist = 0): readonly [number, number, number] => [
      radius * c - twist * s,
      y,
      radius * s + twist * c,
    ];
    group.add(
      kit.mesh(
        wire([at(12.5, 18.8), at(r + 1, 11, 0.8), at(r + 0.4, 2, -0.8), at(r + 0.8, -14)], 0.45),
        steel,
      ),
    );
  }
}

/** Foil pressed over the mouth: follows the finish, crumpled. */
function foilHood(
  kit: MeshKit,
  colour: Colour,
  depth: number,
  top: number,
  profile: Profile,
): THREE.Object3D {
  const r = profile.finish.lipRadius + 0.7;
  const skin: (readonly [number, number])[] = [
    [0, top],
    [r * 0.6, top],
    [r * 0.92, top - 0.5],
    [r, top - 2],
  ];
  for (let y = Math.min(-2, top - 6); y > -depth; y -= 2) {
    const wide = Math.max(
      outerRadius(profile, profile.height + y),
      outerRadius(profile, profile.height + y + 2),
    );
    skin.push([wide + 0.6, y]);
  }
  const wobble = randomStream(Math.round(depth * 1000), 'foil');
  const [a, b, c] = [wobble.range(0, 6), wobble.range(5, 13), wobble.range(11, 23)];
  const geometry = revolve(skin, 90, (radius, along, turn) => {
    const crease =
      Math.sin(Math.round(b) * turn + a + along * 9) + Math.sin(Math.round(c) * turn - along * 14);
    return radius + 0.22 * crease * Math.min(1, along * 3);
  });
  return kit.mesh(geometry, { colour, metal: 1, roughness: 0.3, bump: 0.22, bumpScale: 0.55 });
}

function swing(kit: MeshKit, profile: Profile, colour: Colour, steel: Colour, open: boolean): THREE.Group {
  const group = new THREE.Group();
  const lip = profile.finish.lipRadius;
  const neck = Math.max(outerRadius(profile, profile.height - 21), lip * 0.9);
  const plug = new THREE.Group();
  const dome: (readonly [number, number])[] = [
    [0, -5],
    [7, -4],
    [9, 0.5],
    [lip - 0.6, 1.2],
    [lip - 0.2, 4],
    [lip - 1.2, 7],
    [9, 9.4],
    [5, 10.4],
    [0, 10.8],
  ];
  plug.add(kit.mesh(revolve(dome, 36), { colour, roughness: 0.25 }));
  plug.add(kit.mesh(ring(lip - 2.2, 1.7, 0.6), { colour: [0.6, 0.05, 0.03], roughness: 0.6 }));
  const metal = { colour: steel, metal: 1, roughness: 0.35 };
  const side = neck + 2;
  group.add(kit.mesh(ring(neck + 0.7, 0.9, -21), metal));
  if (open) {
    plug.position.set(0, -2.6, (neck + 13) / 10);
    plug.rotation.x = 2.2;
  }
  group.add(plug);
  for (const s of [-1, 1]) {
    group.add(kit.mesh(wire(open ? hangingBail(s, side, neck, lip) : closedBail(s, side, lip), 0.85), metal));
    group.add(
      kit.mesh(
        wire(
          [
            [s * side, -21, 0],
            [s * (side + 1), -24, 6],
            [s * (side - 2), -34, 12],
            [0, -38, neck + 4],
          ],
          0.85,
        ),
        metal,
      ),
    );
  }
  return group;
}

type Place = readonly [number, number, number];

const closedBail = (s: number, side: number, lip: number): readonly Place[] => [
  [s * side, -21, 0],
  [s * (side + 0.6), -8, 1],
  [s * (lip + 0.8), 3, 0],
  [s * (lip - 2), 5.5, 0],
];

const hangingBail = (s: number, side: number, neck: number, lip: number): readonly Place[] => [
  [s * side, -21, 0],
  [s * (side + 1), -19, neck * 0.7],
  [s * lip, -25, neck + 9],
  [s * 6, -29, neck + 14],
];

function lime(kit: MeshKit, bore: number, turn: number): THREE.Group {
  const group = new THREE.Group();
  const size = bore * 2.9;
  const arc = 0.95;
  const rind = new THREE.SphereGeometry(size / 10, 16, 16, -arc / 2, arc);
  group.add(kit.mesh(rind, { colour: [0.16, 0.42, 0.03], roughness: 0.4, bump: 0.08, bumpScale: 1.2 }));
  for (const s of [-1, 1]) {
    const face = new THREE.CircleGeometry(size / 10, 24, -Math.PI / 2, Math.PI);
    face.scale(-1, 1, 1);
    face.rotateY((s * arc) / 2);
    group.add(
      kit.mesh(face, { colour: [0.62, 0.75, 0.2], roughness: 0.3, bump: 0.1, bumpScale: 1.5, specks: 0.4 }),
    );
  }
  group.rotation.set(0, turn, 1.25, 'YXZ');
  group.position.y = (bore * 0.9) / 10;
  return group;
}

function foamMound(kit: MeshKit, bore: number, lip: number, rise: number, seed: number): THREE.Object3D {
  const r = randomStream(seed, 'foam');
  const over = rise > 1;
  const radius = over ? lip * r.range(0.85, 1.08) : bore * 1.05;
  const phases = [r.range(0, 6), r.range(0, 6), r.range(0, 6)] as const;
  const skin: (readonly [number, number])[] = [
    [0, rise + 3],
    [radius * 0.5, rise + 2.4],
    [radius * 0.85, rise + 0.6],
    [radius, rise - 1.5],
    [radius * 0.9, rise - 4],
  ];
  const geometry = revolve(
    skin,
    40,
    (x, along, turn) =>
      x * (1 + 0.07 * Math.sin(5 * turn + phases[0]) + 0.05 * Math.sin(9 * turn + phases[1] + along * 5)),
  );
  return kit.mesh(geometry, {
    colour: [0.93, 0.9, 0.82],
    roughness: 0.9,
    bump: 0.22,
    bumpScale: 0.8,
    specks: 0.12,
  });
}
