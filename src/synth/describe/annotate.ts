/** What a frame shows, known without looking at it: every mouth, its state, and the label of the whole. */
import { project, viewOf } from './camera.ts';
import { bottleMouth, type Mouth } from './mouth.ts';
import { outerRadius } from './profile.ts';
import type { Bottle, Prop, SceneDescription, Vessel } from './scene-description.ts';
import { add, cross, dot, length, normalise, scale, subtract, unrotate, type Vec3 } from './vectors.ts';

export type FrameLabel = 'open' | 'closed' | 'none' | 'unclear' | 'mixed';

export interface MouthAnnotation {
  /** Centre in fractions of width and height. */
  readonly x: number;
  readonly y: number;
  /** Width across the bottle's axis as a fraction of the picture's width. */
  readonly diameter: number;
  /** Degrees clockwise from straight down towards the base: 90 has the base to the left. */
  readonly angle: number;
  readonly state: 'open' | 'closed' | 'unclear';
}

export interface FrameAnnotation {
  readonly label: FrameLabel;
  readonly mouths: readonly MouthAnnotation[];
}

/** Below this many pixels a mouth cannot be judged. */
const SMALLEST = 7;
/** Below this share of it in sight a mouth cannot be judged. */
const SEEN = 0.5;
const MOST = 12;

export function annotate(scene: SceneDescription): FrameAnnotation {
  const found = scene.bottles
    .map((bottle) => annotateBottle(scene, bottle))
    .filter((mouth) => mouth !== null)
    .sort((a, b) => b.diameter - a.diameter);
  return { label: labelOf(scene, found), mouths: found };
}

/** Whether there are more mouths than the format asks for. */
export const isCrowd = (annotation: FrameAnnotation): boolean => annotation.mouths.length > MOST;

function labelOf(scene: SceneDescription, mouths: readonly MouthAnnotation[]): FrameLabel {
  if (scene.bottles.length === 0) return 'none';
  const states = new Set(mouths.map((m) => m.state));
  if (states.has('open') && states.has('closed')) return 'mixed';
  if (states.has('open')) return 'open';
  return states.has('closed') ? 'closed' : 'unclear';
}

function annotateBottle(scene: SceneDescription, bottle: Bottle): MouthAnnotation | null {
  const aspect = scene.width / scene.height;
  const mouth = bottleMouth(bottle);
  const place = project(scene.camera, aspect, mouth.centre);
  if (place.depth <= 0 || place.x < 0 || place.x > 1 || place.y < 0 || place.y > 1) return null;
  const seen = visibleShare(scene, bottle, mouth);
  if (seen < 0.12) return null;
  const reach = 2 * place.depth * Math.tan(scene.camera.fieldOfView / 2) * aspect;
  const diameter = (2 * mouth.radius) / reach;
  const judged = seen >= SEEN && diameter * scene.width >= SMALLEST && insight(scene, mouth) > -0.85;
  return {
    x: place.x,
    y: place.y,
    diameter,
    angle: angleOf(scene, mouth),
    state: judged ? bottle.state : 'unclear',
  };
}

/** Cosine between the bottle's axis and the way to the camera: −1 is a bottle seen from its base. */
function insight(scene: SceneDescription, mouth: Mouth): number {
  return dot(mouth.axis, normalise(subtract(scene.camera.position, mouth.centre)));
}

function angleOf(scene: SceneDescription, mouth: Mouth): number {
  const view = viewOf(scene.camera);
  const toCentre = subtract(mouth.centre, view.position);
  // The image of a step towards the base, perspective included: the derivative of the projection.
  const step = scale(mouth.axis, -1);
  const depth = dot(toCentre, view.forward);
  const along = (axis: Vec3) => dot(step, axis) - (dot(toCentre, axis) / depth) * dot(step, view.forward);
  return (Math.atan2(-along(view.right), -along(view.up)) * 180) / Math.PI;
}

