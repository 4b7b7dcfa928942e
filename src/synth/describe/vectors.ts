/** Three-vectors and rotations, just what placing bottles and cameras needs. World: y up, centimetres. */
export type Vec3 = readonly [number, number, number];
/** A rotation, row by row; it takes local to world. */
export type Rotation = readonly [Vec3, Vec3, Vec3];

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const length = (a: Vec3): number => Math.hypot(...a);
export const normalise = (a: Vec3): Vec3 => scale(a, 1 / (length(a) || 1));
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const rotate = (m: Rotation, v: Vec3): Vec3 => [dot(m[0], v), dot(m[1], v), dot(m[2], v)];
export const column = (m: Rotation, i: 0 | 1 | 2): Vec3 => [m[0][i], m[1][i], m[2][i]];
export const unrotate = (m: Rotation, v: Vec3): Vec3 => [
  dot(column(m, 0), v),
  dot(column(m, 1), v),
  dot(column(m, 2), v),
];

/** The rotation that sends the local y axis to `axis`, turned by `spin` radians about it. */
export function rotationAlong(axis: Vec3, spin: number): Rotation {
  const y = normalise(axis);
  const helper: Vec3 = Math.abs(y[1]) < 0.9 ? [0, 1, 0] : [0, 0, 1];
  const x0 = normalise(cross(helper, y));
  const z0 = cross(x0, y);
  const c = Math.cos(spin);
  const s = Math.sin(spin);
  const x = add(scale(x0, c), scale(z0, s));
  const z = cross(x, y);
  // Adding zero makes a negative zero positive: JSON would lose its sign.
  return [
    [x[0] + 0, y[0] + 0, z[0] + 0],
    [x[1] + 0, y[1] + 0, z[1] + 0],
    [x[2] + 0, y[2] + 0, z[2] + 0],
  ];
}
