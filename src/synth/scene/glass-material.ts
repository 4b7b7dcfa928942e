/**
 * The material of vessels. A ray that enters is followed through the distance field: glass, air, liquid, foam,
 * with refraction at every surface and absorption on the way (sphere tracing, Hart 1996), until it leaves; there
 * it picks up what has been drawn behind. Labels, dirt and drops lie on the outer skin.
 */
import * as THREE from 'three';
import { LIGHTING, VERTEX } from './glsl.ts';
import type { Lighting } from './lighting.ts';
import { COARSE_ROWS, FINE_ROWS, MARGIN } from './vessel-field.ts';

const FIELD = /* glsl */ `
uniform sampler2D uField;
uniform float uHeight, uSplit, uFineRadius, uCoarseRadius;
const float FINE = ${FINE_ROWS}.0;
const float ROWS = ${FINE_ROWS + COARSE_ROWS}.0;
const float MARGIN = ${MARGIN}.0;

#ifdef DENTED
// Flattening, folds, phase, height of the end.
uniform vec4 uDent;
uniform float uDentTurn;

float zigzag(float x) { return 2.0 * abs(fract(x) - 0.5); }

/** Where a point of the squashed vessel was before: only ever further out, so that its mesh still holds all of it. */
vec3 undented(vec3 p) {
  float soft = 1.0 - smoothstep(uDent.w - 40.0, uDent.w, p.y);
  vec2 across = vec2(cos(uDentTurn), sin(uDentTurn));
  float flatten = uDent.x * soft;
  p.xz += across * dot(p.xz, across) * flatten / (1.0 - flatten);
  float turn = atan(p.z, p.x) / 6.2831853;
  // Bent lines, and only in places: nothing folds by a lattice.
  float y = p.y + 14.0 * sin(6.2831853 * (turn + 5.0 * uDent.z)) + 9.0 * sin(p.y / 23.0 + 40.0 * uDent.z);
  float fold = zigzag(2.0 * turn + y / (70.0 + 60.0 * fract(13.0 * uDent.z)) + uDent.z)
    * zigzag(3.0 * turn - y / (40.0 + 50.0 * fract(29.0 * uDent.z)) + 3.0 * uDent.z)
    + 0.35 * zigzag(5.0 * turn + y / 41.0 + 7.0 * uDent.z);
  fold *= smoothstep(-0.5, 0.7, sin(6.2831853 * (turn + 2.0 * uDent.z) + 2.0 * sin(p.y / 37.0 + 9.0 * uDent.z)));
  p.xz /= 1.0 - uDent.y * soft * smoothstep(0.0, 15.0, p.y) * fold * 0.75;
  return p;
}
#endif

vec2 field(vec3 p) {
#ifdef DENTED
  p = undented(p);
#endif
  float r = length(p.xz);
  bool fine = p.y > uSplit;
  float t = fine ? (p.y - uSplit) / (uHeight + MARGIN - uSplit) : (p.y + MARGIN) / (uSplit + MARGIN);
  float rows = fine ? FINE : ROWS - FINE;
  float row = clamp(t * rows, 0.5, rows - 0.5) + (fine ? 0.0 : FINE);
  vec2 d = textureLod(uField, vec2(r / (fine ? uFineRadius : uCoarseRadius), row / ROWS), 0.0).rg;
  return d;
}

float solid(vec3 p) { vec2 f = field(p); return max(f.x, -f.y); }

/** Outward normal at a point whose distance to the glass is known. */
vec3 slope(vec3 p, float here) {
#ifdef DENTED
  vec2 e = vec2(p.y > uSplit ? 0.3 : 1.0, 0.0);
  return normalize(vec3(solid(p + e.xyy), solid(p + e.yxy), solid(p + e.yyx)) - here + 1e-5);
#else
  float r = max(length(p.xz), 1e-3);
  float e = p.y > uSplit ? 0.3 : 1.0;
  vec3 away = vec3(p.x / r, 0.0, p.z / r);
  float along = solid(p + away * e) - here;
  float up = solid(p + vec3(0.0, e, 0.0)) - here;
  return normalize(away * along + vec3(0.0, up, 0.0) + 1e-5);
#endif
}`;

