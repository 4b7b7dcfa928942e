/** What lights a frame: the environment map, the key light with its shadows, contact shade under vessels. */
import * as THREE from 'three';
import { randomStream } from '../describe/random.ts';

/** Uniform objects are shared by every material, so that one write per frame reaches all. */
export interface Lighting {
  readonly uniforms: Record<string, THREE.IUniform>;
  readonly white: THREE.Texture;
}

export const BLOBS = 10;

export function createLighting(): Lighting {
  return {
    white: whiteTexture(),
    uniforms: {
      uEnvironment: { value: null },
      uNoise: { value: noiseTexture() },
      uShadowMap: { value: null },
      uShadowMatrix: { value: new THREE.Matrix4() },
      uKeyDirection: { value: new THREE.Vector3(0, 1, 0) },
      uKeyColour: { value: new THREE.Vector3(1, 1, 1) },
      uBlobs: { value: Array.from({ length: BLOBS }, () => new THREE.Vector4()) },
    },
  };
}

function whiteTexture(): THREE.Texture {
  const texture = new THREE.DataTexture(new Uint8Array([255, 255, 255, 255]), 1, 1);
  texture.needsUpdate = true;
  return texture;
}

/** Four independent channels of smooth periodic noise, three octaves. */
function noiseTexture(): THREE.Texture {
  const size = 256;
  const data = new Uint8Array(size * size * 4);
  const r = randomStream(1, 'noise texture');
  for (let c = 0; c < 4; c++) {
    const octaves = [16, 32, 64, 128].map((cells) => Array.from({ length: cells * cells }, () => r.next()));
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const value = octaves.reduce((sum, grid, o) => sum + lattice(grid, x / size, y / size) * 0.5 ** o, 0);
        data[(y * size + x) * 4 + c] = Math.min(255, Math.max(0, (value / 1.875 - 0.5) * 1.6 * 255 + 127));
      }
    }
  }
  const texture = new THREE.DataTexture(data, size, size);
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.magFilter = THREE.LinearFilter;
  texture.minFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

function lattice(grid: readonly number[], x: number, y: number): number {
  const cells = Math.sqrt(grid.length);
  const at = (i: number, j: number) => grid[(j % cells) * cells + (i % cells)] ?? 0;
  const smooth = (t: number) => t * t * (3 - 2 * t);
  const [i, j] = [Math.floor(x * cells), Math.floor(y * cells)];
  const [u, v] = [smooth(x * cells - i), smooth(y * cells - j)];
  return (
    (at(i, j) * (1 - u) + at(i + 1, j) * u) * (1 - v) + (at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u) * v
  );
}
