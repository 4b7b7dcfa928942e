/** The pinhole camera: where a point of the scene falls in the picture. */
import type { Camera } from './scene-description.ts';
import { add, cross, dot, normalise, scale, subtract, type Vec3 } from './vectors.ts';

export interface View {
  readonly position: Vec3;
  readonly right: Vec3;
  readonly up: Vec3;
  readonly forward: Vec3;
}

/** The camera's axes; `roll` turns the picture's up towards its right. */
export function viewOf(camera: Camera): View {
  const forward = normalise(subtract(camera.target, camera.position));
  const helper: Vec3 = Math.abs(forward[1]) > 0.999 ? [0, 0, -1] : [0, 1, 0];
  const level = normalise(cross(forward, helper));
  const steep = cross(level, forward);
  const c = Math.cos(camera.roll);
  const s = Math.sin(camera.roll);
  return {
    position: camera.position,
    right: add(scale(level, c), scale(steep, -s)),
    up: add(scale(level, s), scale(steep, c)),
    forward,
  };
}

export interface Projected {
  /** Fractions of the picture's width and height from the top left; may lie outside 0–1. */
  readonly x: number;
  readonly y: number;
  /** Centimetres along the line of sight; not in front of the camera when ≤ 0. */
  readonly depth: number;
}

export function project(camera: Camera, aspect: number, point: Vec3): Projected {
  const view = viewOf(camera);
  const offset = subtract(point, view.position);
  const depth = dot(offset, view.forward);
  const reach = depth * Math.tan(camera.fieldOfView / 2);
  return {
    x: 0.5 + dot(offset, view.right) / (2 * reach * aspect),
    y: 0.5 - dot(offset, view.up) / (2 * reach),
    depth,
  };
}
