/** Shader text that every material of the scene shares: light, noise and shading. */

export const VERTEX = /* glsl */ `
precision highp float;
in vec3 position;
in vec3 normal;
in vec2 uv;
uniform mat4 modelMatrix, viewMatrix, projectionMatrix;
out vec3 vWorld;
out vec3 vNormal;
out vec3 vLocal;
out vec2 vUv;
void main() {
  vec4 world = modelMatrix * vec4(position, 1.0);
  vWorld = world.xyz;
  vLocal = position;
  vNormal = mat3(modelMatrix) * normal;
  vUv = uv;
  gl_Position = projectionMatrix * viewMatrix * world;
}`;

/** A triangle that covers the target; `vUv` is 0–1 over it. */
export const FULLSCREEN_VERTEX = /* glsl */ `
precision highp float;
in vec3 position;
out vec2 vUv;
void main() { vUv = position.xy * 0.5 + 0.5; gl_Position = vec4(position.xy, 1.0, 1.0); }`;

/**
 * Environment light is an equirectangular map whose blurred mip levels stand in for rough reflection and for
 * diffuse light; the brightest light also shines as a directional one, with a shadow map that carries the tint
 * of glass.
 */
export const LIGHTING = /* glsl */ `
precision highp float;
uniform sampler2D uEnvironment;
uniform sampler2D uNoise;
uniform sampler2D uShadowMap;
uniform mat4 uShadowMatrix;
uniform vec3 uKeyDirection;
uniform vec3 uKeyColour;
const float PI = 3.14159265;

vec3 environment(vec3 d, float lod) {
  vec2 uv = vec2(atan(d.z, d.x) / (2.0 * PI) + 0.5, asin(clamp(d.y, -1.0, 1.0)) / PI + 0.5);
  return textureLod(uEnvironment, uv, lod).rgb;
}

vec3 irradiance(vec3 n) {
  return environment(n, 5.6) * 0.7 + environment(normalize(n + vec3(0.0, 0.7, 0.0)), 7.0) * 0.3;
}

float noise(vec2 uv) { return textureLod(uNoise, uv, 0.0).r; }
vec4 noises(vec2 uv) { return textureLod(uNoise, uv, 0.0); }

vec3 shadow(vec3 world, vec3 n) {
  vec4 p = uShadowMatrix * vec4(world + n * 0.12, 1.0);
  vec3 q = p.xyz / p.w * 0.5 + 0.5;
  if (abs(q.x - 0.5) > 0.49 || abs(q.y - 0.5) > 0.49) return vec3(1.0);
  vec3 sum = vec3(0.0);
  for (int i = 0; i < 5; i++) {
    float a = float(i) * 2.39996;
    vec2 o = 0.0045 * sqrt(float(i) / 5.0) * vec2(cos(a), sin(a));
    vec4 s = textureLod(uShadowMap, q.xy + o, 0.0);
    sum += q.z - 0.004 > s.a ? s.rgb : vec3(1.0);
  }
  return sum / 5.0;
}

vec3 fresnel(vec3 f0, float cosine) { return f0 + (1.0 - f0) * pow(1.0 - cosine, 5.0); }

/** Light leaving an opaque surface towards v. */
vec3 shade(vec3 albedo, vec3 n, vec3 v, float roughness, float metal, vec3 lit) {
  float nv = clamp(dot(n, v), 0.02, 1.0);
  vec3 f = fresnel(mix(vec3(0.04), albedo, metal), nv);
  f = mix(f, mix(vec3(0.04), albedo, metal), roughness * 0.7);
  float nl = max(dot(n, uKeyDirection), 0.0);
  vec3 h = normalize(uKeyDirection + v);
  float shine = exp2(10.0 * (1.0 - roughness) + 1.0);
  vec3 highlight = uKeyColour * lit * nl * pow(max(dot(n, h), 0.0), shine) * (shine + 8.0) * 0.04;
  vec3 diffuse = albedo * (1.0 - metal) * (irradiance(n) + uKeyColour * lit * nl);
  return diffuse + f * (environment(reflect(-v, n), roughness * 6.0) + highlight);
}
`;
