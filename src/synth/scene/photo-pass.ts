/** From light to a photograph: exposure, blur, colour, noise, sharpening. Two full-screen passes. */
import * as THREE from 'three';
import type { Photo } from '../describe/scene-description.ts';
import { FULLSCREEN_VERTEX } from './glsl.ts';

/** Gathers along the motion and over the lens, averages supersamples, exposes and grades. */
const DEVELOP = /* glsl */ `
precision highp float;
in vec2 vUv;
uniform sampler2D uLight;
uniform vec2 uMotion, uAspect;
uniform float uDefocus, uExposure, uContrast, uSaturation, uVignette, uBloom, uTopLod, uSharpLod;
uniform vec3 uBalance;
out vec4 colour;
const vec3 LUMA = vec3(0.3, 0.55, 0.15);
vec3 tap(vec2 uv) { return min(textureLod(uLight, uv, uSharpLod).rgb, vec3(12.0)); }
void main() {
  vec3 sum = vec3(0.0);
  float weight = 0.0;
  for (int i = 0; i < 12; i++) {
    float t = (float(i) + 0.5) / 12.0;
    float a = float(i) * 2.39996;
    vec2 o = uMotion * (t - 0.5) + uDefocus * sqrt(t) * vec2(cos(a), sin(a)) / uAspect;
    sum += tap(vUv + o);
    weight += 1.0;
    if (uDefocus == 0.0 && uMotion == vec2(0.0)) break;
  }
  vec3 c = sum / weight;
  c += uBloom * (textureLod(uLight, vUv, 4.5).rgb * 0.6 + textureLod(uLight, vUv, 6.0).rgb * 0.4) * 0.5;
  vec3 mean = textureLod(uLight, vec2(0.5), uTopLod - 1.0).rgb;
  float grey = max(dot(mean, LUMA), 0.02);
  // As cameras do, spare what is bright: the brightest of nine wide spots counts as well.
  float bright = 0.0;
  for (int i = 0; i < 9; i++) {
    vec2 spot = vec2(float(i % 3), float(i / 3)) * 0.3 + 0.2;
    bright = max(bright, dot(textureLod(uLight, spot, uTopLod - 3.0).rgb, LUMA));
  }
  grey = max(grey, 0.4 * bright);
  c *= uExposure * 0.36 / grey * uBalance;
  vec2 d = (vUv - 0.5) * uAspect;
  c *= 1.0 - uVignette * dot(d, d) * 1.6;
  c = c * (1.0 + c / 9.0) / (1.0 + c * 0.85);
  c = pow(max(c, 0.0), vec3(1.0 / 2.2));
  // The film's curve: deep shadows and soft lights.
  c = mix(c, c * c * (3.0 - 2.0 * min(c, vec3(1.0))), 0.45);
  c = (c - 0.45) * uContrast + 0.45;
  float luma = dot(c, vec3(0.3, 0.59, 0.11));
  c = mix(vec3(luma), c, uSaturation);
  colour = vec4(clamp(c, 0.0, 1.0), 1.0);
}`;

/** Sharpens as phones do, halos included, and adds sensor noise. */
const FINISH = /* glsl */ `
precision highp float;
in vec2 vUv;
uniform sampler2D uPicture;
uniform vec2 uTexel;
uniform float uSharpen, uNoiseAmount, uChroma, uSeed;
out vec4 colour;
float random(vec3 p) {
  p = fract(p * vec3(0.1031, 0.1030, 0.0973));
  p += dot(p, p.yxz + 33.33);
  return fract((p.x + p.y) * p.z);
}
float bell(vec3 p) { return random(p) + random(p + 7.1) + random(p + 13.7) - 1.5; }
void main() {
  vec3 c = texture(uPicture, vUv).rgb;
  vec3 around = (texture(uPicture, vUv + vec2(uTexel.x, 0.0)).rgb + texture(uPicture, vUv - vec2(uTexel.x, 0.0)).rgb
    + texture(uPicture, vUv + vec2(0.0, uTexel.y)).rgb + texture(uPicture, vUv - vec2(0.0, uTexel.y)).rgb) * 0.25;
  c += uSharpen * (c - around);
  vec2 pixel = floor(vUv / uTexel);
  float dark = 1.4 - dot(c, vec3(0.33));
  c += uNoiseAmount * dark * bell(vec3(pixel, uSeed)) * 2.0;
  vec2 coarse = floor(pixel / 2.0);
  c += uChroma * dark * vec3(bell(vec3(coarse, uSeed + 1.0)), bell(vec3(coarse, uSeed + 2.0)), bell(vec3(coarse, uSeed + 3.0)));
  colour = vec4(clamp(c, 0.0, 1.0), 1.0);
}`;

