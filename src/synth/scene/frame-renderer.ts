/** Draws one described scene: light, shadows, backdrop, opaque things, vessels from far to near, photograph. */
import * as THREE from 'three';
import { viewOf } from '../describe/camera.ts';
import { randomStream } from '../describe/random.ts';
import type { SceneDescription, Vessel } from '../describe/scene-description.ts';
import { paintBackdrop } from './backdrop.ts';
import { mouthMeshes } from './closures.ts';
import { paintEnvironment } from './environment.ts';
import { BLOBS, createLighting, type Lighting } from './lighting.ts';
import { createMeshKit, type MeshKit } from './mesh-kit.ts';
import { createPhotoPass, draw, type Fullscreen, fullscreen, type PhotoPass, set } from './photo-pass.ts';
import { handMesh, propMesh, rotationMatrix, vesselExtras } from './props.ts';
import { createShadows, type Shadows } from './shadows.ts';
import { surfaceMaterial } from './surface-material.ts';
import { paintSurface } from './surface-texture.ts';
import { createVessels, type Vessels } from './vessels.ts';

export interface FrameRenderer {
  readonly canvas: HTMLCanvasElement;
  render(scene: SceneDescription, photo: ImageBitmap | null): void;
}

/** Pixels drawn per pixel of the picture, along each side. */
const SUPERSAMPLING = 1.5;

const ENVIRONMENT = /* glsl */ `
precision highp float;
in vec2 vUv;
uniform sampler2D uBase, uLights;
uniform float uAmbient, uGain;
out vec4 colour;
void main() {
  colour = vec4(pow(texture(uBase, vUv).rgb, vec3(2.2)) * uAmbient + pow(texture(uLights, vUv).rgb, vec3(2.2)) * uGain, 1.0);
}`;

/** The backdrop keeps to the picture, a little enlarged; blurred as if out of focus. */
const BACKDROP = /* glsl */ `
precision highp float;
in vec2 vUv;
uniform sampler2D uMap;
uniform float uBlur, uGain;
uniform vec2 uScale;
out vec4 colour;
void main() {
  vec2 uv = (vUv - 0.5) * uScale + 0.5;
  float radius = uBlur * 0.05;
  float lod = log2(max(radius * 300.0, 1.0));
  // Squares stand in for the sRGB curve here, as cheap as blurring in light gets.
  vec3 sum = vec3(0.0);
  for (int i = 0; i < 6; i++) {
    float a = float(i) * 2.39996;
    vec2 o = radius * sqrt((float(i) + 0.5) / 6.0) * vec2(cos(a), sin(a));
    vec3 c = textureLod(uMap, uv + o, lod).rgb;
    sum += c * c;
    if (radius < 0.002) { sum = 6.0 * c * c; break; }
  }
  colour = vec4(sum / 6.0 * uGain, 1.0);
}`;

const COPY = /* glsl */ `
precision highp float;
in vec2 vUv;
uniform sampler2D uPicture;
out vec4 colour;
void main() { colour = textureLod(uPicture, vUv, 0.0); }`;

interface Stage {
  readonly renderer: THREE.WebGLRenderer;
  readonly lighting: Lighting;
  readonly shadows: Shadows;
  readonly vessels: Vessels;
  readonly photoPass: PhotoPass;
  readonly environmentPass: Fullscreen;
  readonly environmentTarget: THREE.WebGLRenderTarget;
  readonly backdropPass: Fullscreen;
  readonly backdrop: THREE.WebGLRenderTarget;
  readonly light: THREE.WebGLRenderTarget;
  readonly copyPass: Fullscreen;
  /** A copy of what has been drawn so far: what glass shows. Frosted glass and the photograph need mip levels. */
  readonly behind: THREE.WebGLRenderTarget;
  readonly blurred: THREE.WebGLRenderTarget;
}

export function createFrameRenderer(): FrameRenderer {
  const stage = createStage();
  return { canvas: stage.renderer.domElement, render: (scene, photo) => renderScene(stage, scene, photo) };
}

function createStage(): Stage {
  const renderer = new THREE.WebGLRenderer({ antialias: false, preserveDrawingBuffer: true });
  renderer.autoClear = false;
  renderer.outputColorSpace = THREE.LinearSRGBColorSpace;
  const lighting = createLighting();
  // One program of each kind is kept alive, so that a frame never waits for a shader to compile.
  renderer.compile(
    sceneOf(new THREE.Mesh(new THREE.BoxGeometry(), surfaceMaterial(lighting, {}))),
    new THREE.Camera(),
  );
  return {
    renderer,
    lighting,
    shadows: createShadows(renderer, lighting),
    vessels: createVessels(lighting),
    photoPass: createPhotoPass(renderer),
    environmentPass: fullscreen(ENVIRONMENT, ['uBase', 'uLights', 'uAmbient', 'uGain']),
    environmentTarget: new THREE.WebGLRenderTarget(512, 256, {
      type: THREE.HalfFloatType,
      depthBuffer: false,
      generateMipmaps: true,
      minFilter: THREE.LinearMipmapLinearFilter,
      wrapS: THREE.RepeatWrapping,
    }),
    backdropPass: fullscreen(BACKDROP, ['uMap', 'uBlur', 'uGain', 'uScale']),
    backdrop: new THREE.WebGLRenderTarget(1, 1, { type: THREE.HalfFloatType, depthBuffer: false }),
    light: new THREE.WebGLRenderTarget(1, 1, { type: THREE.HalfFloatType, depthBuffer: true }),
    copyPass: fullscreen(COPY, ['uPicture']),
    behind: new THREE.WebGLRenderTarget(1, 1, { type: THREE.HalfFloatType, depthBuffer: false }),
    blurred: new THREE.WebGLRenderTarget(1, 1, {
      type: THREE.HalfFloatType,
      depthBuffer: false,
      generateMipmaps: true,
      minFilter: THREE.LinearMipmapLinearFilter,
    }),
  };
}

