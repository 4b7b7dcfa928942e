/** Boxes, fruit, discs, lamps, loose caps, hands, and what glasses and cans have besides their glass. */
import * as THREE from 'three';
import { outerRadius } from '../describe/profile.ts';
import { randomStream } from '../describe/random.ts';
import type { Bottle, Hand, Prop, Vessel } from '../describe/scene-description.ts';
import { anyHsl, createContext, font, word, writeCentred } from './canvas.ts';
import { crownCap } from './closures.ts';
import { paintCap } from './label-art.ts';
import { revolve, wire } from './mesh-building.ts';
import type { MeshKit } from './mesh-kit.ts';
import { mouldedCap } from './moulded-caps.ts';

export function propMesh(kit: MeshKit, prop: Prop): THREE.Object3D {
  const object = buildProp(kit, prop);
  object.position.set(...prop.position);
  return object;
}

function buildProp(kit: MeshKit, prop: Prop): THREE.Object3D {
  switch (prop.kind) {
    case 'box': {
      const box = kit.mesh(new THREE.BoxGeometry(...prop.size), {
        colour: prop.colour,
        roughness: prop.roughness,
        map: kit.texture(boxArt(prop.seed)),
      });
      box.geometry.translate(0, prop.size[1] / 2, 0);
      box.rotation.y = prop.turn;
      return box;
    }
    case 'ball':
      return kit.mesh(new THREE.SphereGeometry(prop.radius, 24, 16), {
        colour: prop.colour,
        roughness: prop.roughness,
        bump: 0.06,
        bumpScale: 0.5,
        specks: 0.15,
      });
    case 'disc': {
      const [r, h] = [prop.radius * 10, prop.height * 10];
      const disc = revolve(
        [
          [r * 0.95, 0],
          [r, h * 0.5],
          [r, h],
          [r * 0.9, h * 0.98],
          [r * 0.7, h * 0.8],
          [0, h * 0.8],
        ],
        48,
        undefined,
        (along, turn) => [0.5 + 0.5 * (1 - along) * Math.cos(turn), 0.5 + 0.5 * (1 - along) * Math.sin(turn)],
      );
      return kit.mesh(disc, {
        colour: prop.art.base,
        map: kit.texture(paintCap(prop.art)),
        roughness: prop.art.roughness,
        metal: prop.art.metal ? 1 : 0,
      });
    }
    case 'loose-cap': {
      const cap = prop.moulded ? new THREE.Group() : crownCap(kit, prop.art, 13.3, 1.2, 0.3);
      if (prop.moulded) mouldedCap(kit, cap, prop.moulded, 12.5);
      cap.matrixAutoUpdate = true;
      cap.setRotationFromMatrix(rotationMatrix(prop.rotation));
      return cap;
    }
    case 'lamp': {
      const shade = new THREE.Group();
      const r = prop.radius * 10;
      const h = prop.height * 10;
      shade.add(
        kit.mesh(
          revolve(
            [
              [3, 0],
              [3, h * 0.6],
            ],
            12,
          ),
          { colour: [0.1, 0.1, 0.1] },
        ),
      );
      shade.add(
        kit.mesh(
          revolve(
            [
              [r, h * 0.55],
              [r * 0.6, h],
            ],
            32,
          ),
          { colour: prop.colour, glow: 3 },
        ),
      );
      return shade;
    }
    case 'blocker': {
      const [x, y] = prop.size;
      const body = new THREE.CapsuleGeometry(x / 2, Math.max(0.1, y - x * 0.5), 6, 16);
      const mesh = kit.mesh(body, {
        colour: prop.colour,
        roughness: 0.7,
        bump: 0.05,
        bumpScale: 0.4,
        specks: 0.1,
      });
      mesh.rotation.set(0, prop.turn, 0);
      return mesh;
    }
  }
}

export function rotationMatrix(r: Vessel['rotation']): THREE.Matrix4 {
  return new THREE.Matrix4().set(...r[0], 0, ...r[1], 0, ...r[2], 0, 0, 0, 0, 1);
}

function boxArt(seed: number): OffscreenCanvas {
  const r = randomStream(seed, 'box');
  const c = createContext(128, 128);
  c.fillStyle = '#fff';
  c.fillRect(0, 0, 128, 128);
  if (r.chance(0.4)) return c.canvas;
  for (let i = 0; i < r.integer(1, 5); i++) {
    c.fillStyle = anyHsl(r, 0.9);
    c.fillRect(r.range(-20, 100), r.range(-20, 100), r.range(10, 140), r.range(4, 60));
  }
  c.fillStyle = anyHsl(r, 0.9);
  c.font = font(r, r.range(14, 40));
  writeCentred(c, word(r), 64, r.range(30, 100), 120);
  return c.canvas;
}

