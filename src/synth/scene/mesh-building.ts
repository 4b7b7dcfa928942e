/** Small geometry helpers; millimetres in, centimetres out. */
import * as THREE from 'three';

/** A surface of revolution whose radius may depend on the angle. */
export function revolve(
  profile: readonly (readonly [radius: number, height: number])[],
  segments: number,
  radiusAt: (radius: number, ring: number, turn: number) => number = (radius) => radius,
  uv: (ring: number, turn: number) => readonly [number, number] = (ring, turn) => [
    turn / (2 * Math.PI),
    ring,
  ],
): THREE.BufferGeometry {
  const positions: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  profile.forEach(([radius, height], row) => {
    const ring = row / (profile.length - 1);
    for (let i = 0; i <= segments; i++) {
      const turn = (i / segments) * 2 * Math.PI;
      const r = radiusAt(radius, ring, turn);
      positions.push((r * Math.cos(turn)) / 10, height / 10, (r * Math.sin(turn)) / 10);
      uvs.push(...uv(ring, turn));
      if (row === 0 || i === segments) continue;
      const a = row * (segments + 1) + i;
      const b = a - segments - 1;
      indices.push(b, a, b + 1, a, a + 1, b + 1);
    }
  });
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.Float32BufferAttribute(positions, 3));
  geometry.setAttribute('uv', new THREE.Float32BufferAttribute(uvs, 2));
  geometry.setIndex(indices);
  geometry.computeVertexNormals();
  return geometry;
}

/** Where a ring's points lie on a picture of the surface from above, whose middle is the axis; reach 0.5 is its edge. */
export const fromAbove =
  (reachAt: (ring: number) => number) =>
  (ring: number, turn: number): readonly [number, number] => [
    0.5 + reachAt(ring) * Math.cos(turn),
    0.5 + reachAt(ring) * Math.sin(turn),
  ];

/** A round wire through points (millimetres). */
export function wire(
  points: readonly (readonly [number, number, number])[],
  radius: number,
): THREE.BufferGeometry {
  const path = new THREE.CatmullRomCurve3(
    points.map(([x, y, z]) => new THREE.Vector3(x / 10, y / 10, z / 10)),
  );
  return new THREE.TubeGeometry(path, points.length * 6, radius / 10, 6, false);
}

/** A wire ring about the axis. */
export function ring(radius: number, thickness: number, height: number): THREE.BufferGeometry {
  const geometry = new THREE.TorusGeometry(radius / 10, thickness / 10, 8, 48);
  geometry.rotateX(Math.PI / 2);
  geometry.translate(0, height / 10, 0);
  return geometry;
}

/** The band below a screw cap that tears off when it is first opened. */
export const tamperRing = (radius: number, top: number): THREE.BufferGeometry =>
  revolve(
    [
      [radius * 0.9, top],
      [radius * 0.985, top],
      [radius, top - 0.4],
      [radius, top - 2.6],
      [radius * 0.94, top - 3],
    ],
    48,
  );