/** The share of points on the mouth's disc and rim that nothing hides and the frame does not cut. */
export function visibleShare(scene: SceneDescription, bottle: Bottle, mouth: Mouth): number {
  const points = mouthPoints(scene, mouth);
  const seen = points.filter((p) => inFrame(scene, p) && !isHidden(scene, bottle, p));
  return seen.length / points.length;
}

function mouthPoints(scene: SceneDescription, mouth: Mouth): readonly Vec3[] {
  const sight = normalise(subtract(scene.camera.position, mouth.centre));
  const across = normalise(cross(mouth.axis, sight));
  const up = cross(sight, across);
  const points: Vec3[] = [mouth.centre];
  for (let i = 0; i < 16; i++) {
    const reach = mouth.radius * (i % 2 ? 0.9 : 0.55);
    const turn = (i / 16) * 2 * Math.PI;
    points.push(
      add(mouth.centre, add(scale(across, Math.cos(turn) * reach), scale(up, Math.sin(turn) * reach * 0.5))),
    );
  }
  return points;
}

function inFrame(scene: SceneDescription, point: Vec3): boolean {
  const { x, y } = project(scene.camera, scene.width / scene.height, point);
  return x > 0 && x < 1 && y > 0 && y < 1;
}

/** Steps per centimetre of the way to the camera within which an obstacle is looked for. */
const STEPS = 160;

function isHidden(scene: SceneDescription, own: Bottle, from: Vec3): boolean {
  const way = subtract(scene.camera.position, from);
  const start = 1.6 / length(way);
  const obstacles = [...scene.bottles, ...scene.vessels].filter(
    (v) => v !== own && mayHide(v, from, scene.camera.position),
  );
  const props = scene.props.filter((p) => p.kind !== 'loose-cap');
  for (let i = 0; i < STEPS; i++) {
    const point = add(from, scale(way, start + (1 - start) * (i / STEPS) * 0.98));
    if (obstacles.some((v) => insideVessel(v, point)) || props.some((p) => insideProp(p, point))) return true;
  }
  return false;
}

function mayHide(vessel: Vessel, from: Vec3, to: Vec3): boolean {
  const centre = add(
    vessel.position,
    scale([vessel.rotation[0][1], vessel.rotation[1][1], vessel.rotation[2][1]], vessel.profile.height / 20),
  );
  const way = subtract(to, from);
  const along = Math.max(0, Math.min(1, dot(subtract(centre, from), way) / dot(way, way)));
  return (
    length(subtract(centre, add(from, scale(way, along)))) <
    vessel.profile.height / 20 + vessel.profile.bodyRadius / 10
  );
}

function insideVessel(vessel: Vessel, point: Vec3): boolean {
  const local = unrotate(vessel.rotation, subtract(point, vessel.position));
  const radius = Math.hypot(local[0], local[2]) * 10;
  const height = local[1] * 10;
  if (height < 0 || height > vessel.profile.height || radius > vessel.profile.bodyRadius) return false;
  return radius < outerRadius(vessel.profile, height);
}

function insideProp(prop: Prop, point: Vec3): boolean {
  const offset = subtract(point, prop.position);
  switch (prop.kind) {
    case 'ball':
      return length(offset) < prop.radius;
    case 'disc':
    case 'lamp':
      return Math.hypot(offset[0], offset[2]) < prop.radius && offset[1] > 0 && offset[1] < prop.height;
    case 'box':
      return insideBox([offset[0], offset[1] - prop.size[1] / 2, offset[2]], prop.size, prop.turn);
    case 'blocker':
      return insideBox(offset, prop.size, prop.turn);
    case 'loose-cap':
      return false;
  }
}

function insideBox(offset: Vec3, size: Vec3, turn: number): boolean {
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const x = c * offset[0] - s * offset[2];
  const z = s * offset[0] + c * offset[2];
  return Math.abs(x) < size[0] / 2 && Math.abs(offset[1]) < size[1] / 2 && Math.abs(z) < size[2] / 2;
}
