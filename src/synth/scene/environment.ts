/** Environment maps: rooms, studios and skies painted as equirectangular pictures, lights apart from the rest. */
import { type Random, randomStream } from '../describe/random.ts';
import type { Colour, Setting } from '../describe/scene-description.ts';
import { anyHsl, type Context, createContext, css, glow, gradientRect, hsl } from './canvas.ts';

const WIDTH = 512;
const HEIGHT = 256;

export interface EnvironmentArt {
  /** What is lit, sRGB. */
  readonly base: OffscreenCanvas;
  /** What shines, sRGB; the composer multiplies it. */
  readonly lights: OffscreenCanvas;
  readonly ambient: number;
  readonly gain: number;
}

export function paintEnvironment(setting: Setting, floor: Colour): EnvironmentArt {
  const { environment, backdrop } = setting;
  const r = randomStream(environment.seed, 'environment');
  const base = createContext(WIDTH, HEIGHT);
  const lights = createContext(WIDTH, HEIGHT);
  lights.fillStyle = '#000';
  lights.fillRect(0, 0, WIDTH, HEIGHT);
  const [ambient, gain] = PAINTERS[environment.kind](base, lights, r, backdrop.colour);
  clutter(base, r, environment.kind === 'studio' ? 3 : 26);
  gradientRect(base, 0, HEIGHT * 0.52, WIDTH, HEIGHT * 0.48, css(floor, 0.92, 0.6), css(floor, 1, 0.35));
  keyLight(lights, setting);
  return { base: base.canvas, lights: lights.canvas, ambient, gain };
}

type Painter = (base: Context, lights: Context, r: Random, wall: Colour) => readonly [number, number];

const PAINTERS: Record<Setting['environment']['kind'], Painter> = {
  windows: (base, lights, r, wall) => {
    room(base, r, wall);
    const count = r.integer(1, 4);
    for (let i = 0; i < count; i++) windowPane(lights, r, r.range(0, WIDTH), HEIGHT * r.range(0.18, 0.4));
    return [r.range(0.25, 0.6), r.range(3, 9)];
  },
  office: (base, lights, r, wall) => {
    room(base, r, wall);
    const rows = r.integer(1, 3);
    const tube = r.chance(0.5);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < r.integer(2, 6); i++) {
        lights.fillStyle = hsl(0.6, 0.1, r.range(0.75, 1));
        lights.fillRect(r.range(0, WIDTH), HEIGHT * (0.06 + 0.1 * row), tube ? 70 : 26, tube ? 5 : 14);
      }
    }
    if (r.chance(0.4)) windowPane(lights, r, r.range(0, WIDTH), HEIGHT * 0.3);
    return [r.range(0.4, 0.8), r.range(4, 10)];
  },
  studio: (base, lights, r, wall) => {
    gradientRect(base, 0, 0, WIDTH, HEIGHT, css(wall, 1, 0.8), css(wall, 1, 0.6));
    const count = r.integer(1, 3);
    for (let i = 0; i < count; i++) {
      const w = r.range(20, 90);
      gradientRect(
        lights,
        r.range(0, WIDTH),
        HEIGHT * r.range(0.05, 0.25),
        w,
        HEIGHT * r.range(0.2, 0.42),
        '#fff',
        '#999',
      );
    }
    return [r.range(0.3, 1), r.range(2, 6)];
  },
  night: (base, lights, r) => {
    gradientRect(base, 0, 0, WIDTH, HEIGHT, anyHsl(r, 0.5, 0.02, 0.12), anyHsl(r, 0.5, 0.05, 0.25));
    const count = r.integer(4, 26);
    for (let i = 0; i < count; i++) {
      const hue = r.chance(0.7) ? r.range(0.06, 0.14) : r.next();
      glow(lights, r.range(0, WIDTH), HEIGHT * r.range(0.05, 0.55), r.range(3, 14), (a) =>
        hsl(hue, 0.8, 0.5 + 0.5 * a, a),
      );
    }
    return [r.range(0.1, 0.4), r.range(4, 14)];
  },
  overcast: (base, lights, r) => {
    gradientRect(base, 0, 0, WIDTH, HEIGHT, '#cfd6dd', anyHsl(r, 0.4, 0.2, 0.5));
    gradientRect(lights, 0, 0, WIDTH, HEIGHT * 0.5, '#8a8f96', '#44484c');
    hills(base, r);
    return [r.range(0.5, 0.8), r.range(1.5, 3)];
  },
  sun: (base, lights, r) => {
    gradientRect(base, 0, 0, WIDTH, HEIGHT, '#5f93d6', '#d5dfe8');
    gradientRect(lights, 0, 0, WIDTH, HEIGHT * 0.5, '#1d2c44', '#39424d');
    hills(base, r);
    return [r.range(0.5, 0.9), r.range(3, 6)];
  },
};