const sceneOf = (...objects: THREE.Object3D[]): THREE.Scene => {
  const scene = new THREE.Scene();
  scene.add(...objects);
  return scene;
};

function renderScene(stage: Stage, scene: SceneDescription, photo: ImageBitmap | null): void {
  const kit = createMeshKit(stage.lighting);
  const width = Math.round(scene.width * SUPERSAMPLING);
  const height = Math.round(scene.height * SUPERSAMPLING);
  resize(stage, scene.width, scene.height, width, height);
  lightScene(stage, kit, scene);
  const opaque = sceneOf(...opaqueObjects(kit, scene));
  const ordered = farToNear(scene);
  stage.vessels.begin();
  const placed = ordered.map((vessel) => stage.vessels.place(vessel, scene, copyFor(stage, vessel).texture));
  opaque.updateMatrixWorld(true);
  stage.shadows.render(scene, opaque, placed);
  const camera = cameraOf(scene);
  drawBackdrop(stage, kit, scene, photo);
  stage.renderer.setRenderTarget(stage.light);
  stage.renderer.clearDepth();
  stage.renderer.render(opaque, camera);
  ordered.forEach((vessel, i) => {
    const mesh = placed[i];
    if (mesh) drawVessel(stage, vessel, mesh, camera);
  });
  copyLight(stage, stage.blurred);
  stage.photoPass.render(
    stage.blurred.texture,
    SUPERSAMPLING,
    scene.width,
    scene.height,
    scene.photo,
    scene.seed,
  );
  kit.dispose();
}

function resize(stage: Stage, outWidth: number, outHeight: number, width: number, height: number): void {
  stage.renderer.setSize(outWidth, outHeight, false);
  if (stage.light.width === width && stage.light.height === height) return;
  stage.light.setSize(width, height);
  // The backdrop is drawn at the picture's own size: it is behind everything and mostly blurred.
  stage.backdrop.setSize(outWidth, outHeight);
  stage.behind.setSize(width, height);
  stage.blurred.setSize(width, height);
}

function lightScene(stage: Stage, kit: MeshKit, scene: SceneDescription): void {
  const { environment, surface, backdrop } = scene.setting;
  const art = paintEnvironment(scene.setting, surface?.colour ?? backdrop.colour);
  set(stage.environmentPass, {
    uBase: kit.texture(art.base),
    uLights: kit.texture(art.lights),
    uAmbient: art.ambient,
    uGain: art.gain,
  });
  draw(stage.renderer, stage.environmentPass, stage.environmentTarget);
  const uniforms = stage.lighting.uniforms;
  setUniform(uniforms, 'uEnvironment', stage.environmentTarget.texture);
  setUniform(uniforms, 'uKeyDirection', new THREE.Vector3(...environment.key));
  setUniform(
    uniforms,
    'uKeyColour',
    new THREE.Vector3(...environment.keyColour).multiplyScalar(environment.keyStrength),
  );
  setUniform(uniforms, 'uBlobs', contactShades(scene));
}

function setUniform(uniforms: Record<string, THREE.IUniform>, name: string, value: unknown): void {
  const uniform = uniforms[name];
  if (uniform) uniform.value = value;
}

/** The nearest vessels darken the table where they stand; lying or lifted ones less. */
function contactShades(scene: SceneDescription): THREE.Vector4[] {
  const shades = [...scene.bottles, ...scene.vessels]
    .filter((v) => v.position[1] < 3)
    .slice(0, BLOBS)
    .map((v) => {
      const upright = Math.max(0, v.rotation[1][1]);
      const strength = (v.glass.tint === 'clear' ? 0.35 : 0.6) * upright;
      return new THREE.Vector4(v.position[0], v.position[2], v.profile.bodyRadius / 10, strength);
    });
  while (shades.length < BLOBS) shades.push(new THREE.Vector4());
  return shades;
}

