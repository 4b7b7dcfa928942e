/** Places vessels: their distance fields, meshes and glass, with fields kept between frames of equal vessels. */
import * as THREE from 'three';
import type { Bottle, Colour, Dent, SceneDescription, Vessel } from '../describe/scene-description.ts';
import { dot, unrotate } from '../describe/vectors.ts';
import { glassMaterial } from './glass-material.ts';
import { paintLabels } from './label-art.ts';
import type { Lighting } from './lighting.ts';
import { type VesselField, vesselField, vesselMesh } from './vessel-field.ts';

export interface Vessels {
  /** Begins a frame: every material is free again. */
  begin(): void;
  place(vessel: Vessel, scene: SceneDescription, behind: THREE.Texture): THREE.Mesh;
  /** Tells a placed vessel where it is seen from. */
  look(mesh: THREE.Mesh, camera: THREE.Camera): void;
}

interface Model {
  readonly field: VesselField;
  readonly geometry: THREE.BufferGeometry;
  readonly labels: THREE.Texture | null;
}

const KEPT = 24;

export function createVessels(lighting: Lighting): Vessels {
  const models = new Map<string, Model>();
  const plain = materialPool(() => glassMaterial(lighting, false), 1);
  const dented = materialPool(() => glassMaterial(lighting, true), 0);
  return {
    begin() {
      plain.free();
      dented.free();
    },
    place(vessel, scene, behind) {
      const material = (vessel.dent ? dented : plain).take();
      const model = modelOf(models, vessel);
      const mesh = new THREE.Mesh(model.geometry, material);
      mesh.matrixAutoUpdate = false;
      mesh.matrix.copy(placement(vessel, 1));
      mesh.updateMatrixWorld(true);
      mesh.userData.tint = shadowTint(vessel);
      fill(material, vessel, model, scene, behind);
      return mesh;
    },
    look(mesh, camera) {
      const material = mesh.material;
      if (!(material instanceof THREE.RawShaderMaterial)) return;
      const projection = camera.projectionMatrix.clone().multiply(camera.matrixWorldInverse);
      assign(material, { uViewProjection: projection });
    },
  };
}

interface MaterialPool {
  take(): THREE.RawShaderMaterial;
  free(): void;
}

/** Materials are kept, so that their program is; `ready` of them from the start. */
function materialPool(make: () => THREE.RawShaderMaterial, ready: number): MaterialPool {
  const pool = Array.from({ length: ready }, make);
  let used = 0;
  return {
    take() {
      const material = pool[used] ?? make();
      pool[used++] = material;
      return material;
    },
    free() {
      used = 0;
    },
  };
}

function modelOf(models: Map<string, Model>, vessel: Vessel): Model {
  // One seed is another bottle in another assortment.
  const key = `${vessel.seed}/${vessel.profile.height}`;
  const known = models.get(key);
  if (known) return known;
  const oldest = models.keys().next().value;
  if (models.size >= KEPT && oldest !== undefined) {
    const model = models.get(oldest);
    model?.field.texture.dispose();
    model?.geometry.dispose();
    model?.labels?.dispose();
    models.delete(oldest);
  }
  const model = {
    field: vesselField(vessel.profile),
    geometry: vesselMesh(vessel.profile),
    labels: vessel.labels.length > 0 ? labelTexture(vessel) : null,
  };
  models.set(key, model);
  return model;
}

function labelTexture(vessel: Vessel): THREE.Texture {
  const texture = new THREE.CanvasTexture(paintLabels(vessel));
  texture.wrapS = THREE.RepeatWrapping;
  texture.minFilter = THREE.LinearFilter;
  texture.generateMipmaps = false;
  return texture;
}

/** Local (centimetres · scale) to world. */
function placement(vessel: Vessel, scale: number): THREE.Matrix4 {
  const [a, b, c] = vessel.rotation;
  const [x, y, z] = vessel.position;
  return new THREE.Matrix4()
    .set(...a, x, ...b, y, ...c, z, 0, 0, 0, 1)
    .multiply(new THREE.Matrix4().makeScale(scale, scale, scale));
}

function shadowTint(vessel: Vessel): THREE.Vector3 {
  if (vessel.glass.tint === 'opaque') return new THREE.Vector3();
  const pass = (sigma: number) => 0.75 * Math.exp(-sigma * 5);
  return new THREE.Vector3(...vessel.glass.absorption.map(pass));
}

function assign(material: THREE.RawShaderMaterial, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    const uniform = material.uniforms[name];
    if (uniform) uniform.value = value;
  }
  material.uniformsNeedUpdate = true;
}

const vec = (c: Colour): THREE.Vector3 => new THREE.Vector3(...c);

