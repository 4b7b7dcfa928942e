/** Where the camera stands and what it is pointed at, so that the scene's kind holds. */
import { project, viewOf } from './camera.ts';
import { lipCentre } from './mouth.ts';
import { type Random, randomStream } from './random.ts';
import type { Assortment } from './sample-bottle.ts';
import type { Bottle, Camera, SceneKind, Vessel } from './scene-description.ts';
import { add, column, scale, type Vec3 } from './vectors.ts';

/** Where a camera may stand, and how often it looks from the level, a little from above, from above, straight down. */
interface Standpoint {
  readonly grounded: boolean;
  readonly heights: readonly [number, number, number, number];
}

const HEIGHTS: Record<Assortment, Standpoint['heights']> = {
  beer: [36, 42, 16, 6],
  cellar: [36, 42, 16, 6],
  plastic: [30, 32, 18, 20],
};

export function sampleCamera(
  seed: number,
  kind: SceneKind,
  aspect: number,
  bottles: readonly Bottle[],
  vessels: readonly Vessel[],
  grounded: boolean,
  assortment: Assortment = 'beer',
): Camera {
  const r = randomStream(seed, 'camera');
  const heights = HEIGHTS[assortment];
  const above = { grounded: true, heights };
  const main = bottles[0];
  if (main === undefined) return frameGroup(vessels, aspect, above, r);
  if (kind === 'neck') return frameMouth(main, aspect, { grounded, heights }, r);
  if (kind === 'cut') return frameBody(main, aspect, above, r);
  return frameGroup(bottles, aspect, above, r);
}

function direction(r: Random, { grounded, heights }: Standpoint): Vec3 {
  const elevation = r.weighted([
    [r.range(-0.06, 0.18), heights[0]],
    [r.range(0.15, 0.6), heights[1]],
    [r.range(0.6, 1.1), heights[2]],
    [r.range(1.1, 1.5), heights[3]],
  ]);
  const rise = grounded ? Math.max(elevation, 0.02) : elevation - (r.chance(0.2) ? 0.3 : 0);
  const turn = r.normal() * 0.45;
  return [Math.sin(turn) * Math.cos(rise), Math.sin(rise), Math.cos(turn) * Math.cos(rise)];
}

function sampleRoll(r: Random): number {
  const chance = r.next();
  if (chance < 0.05) return r.range(-Math.PI, Math.PI);
  if (chance < 0.11) return r.pick([Math.PI / 2, -Math.PI / 2]);
  return r.normal() * 0.06;
}

/** A camera that sees `radius` around `point` fill the frame's smaller side `fill` times. */
function aim(
  point: Vec3,
  radius: number,
  fill: number,
  aspect: number,
  stand: Standpoint,
  r: Random,
): Camera {
  const fieldOfView = r.weighted([
    [r.range(0.25, 0.55), 35],
    [r.range(0.55, 0.85), 35],
    [r.range(0.85, 1.15), 30],
  ]);
  const half = Math.tan(fieldOfView / 2) * Math.min(1, aspect);
  const distance = Math.max(radius / (fill * half), radius * 1.6);
  const position = add(point, scale(direction(r, stand), distance));
  return shift(
    { position, target: point, roll: sampleRoll(r), fieldOfView },
    aspect,
    distance * half * 0.45 * (1 - fill * 0.5),
    r,
  );
}

/** Moves camera and target sideways, so that what matters is not always in the middle. */
function shift(camera: Camera, aspect: number, reach: number, r: Random): Camera {
  const view = viewOf(camera);
  const x = r.range(-1, 1) * reach * Math.max(1, aspect);
  const y = r.range(-1, 1) * reach * Math.max(1, 1 / aspect);
  const offset = add(scale(view.right, x), scale(view.up, y));
  const position = add(camera.position, offset);
  return {
    ...camera,
    position: [position[0], Math.max(position[1], 0.8), position[2]],
    target: add(camera.target, offset),
  };
}

/** Aims by the lip, not by what is on it: the framing must not tell the state. */
function frameMouth(bottle: Bottle, aspect: number, stand: Standpoint, r: Random): Camera {
  const point = add(lipCentre(bottle), scale(column(bottle.rotation, 1), -r.range(0.2, 4.2)));
  const fill = 0.11 * (0.48 / 0.11) ** r.next();
  return aim(point, bottle.profile.finish.lipRadius / 10, fill, aspect, stand, r);
}

function frameGroup(vessels: readonly Vessel[], aspect: number, stand: Standpoint, r: Random): Camera {
  if (vessels.length === 0) return aim([0, r.range(0, 12), 0], r.range(5, 20), 0.8, aspect, stand, r);
  const ends = vessels.flatMap((v) => [
    v.position,
    add(v.position, scale(column(v.rotation, 1), v.profile.height / 10)),
  ]);
  const low = [0, 1, 2].map((i) => Math.min(...ends.map((p) => p[i] ?? 0)));
  const high = [0, 1, 2].map((i) => Math.max(...ends.map((p) => p[i] ?? 0)));
  const mid = (i: number) => ((low[i] ?? 0) + (high[i] ?? 0)) / 2;
  const size = Math.hypot(...[0, 1, 2].map((i) => (high[i] ?? 0) - (low[i] ?? 0))) / 2 + 1;
  return aim([mid(0), mid(1), mid(2)], size, r.range(0.7, 1.5), aspect, stand, r);
}

/** Looks at the body until the mouth is well outside the frame. */
function frameBody(bottle: Bottle, aspect: number, stand: Standpoint, r: Random): Camera {
  const body = add(bottle.position, scale(column(bottle.rotation, 1), bottle.profile.shoulder / 20));
  const lip = lipCentre(bottle);
  let fill = r.range(0.9, 1.4);
  for (;;) {
    const camera = aim(body, bottle.profile.shoulder / 20, fill, aspect, stand, r);
    const { x, y, depth } = project(camera, aspect, lip);
    if (depth <= 0 || Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) > 0.62) return camera;
    fill *= 1.06;
  }
}
