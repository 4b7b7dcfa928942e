/** The material of everything opaque that is no vessel: tables, props, closures, hands. */
import * as THREE from 'three';
import { LIGHTING, VERTEX } from './glsl.ts';
import type { Lighting } from './lighting.ts';

const FRAGMENT = /* glsl */ `
${LIGHTING}
in vec3 vWorld;
in vec3 vNormal;
in vec3 vLocal;
in vec2 vUv;
uniform sampler2D uMap;
uniform vec3 uColour;
uniform float uRoughness, uMetal, uBump, uBumpScale, uGlow, uSpecks, uOpacity;
uniform vec4 uBlobs[10];
uniform vec3 cameraPosition;
out vec4 colour;

float contact(vec3 p) {
  float open = 1.0;
  for (int i = 0; i < 10; i++) {
    float r = uBlobs[i].z;
    if (r <= 0.0) break;
    float d = length(p.xz - uBlobs[i].xy) / r;
    open *= 1.0 - uBlobs[i].w * exp(-max(d - 0.85, 0.0) * 2.2) * exp(-max(p.y, 0.0) * 0.6);
  }
  return open;
}

void main() {
  vec4 texel = texture(uMap, vUv);
  vec3 albedo = pow(texel.rgb, vec3(2.2)) * uColour;
  vec3 n = normalize(vNormal);
  vec3 v = normalize(cameraPosition - vWorld);
  if (dot(n, v) < 0.0) n = -n;
  vec2 grain = vLocal.xz * uBumpScale + vLocal.y * uBumpScale * vec2(0.7, 0.4);
  vec4 g = noises(grain) + 0.5 * noises(grain * 2.7) - 0.75;
  n = normalize(n + uBump * g.xyz);
  albedo *= 1.0 + uSpecks * (g.w + 0.3 * g.x);
  vec3 lit = shadow(vWorld, n);
  float roughness = clamp(uRoughness + 0.25 * uBump * g.y, 0.02, 1.0);
  vec3 c = shade(albedo, n, v, roughness, uMetal, lit) * contact(vWorld);
  colour = vec4(c + uColour * uGlow, uOpacity);
}`;

export interface SurfaceLook {
  readonly colour?: readonly [number, number, number];
  readonly map?: THREE.Texture;
  readonly roughness?: number;
  readonly metal?: number;
  readonly bump?: number;
  /** Noise periods per centimetre. */
  readonly bumpScale?: number;
  readonly glow?: number;
  readonly specks?: number;
  readonly opacity?: number;
}

export function surfaceMaterial(lighting: Lighting, look: SurfaceLook): THREE.RawShaderMaterial {
  return new THREE.RawShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    side: THREE.DoubleSide,
    // Film hides nothing that is drawn later.
    ...((look.opacity ?? 1) < 1 && { transparent: true, depthWrite: false }),
    uniforms: {
      ...lighting.uniforms,
      uMap: { value: look.map ?? lighting.white },
      uColour: { value: new THREE.Vector3(...(look.colour ?? [1, 1, 1])) },
      uRoughness: { value: look.roughness ?? 0.5 },
      uMetal: { value: look.metal ?? 0 },
      uBump: { value: look.bump ?? 0 },
      uBumpScale: { value: look.bumpScale ?? 0.1 },
      uGlow: { value: look.glow ?? 0 },
      uSpecks: { value: look.specks ?? 0 },
      uOpacity: { value: look.opacity ?? 1 },
    },
  });
}
