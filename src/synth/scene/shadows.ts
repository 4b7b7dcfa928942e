/** The key light's shadow map: depth in alpha, and in RGB what light of it passes, so that glass casts its colour. */
import * as THREE from 'three';
import type { SceneDescription } from '../describe/scene-description.ts';
import type { Lighting } from './lighting.ts';

export interface Shadows {
  /** Draws the map for these objects and hands it to the lighting. */
  render(scene: SceneDescription, opaque: THREE.Scene, vessels: readonly THREE.Mesh[]): void;
}

const SIZE = 512;

const VERTEX = /* glsl */ `
precision highp float;
in vec3 position;
uniform mat4 modelMatrix, viewMatrix, projectionMatrix;
void main() { gl_Position = projectionMatrix * viewMatrix * modelMatrix * vec4(position, 1.0); }`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform vec3 uTint;
out vec4 colour;
void main() { colour = vec4(uTint, gl_FragCoord.z); }`;

export function createShadows(renderer: THREE.WebGLRenderer, lighting: Lighting): Shadows {
  const target = new THREE.WebGLRenderTarget(SIZE, SIZE, { type: THREE.HalfFloatType });
  const material = new THREE.RawShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    side: THREE.DoubleSide,
    uniforms: { uTint: { value: new THREE.Vector3() } },
  });
  return {
    render(scene, opaque, vessels) {
      const camera = lightCamera(scene);
      renderer.setRenderTarget(target);
      renderer.setClearColor(0xffffff, 1);
      renderer.clear();
      opaque.overrideMaterial = material;
      renderer.render(opaque, camera);
      opaque.overrideMaterial = null;
      for (const mesh of vessels) drawTinted(renderer, mesh, material, camera);
      const matrix = lighting.uniforms.uShadowMatrix;
      const map = lighting.uniforms.uShadowMap;
      if (matrix) matrix.value = camera.projectionMatrix.clone().multiply(camera.matrixWorldInverse);
      if (map) map.value = target.texture;
    },
  };
}

function drawTinted(
  renderer: THREE.WebGLRenderer,
  mesh: THREE.Mesh,
  material: THREE.RawShaderMaterial,
  camera: THREE.Camera,
) {
  const own = mesh.material;
  const tint = material.uniforms.uTint;
  if (tint) tint.value = mesh.userData.tint;
  mesh.material = material;
  // The uniform changes between draws of one material, which three.js must be told.
  material.uniformsNeedUpdate = true;
  const scene = new THREE.Scene();
  scene.add(mesh);
  renderer.render(scene, camera);
  mesh.material = own;
  if (tint) tint.value = new THREE.Vector3();
  material.uniformsNeedUpdate = true;
}

function lightCamera(scene: SceneDescription): THREE.OrthographicCamera {
  const [x, y, z] = scene.setting.environment.key;
  const centre = scene.bottles[0]?.position ?? [0, 0, 0];
  const reach = 45;
  const camera = new THREE.OrthographicCamera(-reach, reach, reach, -reach, 1, 400);
  camera.position.set(centre[0] + x * 180, centre[1] + 8 + y * 180, centre[2] + z * 180);
  camera.lookAt(centre[0], centre[1] + 8, centre[2]);
  camera.updateMatrixWorld(true);
  return camera;
}