export interface PhotoPass {
  /** Draws the photograph of `light` (linear, with mip levels) onto the canvas. */
  render(
    light: THREE.Texture,
    supersampling: number,
    width: number,
    height: number,
    photo: Photo,
    seed: number,
  ): void;
}

export function createPhotoPass(renderer: THREE.WebGLRenderer): PhotoPass {
  const develop = fullscreen(DEVELOP, [
    'uLight',
    'uMotion',
    'uAspect',
    'uDefocus',
    'uExposure',
    'uContrast',
    'uSaturation',
    'uVignette',
    'uBloom',
    'uTopLod',
    'uSharpLod',
    'uBalance',
  ]);
  const finish = fullscreen(FINISH, ['uPicture', 'uTexel', 'uSharpen', 'uNoiseAmount', 'uChroma', 'uSeed']);
  const picture = new THREE.WebGLRenderTarget(1, 1, { depthBuffer: false });
  return {
    render(light, supersampling, width, height, photo, seed) {
      picture.setSize(width, height);
      const short = Math.min(width, height);
      set(develop, {
        uLight: light,
        uMotion: new THREE.Vector2(...photo.motion),
        uAspect: new THREE.Vector2(width / short, height / short),
        uDefocus: photo.defocus,
        uExposure: photo.exposure,
        uContrast: photo.contrast,
        uSaturation: photo.saturation,
        uVignette: photo.vignette,
        uBloom: photo.bloom,
        uTopLod: Math.log2(Math.max(width, height) * supersampling),
        uSharpLod: Math.log2(supersampling),
        uBalance: new THREE.Vector3(...photo.whiteBalance),
      });
      draw(renderer, develop, picture);
      set(finish, {
        uPicture: picture.texture,
        uTexel: new THREE.Vector2(1 / width, 1 / height),
        uSharpen: photo.sharpen,
        uNoiseAmount: photo.noise,
        uChroma: photo.chromaNoise,
        uSeed: (seed % 977) + 0.5,
      });
      draw(renderer, finish, null);
    },
  };
}

export interface Fullscreen {
  readonly scene: THREE.Scene;
  readonly material: THREE.RawShaderMaterial;
}

export function fullscreen(
  fragment: string,
  uniforms: readonly string[],
  shared: Record<string, THREE.IUniform> = {},
): Fullscreen {
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.Float32BufferAttribute([-1, -1, 0, 3, -1, 0, -1, 3, 0], 3));
  const material = new THREE.RawShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: FULLSCREEN_VERTEX,
    fragmentShader: fragment,
    depthTest: false,
    depthWrite: false,
    uniforms: { ...shared, ...Object.fromEntries(uniforms.map((name) => [name, { value: null }])) },
  });
  const mesh = new THREE.Mesh(geometry, material);
  mesh.frustumCulled = false;
  const scene = new THREE.Scene();
  scene.add(mesh);
  return { scene, material };
}

export function set(target: Fullscreen, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    const uniform = target.material.uniforms[name];
    if (uniform) uniform.value = value;
  }
}

const CAMERA = new THREE.Camera();

export function draw(
  renderer: THREE.WebGLRenderer,
  pass: Fullscreen,
  target: THREE.WebGLRenderTarget | null,
): void {
  renderer.setRenderTarget(target);
  renderer.render(pass.scene, CAMERA);
}
