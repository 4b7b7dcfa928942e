/**
 * The distance field of a vessel: for every (radius, height) the signed distance to its outer skin and to its
 * cavity, millimetres, negative inside. Glass is where the first is negative and the second is not. The upper
 * part, where closures sit, gets most of the rows.
 */
import * as THREE from 'three';
import type { Point, Profile } from '../describe/profile.ts';

export const COLUMNS = 64;
export const FINE_ROWS = 192;
export const COARSE_ROWS = 96;
/** Millimetres of the fine part, and how far the field reaches beyond the vessel. */
export const MARGIN = 6;

export interface VesselField {
  readonly texture: THREE.DataTexture;
  /** Height at which the fine part begins, and the radii that the two parts reach. */
  readonly split: number;
  readonly fineRadius: number;
  readonly coarseRadius: number;
}

export function vesselField(profile: Profile): VesselField {
  const split = Math.max(profile.height * 0.3, profile.height - 62);
  const fineRadius = radiusAbove(profile.outer, split) + MARGIN;
  const coarseRadius = profile.bodyRadius + MARGIN;
  const data = new Uint16Array(COLUMNS * (FINE_ROWS + COARSE_ROWS) * 2);
  const outer = [...profile.outer, [0, profile.height] as const];
  const last = profile.inner.at(-1) ?? [0, profile.height];
  const inner: Point[] = [...profile.inner, [last[0], profile.height + 60], [0, profile.height + 60]];
  for (let row = 0; row < FINE_ROWS + COARSE_ROWS; row++) {
    const fine = row < FINE_ROWS;
    const y = fine
      ? split + ((row + 0.5) / FINE_ROWS) * (profile.height + MARGIN - split)
      : -MARGIN + ((row - FINE_ROWS + 0.5) / COARSE_ROWS) * (split + MARGIN);
    const reach = fine ? fineRadius : coarseRadius;
    fillRow(data, row, y, reach, outer, inner);
  }
  return { texture: fieldTexture(data), split, fineRadius, coarseRadius };
}

function radiusAbove(points: readonly Point[], height: number): number {
  return Math.max(...points.filter(([, y]) => y >= height - 2).map(([x]) => x));
}

function fillRow(
  data: Uint16Array,
  row: number,
  y: number,
  reach: number,
  outer: readonly Point[],
  inner: readonly Point[],
) {
  const skins = [near(outer, y), near(inner, y)] as const;
  for (let column = 0; column < COLUMNS; column++) {
    const x = ((column + 0.5) / COLUMNS) * reach;
    const at = (row * COLUMNS + column) * 2;
    data[at] = THREE.DataUtils.toHalfFloat(signedDistance(skins[0], x, y));
    data[at + 1] = THREE.DataUtils.toHalfFloat(signedDistance(skins[1], x, y));
  }
}

interface Segment {
  readonly a: Point;
  readonly b: Point;
}

/** Distances are cut off here: marching further in one step is never needed. */
const FAR = 24;

function near(points: readonly Point[], y: number): readonly Segment[] {
  const out: Segment[] = [];
  points.forEach((a, i) => {
    const b = points[i + 1];
    if (b && Math.min(a[1], b[1]) < y + FAR && Math.max(a[1], b[1]) > y - FAR) out.push({ a, b });
  });
  return out;
}

function signedDistance(segments: readonly Segment[], x: number, y: number): number {
  let best = FAR * FAR;
  let inside = false;
  for (const { a, b } of segments) {
    const dx = b[0] - a[0];
    const dy = b[1] - a[1];
    const span = dx * dx + dy * dy;
    const t = span > 0 ? Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / span)) : 0;
    const ex = x - a[0] - t * dx;
    const ey = y - a[1] - t * dy;
    best = Math.min(best, ex * ex + ey * ey);
    // Crossings of the ray to the right: an odd number means inside.
    if (a[1] > y !== b[1] > y && x < a[0] + ((y - a[1]) / dy) * dx) inside = !inside;
  }
  return inside ? -Math.sqrt(best) : Math.sqrt(best);
}

function fieldTexture(data: Uint16Array): THREE.DataTexture {
  const texture = new THREE.DataTexture(
    data,
    COLUMNS,
    FINE_ROWS + COARSE_ROWS,
    THREE.RGFormat,
    THREE.HalfFloatType,
  );
  texture.magFilter = THREE.LinearFilter;
  texture.minFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

/** The outer skin as a mesh, centimetres, with a lid over the mouth: where rays enter. */
export function vesselMesh(profile: Profile, segments = 56): THREE.BufferGeometry {
  const points = profile.outer.map(([x, y]) => new THREE.Vector2(x / 10, y / 10));
  points.push(new THREE.Vector2(0, profile.height / 10));
  return new THREE.LatheGeometry(points, segments);
}