function opaqueObjects(kit: MeshKit, scene: SceneDescription): THREE.Object3D[] {
  const objects = scene.props.map((prop) => propMesh(kit, prop));
  for (const bottle of scene.bottles) {
    const top = attach(bottle, mouthMeshes(kit, bottle), bottle.profile.height / 10);
    objects.push(top);
    if (bottle.held) objects.push(attach(bottle, handMesh(kit, bottle, bottle.held), 0));
  }
  for (const vessel of scene.vessels) objects.push(attach(vessel, vesselExtras(kit, vessel), 0));
  if (scene.setting.surface) objects.push(table(kit, scene));
  return objects;
}

/** Puts an object `rise` centimetres up the vessel's axis, turned with the vessel. */
function attach(vessel: Vessel, object: THREE.Object3D, rise: number): THREE.Object3D {
  const holder = new THREE.Group();
  object.position.y += rise;
  holder.add(object);
  holder.setRotationFromMatrix(rotationMatrix(vessel.rotation));
  holder.position.set(...vessel.position);
  return holder;
}

const TABLE_REACH = 300;

function table(kit: MeshKit, scene: SceneDescription): THREE.Mesh {
  const surface = scene.setting.surface;
  if (surface === null) throw new Error('no surface');
  // Endless to the sides and the front; its far edge is what may be seen.
  const depth = TABLE_REACH + surface.extent;
  const geometry = new THREE.PlaneGeometry(2 * TABLE_REACH, depth);
  geometry.rotateX(-Math.PI / 2);
  geometry.translate(0, 0, depth / 2 - surface.extent);
  geometry.rotateY(randomStream(surface.seed, 'turn').range(-0.3, 0.3));
  const map = kit.texture(paintSurface(surface.kind, surface.seed, surface.colour));
  map.anisotropy = 4;
  const uv = geometry.getAttribute('uv');
  for (let i = 0; i < uv.count; i++)
    uv.setXY(i, (uv.getX(i) * 2 * TABLE_REACH) / surface.scale, (uv.getY(i) * depth) / surface.scale);
  return kit.mesh(geometry, {
    map,
    roughness: surface.roughness,
    metal: surface.kind === 'metal' ? 0.8 : 0,
    bump: surface.kind === 'ground' ? 0.14 : surface.kind === 'cloth' ? 0.06 : 0.012,
    bumpScale: 0.23,
    specks: 0.04,
  });
}

function farToNear(scene: SceneDescription): readonly Vessel[] {
  const forward = viewOf(scene.camera).forward;
  const depth = (v: Vessel) => {
    const half = v.profile.height / 20;
    return [0, 1, 2].reduce((sum, i) => {
      const axis = v.rotation[i as 0 | 1 | 2][1];
      return (
        sum +
        (v.position[i as 0 | 1 | 2] + axis * half - scene.camera.position[i as 0 | 1 | 2]) *
          forward[i as 0 | 1 | 2]
      );
    }, 0);
  };
  return [...scene.bottles, ...scene.vessels].sort((a, b) => depth(b) - depth(a));
}

function cameraOf(scene: SceneDescription): THREE.PerspectiveCamera {
  const { position, target, fieldOfView } = scene.camera;
  const camera = new THREE.PerspectiveCamera(
    (fieldOfView * 180) / Math.PI,
    scene.width / scene.height,
    0.5,
    2000,
  );
  const view = viewOf(scene.camera);
  camera.position.set(...position);
  camera.up.set(...view.up);
  camera.lookAt(...target);
  camera.updateMatrixWorld(true);
  return camera;
}

function drawBackdrop(stage: Stage, kit: MeshKit, scene: SceneDescription, photo: ImageBitmap | null): void {
  const { backdrop } = scene.setting;
  const long = Math.max(scene.width, scene.height);
  set(stage.backdropPass, {
    uMap: kit.texture(paintBackdrop(scene.setting, photo)),
    uBlur: backdrop.blur,
    uGain: backdrop.kind === 'plain' ? 1 : 0.7,
    uScale: new THREE.Vector2((0.9 * scene.width) / long, (0.9 * scene.height) / long),
  });
  draw(stage.renderer, stage.backdropPass, stage.backdrop);
  set(stage.copyPass, { uPicture: stage.backdrop.texture });
  draw(stage.renderer, stage.copyPass, stage.light);
}

function drawVessel(stage: Stage, vessel: Vessel, mesh: THREE.Mesh, camera: THREE.Camera): void {
  // What has been squashed lets the scene be seen past it, opaque or not.
  if (vessel.glass.tint !== 'opaque' || vessel.dent) copyLight(stage, copyFor(stage, vessel));
  stage.vessels.look(mesh, camera);
  stage.renderer.setRenderTarget(stage.light);
  stage.renderer.render(sceneOf(mesh), camera);
}

const copyFor = (stage: Stage, vessel: Vessel): THREE.WebGLRenderTarget =>
  vessel.glass.roughness > 0 ? stage.blurred : stage.behind;

function copyLight(stage: Stage, target: THREE.WebGLRenderTarget): void {
  set(stage.copyPass, { uPicture: stage.light.texture });
  draw(stage.renderer, stage.copyPass, target);
}