function fill(
  material: THREE.RawShaderMaterial,
  vessel: Vessel,
  model: Model,
  scene: SceneDescription,
  behind: THREE.Texture,
): void {
  const { glass, liquid, profile } = vessel;
  const toWorld = placement(vessel, 0.1);
  const up = unrotate(vessel.rotation, [0, 1, 0]);
  const bottle = 'state' in vessel ? (vessel as Bottle) : null;
  const foils = vessel.labels.filter((l) => l.foil);
  const foilRange = (i: number) => [foils[i]?.low ?? 1e6, foils[i]?.high ?? 1e6] as const;
  assign(material, {
    uField: model.field.texture,
    uSplit: model.field.split,
    uFineRadius: model.field.fineRadius,
    uCoarseRadius: model.field.coarseRadius,
    uHeight: profile.height,
    uToWorld: toWorld,
    uToLocal: toWorld.clone().invert(),
    uBehind: behind,
    uLabels: model.labels ?? scene,
    uHasLabels: model.labels ? 1 : 0,
    uAbsorption: vec(glass.absorption),
    uPaint: vec(glass.paint),
    uIndex: glass.index,
    uRoughness: glass.roughness,
    uMetal: glass.metal ? 1 : 0,
    uWaviness: glass.waviness,
    uDirt: glass.dirt,
    uOpaque: glass.tint === 'opaque' ? 1 : 0,
    uCondensation: vessel.condensation,
    uLiquidAbsorption: vec(liquid.absorption),
    uLiquidColour: vec(liquid.colour),
    uScatter: liquid.scatter,
    uUp: vec(up),
    ...surfaceOf(vessel, bottle, up),
    ...coverOf(bottle),
    uTable: scene.setting.surface ? 1 : 0,
    uBackdrop: scene.setting.backdrop.distance,
    uSeed: (vessel.seed % 89) / 89,
    uFoil: new THREE.Vector4(...foilRange(0), ...foilRange(1)),
    uGloom: glass.gloom ?? 0,
    ...dentOf(vessel.dent),
  });
  if (!model.labels) assign(material, { uLabels: null });
}

/** Offset of the liquid's plane along the vertical and the foam on it. A tilted bottle never holds more than its mouth lets it, open or not. */
function surfaceOf(
  vessel: Vessel,
  bottle: Bottle | null,
  up: readonly [number, number, number],
): Record<string, number> {
  const { liquid, profile } = vessel;
  if (bottle?.opening?.kind === 'foam' && up[1] > 0.9)
    return { uSurface: profile.height + bottle.opening.rise - 26, uFoam: 24 };
  if (liquid.level <= 0) return { uSurface: -1e4, uFoam: 0 };
  const tilt = Math.sqrt(Math.max(0, 1 - up[1] * up[1]));
  const points = profile.inner.flatMap(([r, y]) => [up[1] * y + tilt * r, up[1] * y - tilt * r]);
  const low = Math.min(...points);
  const lip = dot(up, [0, profile.height, 0]) - tilt * profile.finish.boreRadius - 1.5;
  const high = Math.min(Math.max(...points), lip);
  return { uSurface: low + (Math.max(high, low) - low) * liquid.level, uFoam: liquid.foam };
}

function dentOf(dent: Dent | undefined): Record<string, unknown> {
  if (!dent) return {};
  const { flatten, folds, phase, turn, high } = dent;
  return { uDent: new THREE.Vector4(flatten, folds, phase, high), uDentTurn: turn };
}

/** What an inner ray meets that leaves through the mouth of a closed bottle. */
function coverOf(bottle: Bottle | null): Record<string, unknown> {
  const closure = bottle?.closure;
  if (!closure) return { uCovered: 0, uSkirt: 0, uCover: new THREE.Vector3() };
  switch (closure.kind) {
    case 'crown':
      return { uCovered: 1, uSkirt: 4.6 - closure.lift, uCover: new THREE.Vector3(0.55, 0.55, 0.53) };
    case 'screw':
      return { uCovered: 1, uSkirt: closure.height - 3, uCover: vec(closure.art.base) };
    case 'foil':
      return { uCovered: 1, uSkirt: closure.depth, uCover: vec(closure.colour) };
    case 'cork':
    case 'stopper':
      return { uCovered: 1, uSkirt: 0.2, uCover: new THREE.Vector3(0.55, 0.35, 0.18) };
    case 'champagne':
      return {
        uCovered: 1,
        uSkirt: closure.foil ? 50 : 0.2,
        uCover: closure.foil ? vec(closure.foil) : new THREE.Vector3(0.55, 0.35, 0.18),
      };
    case 'swing':
      return { uCovered: 1, uSkirt: 0.3, uCover: vec(closure.colour) };
    case 'moulded-cap':
      return { uCovered: 1, uSkirt: closure.height - 2, uCover: vec(closure.art.base) };
    case 'capsule':
    case 'roll-on':
      return { uCovered: 1, uSkirt: closure.sleeve.depth, uCover: vec(closure.sleeve.colour) };
  }
}