/** Handles and tabs: what makes a glass a mug and a can a can. */
export function vesselExtras(kit: MeshKit, vessel: Vessel): THREE.Group {
  const group = new THREE.Group();
  const { height, bodyRadius } = vessel.profile;
  if (vessel.detail === 'mug') {
    const r = bodyRadius;
    const side = outerRadius(vessel.profile, height * 0.75);
    const handle = wire(
      [
        [side - 1, height * 0.84, 0],
        [r + 16, height * 0.82, 0],
        [r + 26, height * 0.55, 0],
        [r + 14, height * 0.27, 0],
        [outerRadius(vessel.profile, height * 0.28) - 1, height * 0.24, 0],
      ],
      4.5,
    );
    const glassy = vessel.glass.tint === 'clear';
    group.add(
      kit.mesh(handle, {
        colour: glassy ? [0.75, 0.78, 0.78] : vessel.glass.paint,
        roughness: glassy ? 0.02 : 0.3,
        metal: glassy ? 0.7 : 0,
      }),
    );
  }
  if (vessel.detail === 'can') {
    const tab = revolve(
      [
        [4, 0],
        [7, 0.8],
        [7.6, 0],
        [4.4, -0.6],
        [4, 0],
      ],
      24,
    );
    tab.scale(1, 1, 0.72);
    tab.translate(0.5, height / 10 - 0.1, 0);
    group.add(kit.mesh(tab, { colour: [0.7, 0.7, 0.7], metal: 1, roughness: 0.3 }));
  }
  return group;
}

/** A hand about a bottle: four fingers, a thumb, the palm and a forearm. Local to the bottle. */
export function handMesh(kit: MeshKit, bottle: Bottle, hand: Hand): THREE.Group {
  const r = randomStream(hand.seed, 'hand');
  const group = new THREE.Group();
  const look = { colour: hand.skin, roughness: 0.62, bump: 0.07, bumpScale: 0.35, specks: 0.12 };
  const pitch = r.range(16, 19);
  for (let i = 0; i < 4; i++) {
    const y = hand.height + (i - 1.5) * pitch;
    const thick = 8.2 + (i === 0 ? -1 : 0.4);
    group.add(
      finger(
        kit,
        look,
        outerRadius(bottle.profile, y) + thick * 0.8,
        thick,
        y,
        r.range(2.5, 3.1),
        r.range(-0.06, 0.06),
      ),
    );
  }
  const thumb = finger(
    kit,
    look,
    outerRadius(bottle.profile, hand.height + pitch) + 8,
    9.5,
    hand.height + pitch * 1.2,
    1.5,
    0.35,
  );
  thumb.scale.z *= -1;
  group.add(thumb);
  const wide = outerRadius(bottle.profile, hand.height) / 10;
  const palm = new THREE.SphereGeometry(1, 20, 14);
  palm.scale(1.7, (pitch * 4.4) / 20, 3);
  palm.translate(wide + 1.2, hand.height / 10, 0);
  group.add(kit.mesh(palm, look));
  const arm = new THREE.CapsuleGeometry(2.9, 26, 6, 20);
  arm.rotateZ(Math.PI / 2 - 0.25);
  arm.translate(wide + 16, hand.height / 10 - 3.8, 0);
  group.add(
    kit.mesh(arm, r.chance(0.5) ? look : { colour: hand.sleeve, roughness: 0.95, bump: 0.3, bumpScale: 0.2 }),
  );
  group.rotation.y = hand.turn;
  return group;
}

function finger(
  kit: MeshKit,
  look: Parameters<MeshKit['mesh']>[1],
  radius: number,
  thick: number,
  y: number,
  arc: number,
  slant: number,
): THREE.Group {
  const group = new THREE.Group();
  const points: [number, number, number][] = [];
  for (let i = 0; i <= 8; i++) {
    const turn = (i / 8) * arc;
    points.push([radius * Math.cos(turn), y + slant * radius * turn, radius * Math.sin(turn)]);
  }
  const path = new THREE.CatmullRomCurve3(
    points.map(([a, b, c]) => new THREE.Vector3(a / 10, b / 10, c / 10)),
  );
  group.add(kit.mesh(new THREE.TubeGeometry(path, 24, thick / 10, 12), look));
  const end = points.at(-1) ?? [0, 0, 0];
  const tip = new THREE.SphereGeometry(thick / 10, 14, 10);
  tip.translate(end[0] / 10, end[1] / 10, end[2] / 10);
  group.add(kit.mesh(tip, look));
  return group;
}
