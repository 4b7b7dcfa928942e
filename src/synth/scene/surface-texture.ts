/** Tileable pictures of table tops and floors. */
import { type Random, randomStream } from '../describe/random.ts';
import type { Colour, SurfaceKind } from '../describe/scene-description.ts';
import { anyHsl, type Context, createContext, css, ellipse } from './canvas.ts';

const SIZE = 512;

export function paintSurface(kind: SurfaceKind, seed: number, colour: Colour): OffscreenCanvas {
  const r = randomStream(seed, 'surface');
  const c = createContext(SIZE, SIZE);
  c.fillStyle = css(colour);
  c.fillRect(0, 0, SIZE, SIZE);
  PAINTERS[kind](c, r, colour);
  return c.canvas;
}

const PAINTERS: Record<SurfaceKind, (c: Context, r: Random, colour: Colour) => void> = {
  plain: () => undefined,
  wood: (c, r, colour) => {
    const planks = r.integer(1, 6);
    for (let i = 0; i < planks; i++) {
      const shade = r.range(0.75, 1.2);
      c.fillStyle = css(colour, 1, shade);
      c.fillRect(0, (SIZE * i) / planks, SIZE, SIZE / planks - (planks > 1 ? 2 : 0));
    }
    for (let i = 0; i < 260; i++) grain(c, r, colour);
  },
  stone: (c, r, colour) => {
    for (let i = 0; i < 700; i++) {
      c.fillStyle = css(colour, r.range(0.1, 0.5), r.range(0.4, 1.7));
      const size = r.range(1, 9);
      ellipse(c, r.range(0, SIZE), r.range(0, SIZE), size, size * r.range(0.4, 1));
    }
    for (let i = 0; i < r.integer(0, 14); i++) vein(c, r, colour);
  },
  cloth: (c, r, _colour) => {
    const checked = r.chance(0.5);
    const step = r.range(20, 90);
    c.fillStyle = anyHsl(r, 0.8, 0.2, 0.9, 0.5);
    for (let x = 0; x < SIZE && checked; x += step) {
      c.fillRect(x, 0, step / 2, SIZE);
      c.fillRect(0, x, SIZE, step / 2);
    }
    for (let y = 0; y < SIZE; y += 3) {
      c.fillStyle = `rgba(0,0,0,${r.range(0.02, 0.12)})`;
      c.fillRect(0, y, SIZE, 1);
      c.fillRect(y, 0, 1, SIZE);
    }
  },
  tiles: (c, r, colour) => {
    const n = r.integer(3, 8);
    for (let i = 0; i < n * n; i++) {
      c.fillStyle = css(colour, 1, r.range(0.85, 1.1));
      c.fillRect(((i % n) * SIZE) / n, (Math.floor(i / n) * SIZE) / n, SIZE / n - 4, SIZE / n - 4);
    }
  },
  ground: (c, r, colour) => {
    for (let i = 0; i < 1500; i++) {
      c.fillStyle = r.chance(0.2) ? anyHsl(r, 0.5, 0.1, 0.6, 0.6) : css(colour, 0.7, r.range(0.3, 1.6));
      const size = r.range(1, 12);
      ellipse(c, r.range(0, SIZE), r.range(0, SIZE), size, size * r.range(0.3, 1));
    }
  },
  metal: (c, r, colour) => {
    for (let y = 0; y < SIZE; y += 2) {
      c.fillStyle = css(colour, 0.4, r.range(0.7, 1.3));
      c.fillRect(0, y, SIZE, 2);
    }
  },
};

function grain(c: Context, r: Random, colour: Colour): void {
  const y = r.range(0, SIZE);
  c.strokeStyle = css(colour, r.range(0.1, 0.45), r.range(0.35, 1.3));
  c.lineWidth = r.range(0.5, 3);
  c.beginPath();
  c.moveTo(0, y);
  c.bezierCurveTo(SIZE * 0.3, y + r.range(-12, 12), SIZE * 0.7, y + r.range(-12, 12), SIZE, y);
  c.stroke();
}

function vein(c: Context, r: Random, colour: Colour): void {
  c.strokeStyle = css(colour, 0.4, r.range(0.3, 2));
  c.lineWidth = r.range(0.5, 3);
  c.beginPath();
  c.moveTo(r.range(0, SIZE), 0);
  for (let y = 0; y <= SIZE; y += 40) c.lineTo(r.range(0, SIZE), y);
  c.stroke();
}