const FRAGMENT = /* glsl */ `
${LIGHTING}
${FIELD}
in vec3 vWorld;
in vec3 vLocal;
uniform vec3 cameraPosition;
uniform mat4 uToLocal, uToWorld, uViewProjection;
uniform sampler2D uBehind, uLabels;
uniform vec3 uAbsorption, uPaint, uLiquidAbsorption, uLiquidColour, uCover, uUp;
uniform float uIndex, uRoughness, uMetal, uWaviness, uDirt, uCondensation, uOpaque, uScatter, uFoam, uSurface;
uniform float uCovered, uSkirt, uTable, uBackdrop, uSeed, uHasLabels, uBehindSize, uGloom;
uniform vec4 uFoil;
out vec4 colour;

const int AIR = 0;
const int GLASS = 1;
const int LIQUID = 2;
// Squashing stretches distances: the field of a dented vessel says more than there is.
#ifdef DENTED
#define STRIDE 0.6
#else
#define STRIDE 1.0
#endif

vec3 worldDirection(vec3 d) { return mat3(uToWorld) * d; }
float level(vec3 p) { return dot(uUp, p) - uSurface; }

vec4 labelAt(vec3 p) {
  if (uHasLabels < 0.5) return vec4(0.0);
  return textureLod(uLabels, vec2(0.5 - atan(p.z, p.x) / (2.0 * PI), p.y / uHeight), 0.0);
}

bool foil(float y) { return (y > uFoil.x && y < uFoil.y) || (y > uFoil.z && y < uFoil.w); }

vec2 skinUv(vec3 p) { return vec2(atan(p.z, p.x) / (2.0 * PI) * 2.0 + uSeed, p.y / 90.0); }

/** Moulded glass is never quite smooth. */
vec3 waves(vec3 n, vec3 p) { return normalize(n + uWaviness * 0.09 * (noises(skinUv(p) * 0.35).xyz - 0.5)); }

/** Drops of condensation are far from smooth. */
vec3 drops(vec3 n, vec3 p) {
  vec4 s = noises(skinUv(p) * 4.1);
  return normalize(n + uCondensation * smoothstep(0.5, 0.75, s.w) * (s.xyz - 0.5) * 1.6);
}

vec3 behind(vec3 p, vec3 d) {
  vec3 w = (uToWorld * vec4(p, 1.0)).xyz;
  vec3 dw = normalize(worldDirection(d));
  float t = uBackdrop;
  if (uTable > 0.0 && dw.y < -1e-3) t = min(t, max(w.y, 0.0) / -dw.y);
  vec4 q = uViewProjection * vec4(w + dw * t, 1.0);
  vec2 uv = q.xy / q.w * 0.5 + 0.5;
  vec2 over = max(abs(uv - 0.5) - 0.5, 0.0);
  float off = q.w <= 0.0 ? 1.0 : clamp((over.x + over.y) * 6.0, 0.0, 1.0);
  vec3 seen = textureLod(uBehind, clamp(uv, 0.002, 0.998), uRoughness * 7.0).rgb;
  return mix(seen, environment(dw, 1.5 + uRoughness * 4.0), off);
}

vec3 opaque(vec3 albedo, vec3 p, vec3 n, vec3 v, float roughness, float metal) {
  vec3 w = (uToWorld * vec4(p, 1.0)).xyz;
  vec3 nw = normalize(worldDirection(n));
  return shade(albedo, nw, normalize(worldDirection(v)), roughness, metal, shadow(w, nw));
}

/** An opaque skin: a label where there is one, else paint. */
vec3 skinColour(vec4 label, vec3 p, vec3 n, vec3 d) {
  bool paper = label.a > 0.5;
  bool shiny = paper && foil(p.y);
  vec4 b = noises(skinUv(p) * (shiny ? 0.9 : 2.0)) - 0.5;
  vec3 bent = normalize(n + (shiny ? 0.35 : 0.03) * b.xyz);
  vec3 albedo = paper ? pow(label.rgb, vec3(2.2)) : uPaint;
  float roughness = shiny ? 0.28 : paper ? 0.55 : uRoughness;
  float metal = shiny ? 1.0 : paper ? 0.0 : uMetal;
  return opaque(albedo, p, bent, -d, roughness, metal);
}

vec3 foamColour(vec3 p, vec3 sky) {
  vec4 g = noises(p.xz * 0.045 + p.y * 0.03);
  vec4 f = noises(p.xy * 0.11 + p.z * 0.09);
  vec3 tint = mix(vec3(0.95, 0.93, 0.88), uLiquidColour, 0.12);
  return tint * (0.75 + 0.35 * g.r) * (0.85 + 0.3 * f.g) * (sky * 0.8 + 0.25 * uKeyColour);
}

float index(int medium) { return medium == AIR ? 1.0 : medium == GLASS ? uIndex : 1.34; }

/** Fresnel reflectance between two media. */
float reflectance(float from, float to, float cosine) {
  float f0 = (from - to) / (from + to);
  f0 *= f0;
  return f0 + (1.0 - f0) * pow(1.0 - cosine, 5.0);
}

/** Dust and fog on the outer skin: x dust, y fog. */
vec2 veil(vec3 p) {
  vec2 uv = skinUv(p);
  float grime = smoothstep(1.15 - uDirt * 0.35, 1.5, noise(uv * 0.7) + 0.6 * noise(uv * 3.0));
  return vec2(0.6 * uDirt * grime + 0.05 * uDirt, uCondensation * 0.07 * (0.4 + noise(uv * 5.0)));
}

// What ends a ray. Shading waits until all have ended: software drivers run every branch of a loop for every pixel.
const int NOTHING = 0;
const int FOAM = 1;
const int FRONT = 2;
const int BACK = 3;
const int COVER = 4;

const int EVENTS = 9;

void main() {
  vec3 eye = (uToLocal * vec4(cameraPosition, 1.0)).xyz;
  vec3 p = vLocal * 10.0;
  vec3 d = normalize(p - eye);
  vec3 sky = irradiance(vec3(0.0, 1.0, 0.0));
  vec3 glow = vec3(0.0);
  vec3 through = vec3(1.0);
  vec3 mirrored = vec3(0.0, 1.0, 0.0);
  vec3 mirroredShare = vec3(0.0);
  int medium = AIR;
  int end = NOTHING;
  vec3 n = vec3(0.0, 1.0, 0.0);
  vec4 label = vec4(0.0);

#ifdef DENTED
  // From the mesh, which is not squashed, to the skin; a ray that passes it by ends beyond.
  for (int k = 0; k < 28; k++) {
    vec2 ahead = field(p);
    float clear = max(ahead.x, -ahead.y);
    if (clear < 0.2 || p.y > uHeight - 0.2) break;
    p += d * clear * STRIDE;
  }
  int events = field(p).x > 0.25 ? 0 : EVENTS;
#else
  const int events = EVENTS;
#endif
  // The outer skin, unless the ray enters by the open mouth.
  vec2 f = field(p);
  float g = max(f.x, -f.y);
  float entry = 0.0;
  vec3 entryMirror = d;
  if (g < 0.25) {
    n = slope(p, g);
    bool outside = p.y < uHeight - 0.2;
    label = outside ? labelAt(p) : label;
    if (label.a > 0.5 || uOpaque > 0.5) end = FRONT;
    else {
      if (outside) n = drops(waves(n, p), p);
      if (dot(n, d) > -0.02) n = normalize(n - d * (dot(n, d) + 0.02));
      entry = reflectance(1.0, uIndex, clamp(dot(n, -d), 0.0, 1.0));
      entryMirror = reflect(d, n);
      vec2 film = outside ? veil(p) : vec2(0.0);
      vec3 nw = normalize(worldDirection(n));
      glow += (film.x * vec3(0.62, 0.58, 0.5) + film.y) * (sky + uKeyColour * 0.25 * max(dot(nw, uKeyDirection), 0.0));
      vec3 h = normalize(uKeyDirection - normalize(worldDirection(d)));
      glow += entry * uKeyColour * pow(max(dot(nw, h), 0.0), 600.0) * 18.0;
      through *= (1.0 - entry) * (1.0 - film.x - film.y);
      d = refract(d, n, 1.0 / uIndex);
      medium = GLASS;
      p += d * 0.25;
    }
  }

  for (int event = 0; event < events; event++) {
    if (end != NOTHING) break;
    // How far the liquid's surface is, foam included when seen from above.
    float slide = dot(uUp, d);
    float above = level(p) - (medium == AIR ? uFoam : 0.0);
    float plane = medium == GLASS ? 1e6 : -above / (abs(slide) < 1e-4 ? 1e-4 : slide);
    if (plane <= 0.0) plane = 1e6;
    float t = 0.0;
    bool hit = false;
    bool gone = false;
    for (int k = 0; k < 18; k++) {
      vec3 q = p + d * t;
      f = field(q);
      g = max(f.x, -f.y);
      float clear = medium == GLASS ? -g : g;
      hit = clear < 0.07;
      gone = medium == AIR && (f.x > 5.0 || q.y > uHeight + 5.0);
      if (hit || gone || t > plane) break;
      t += clear * STRIDE;
    }
    bool surface = t > plane;
    if (surface) {
      t = plane;
      f = field(p + d * t);
      surface = f.y < 0.0 && (p + d * t).y < uHeight;
    }
    if (medium == GLASS) through *= exp(-uAbsorption * t);
    if (medium == LIQUID) {
      float kept = exp(-uScatter * t);
      glow += through * (1.0 - kept) * uLiquidColour * sky;
      through *= exp(-uLiquidAbsorption * t) * kept;
    }
    p += d * t;
    if (!surface && !hit) {
      if (uCovered > 0.5 && p.y > uHeight - 1.0) { end = COVER; break; }
      if (gone || plane > 1e5) break;
      p += d * 0.1;
      continue;
    }
    if (surface && uFoam > 0.0) { end = FOAM; break; }
    bool entering = medium != GLASS;
    bool outside = !surface && abs(f.x) < 0.5 && p.y < uHeight - 0.2;
    n = surface ? (slide < 0.0 ? uUp : -uUp) : slope(p, g);
    if (outside && !entering && uHasLabels > 0.5) {
      label = labelAt(p);
      if (label.a > 0.5) { end = BACK; break; }
    }
    if (!surface && uOpaque > 0.5) { end = FRONT; break; }
    if (outside) n = waves(n, p);
    if (!surface && entering != (dot(n, d) < 0.0)) n = normalize(n - d * (dot(n, d) + (entering ? 0.02 : -0.02)));
    bool wet = !entering && f.y > -1.0 && f.y < 1.0 && abs(f.x) > 0.5 && level(p) < 0.0;
    int next = surface ? (medium == AIR ? LIQUID : AIR) : entering ? GLASS : wet ? LIQUID : AIR;
    float from = index(medium);
    float to = index(next);
    vec3 facing = surface || entering ? n : -n;
    float share = reflectance(from, to, clamp(dot(facing, -d), 0.0, 1.0));
    vec3 mirror = reflect(d, facing);
    vec3 bent = refract(d, facing, from / to);
    if (bent == vec3(0.0)) { d = mirror; p += d * 0.25; continue; }
    // Of the reflections within, the strongest is kept.
    vec3 weight = through * share;
    if (weight.r + weight.g > mirroredShare.r + mirroredShare.g) { mirrored = mirror; mirroredShare = weight; }
    through *= 1.0 - share;
    d = bent;
    medium = next;
    p += d * 0.2;
    if (medium == AIR && !surface) {
      if (uCovered > 0.5 && f.x > -0.5 && p.y > uHeight - uSkirt) { end = COVER; break; }
      float s = level(p);
      if (uFoam > 0.0 && f.x < -0.5 && s < uFoam && s > -0.5) { end = FOAM; break; }
    }
    if (max(through.r, max(through.g, through.b)) < 0.02) break;
  }

  glow += entry * environment(normalize(worldDirection(entryMirror)), uRoughness * 5.0);
  glow += mirroredShare * environment(normalize(worldDirection(mirrored)), 1.0 + uRoughness * 4.0);
  vec3 last;
  if (end == FOAM) last = foamColour(p, sky);
  else if (end == FRONT) last = skinColour(label, p, n, d) * (f.x < -0.5 ? exp(-uGloom * (uHeight - p.y) / 9.0) : 1.0);
  else if (end == BACK) last = (0.25 + 0.35 * pow(label.rgb, vec3(2.2))) * irradiance(normalize(worldDirection(d))) * 0.6;
  else if (end == COVER) last = uCover * irradiance(normalize(worldDirection(-d))) * 0.45;
  else last = behind(p, d);
  colour = vec4(glow + through * last, 1.0);
}`;

