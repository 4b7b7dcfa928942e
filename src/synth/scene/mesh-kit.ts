/** Makes meshes for one frame and remembers what to dispose of after it. */
import * as THREE from 'three';
import type { Lighting } from './lighting.ts';
import { type SurfaceLook, surfaceMaterial } from './surface-material.ts';

export interface MeshKit {
  readonly lighting: Lighting;
  mesh(geometry: THREE.BufferGeometry, look: SurfaceLook): THREE.Mesh;
  texture(canvas: OffscreenCanvas): THREE.Texture;
  dispose(): void;
}

export function createMeshKit(lighting: Lighting): MeshKit {
  const garbage: { dispose(): void }[] = [];
  return {
    lighting,
    mesh(geometry, look) {
      const material = surfaceMaterial(lighting, look);
      garbage.push(geometry, material);
      return new THREE.Mesh(geometry, material);
    },
    texture(canvas) {
      const texture = new THREE.CanvasTexture(canvas);
      texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
      texture.minFilter = THREE.LinearMipmapLinearFilter;
      garbage.push(texture);
      return texture;
    },
    dispose() {
      for (const item of garbage.splice(0)) item.dispose();
    },
  };
}