function room(c: Context, r: Random, wall: Colour): void {
  gradientRect(c, 0, 0, WIDTH, HEIGHT * 0.25, anyHsl(r, 0.15, 0.5, 0.9), css(wall, 1, 0.9));
  gradientRect(c, 0, HEIGHT * 0.22, WIDTH, HEIGHT * 0.4, css(wall), css(wall, 1, 0.6));
  for (let i = 0; i < 6; i++) {
    c.fillStyle = anyHsl(r, 0.5, 0.05, 0.8, r.range(0.3, 1));
    c.fillRect(r.range(0, WIDTH), HEIGHT * r.range(0.2, 0.45), r.range(10, 70), HEIGHT * r.range(0.08, 0.35));
  }
}

function hills(c: Context, r: Random): void {
  for (let i = 0; i < 40; i++) {
    c.fillStyle = hsl(r.range(0.2, 0.36), r.range(0.1, 0.5), r.range(0.08, 0.35), 0.9);
    const size = r.range(6, 34);
    c.beginPath();
    c.arc(r.range(0, WIDTH), HEIGHT * 0.5 - size * 0.1, size, 0, 2 * Math.PI);
    c.fill();
  }
}

function clutter(c: Context, r: Random, count: number): void {
  for (let i = 0; i < count; i++) {
    c.fillStyle = anyHsl(r, 0.7, 0.03, 0.7, r.range(0.3, 0.9));
    c.fillRect(r.range(0, WIDTH), HEIGHT * r.range(0.36, 0.52), r.range(3, 30), r.range(4, 40));
  }
}

function windowPane(c: Context, r: Random, x: number, y: number): void {
  const w = r.range(24, 90);
  const h = r.range(40, 80);
  gradientRect(c, x, y, w, h, hsl(0.58, 0.25, 0.95), hsl(r.range(0.1, 0.4), 0.25, r.range(0.4, 0.8)));
  c.fillStyle = '#111';
  const columns = r.integer(0, 3);
  for (let i = 1; i <= columns; i++) c.fillRect(x + (w * i) / (columns + 1) - 1.5, y, 3, h);
  if (r.chance(0.6)) c.fillRect(x, y + h * r.range(0.3, 0.6), w, 3);
  if (r.chance(0.25)) for (let i = 0; i < h; i += 5) c.fillRect(x, y + i, w, 2);
}

/** The key light is in the map as well, so that it also shows in reflections. */
function keyLight(c: Context, setting: Setting): void {
  const [x, y, z] = setting.environment.key;
  const u = (Math.atan2(z, x) / (2 * Math.PI) + 0.5) * WIDTH;
  const v = (0.5 - Math.asin(y) / Math.PI) * HEIGHT;
  const radius = setting.environment.kind === 'sun' ? 5 : 16;
  for (const shift of [-WIDTH, 0, WIDTH])
    glow(c, u + shift, v, radius, (a) => css(setting.environment.keyColour, a));
}