/** `dented` is a program of its own: software drivers would run its sums for every vessel. */
export function glassMaterial(lighting: Lighting, dented: boolean): THREE.RawShaderMaterial {
  const number = (value = 0) => ({ value });
  const vector = () => ({ value: new THREE.Vector3() });
  const matrix = () => ({ value: new THREE.Matrix4() });
  return new THREE.RawShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    side: THREE.FrontSide,
    defines: dented ? { DENTED: 1 } : {},
    uniforms: {
      ...lighting.uniforms,
      ...{ uField: { value: null }, uBehind: { value: null }, uLabels: { value: lighting.white } },
      ...{ uHeight: number(), uSplit: number(), uFineRadius: number(), uCoarseRadius: number() },
      ...{ uToLocal: matrix(), uToWorld: matrix(), uViewProjection: matrix() },
      ...{ uAbsorption: vector(), uPaint: vector(), uLiquidAbsorption: vector(), uLiquidColour: vector() },
      ...{ uCover: vector(), uUp: vector(), uIndex: number(1.5), uRoughness: number(), uMetal: number() },
      ...{
        uWaviness: number(),
        uDirt: number(),
        uCondensation: number(),
        uOpaque: number(),
        uScatter: number(),
      },
      ...{ uFoam: number(), uSurface: number(), uCovered: number(), uSkirt: number(), uTable: number() },
      ...{ uBackdrop: number(100), uSeed: number(), uHasLabels: number(), uBehindSize: number() },
      ...{ uGloom: number(), uDent: { value: new THREE.Vector4() }, uDentTurn: number() },
      uFoil: { value: new THREE.Vector4(1e6, 1e6, 1e6, 1e6) },
    },
  });
}
