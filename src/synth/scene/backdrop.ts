/** What is behind the table: painted rooms, shelves, walls, gardens, lights; or a photograph. */
import { type Random, randomStream } from '../describe/random.ts';
import type { BackdropKind, Colour, Setting } from '../describe/scene-description.ts';
import {
  anyHsl,
  type Context,
  createContext,
  css,
  ellipse,
  font,
  glow,
  gradientRect,
  hsl,
  word,
  writeCentred,
} from './canvas.ts';

const SIZE = 640;

export function paintBackdrop(setting: Setting, photo: ImageBitmap | null): OffscreenCanvas {
  const { kind, seed, colour } = setting.backdrop;
  const r = randomStream(seed, 'backdrop');
  const c = createContext(SIZE, SIZE);
  if (photo) drawPhoto(c, photo, r);
  else PAINTERS[kind](c, r, colour);
  return c.canvas;
}

type Painter = (c: Context, r: Random, colour: Colour) => void;

const PAINTERS: Record<BackdropKind, Painter> = {
  plain: (c, r, colour) => {
    gradientRect(c, 0, 0, SIZE, SIZE, css(colour, 1, r.range(0.8, 1)), css(colour, 1, r.range(0.8, 1)));
    if (r.chance(0.5)) glow(c, SIZE * r.next(), SIZE * r.next(), SIZE * 0.7, (a) => css([1, 1, 1], a * 0.15));
  },
  room: (c, r, colour) => {
    wallpaper(c, r, colour);
    floor(c, r);
    const count = r.integer(4, 12);
    for (let i = 0; i < count; i++) FURNITURE[r.integer(0, FURNITURE.length - 1)]?.(c, r);
    if (r.chance(0.35)) person(c, r);
  },
  shelf: (c, r) => {
    gradientRect(c, 0, 0, SIZE, SIZE, anyHsl(r, 0.3, 0.1, 0.6), anyHsl(r, 0.3, 0.1, 0.5));
    const rows = r.integer(2, 6);
    for (let i = 0; i < rows; i++) shelfRow(c, r, (SIZE * i) / rows, SIZE / rows);
  },
  wall: (c, r, colour) => {
    if (r.chance(0.5)) bricks(c, r, colour);
    else wallpaper(c, r, colour);
    if (r.chance(0.4)) picture(c, r);
  },
  outdoor: (c, r) => {
    gradientRect(
      c,
      0,
      0,
      SIZE,
      SIZE * 0.6,
      hsl(0.58, r.range(0.1, 0.6), r.range(0.5, 0.9)),
      hsl(0.55, 0.2, 0.85),
    );
    gradientRect(
      c,
      0,
      SIZE * r.range(0.4, 0.6),
      SIZE,
      SIZE,
      anyHsl(r, 0.3, 0.2, 0.6),
      hsl(r.range(0.08, 0.3), 0.3, 0.3),
    );
    leaves(c, r, r.integer(400, 1400));
    if (r.chance(0.3)) person(c, r);
  },
  bokeh: (c, r) => {
    gradientRect(c, 0, 0, SIZE, SIZE, anyHsl(r, 0.6, 0.02, 0.2), anyHsl(r, 0.6, 0.02, 0.3));
    const hue = r.next();
    for (let i = 0; i < r.integer(10, 60); i++) {
      const own = r.chance(0.6) ? hue : r.range(0.05, 0.15);
      c.fillStyle = hsl(own, r.range(0.3, 0.9), r.range(0.4, 0.9), r.range(0.1, 0.8));
      const size = r.range(4, 36);
      ellipse(c, r.range(0, SIZE), r.range(0, SIZE), size, size);
    }
  },
  clutter: (c, r, colour) => {
    wallpaper(c, r, colour);
    for (let i = 0; i < r.integer(15, 70); i++)
      item(c, r, r.range(0, SIZE), r.range(SIZE * 0.2, SIZE), r.range(20, 170));
  },
  texture: (c, r) => {
    c.fillStyle = anyHsl(r, 0.5);
    c.fillRect(0, 0, SIZE, SIZE);
    const dots = r.chance(0.5);
    for (let i = 0; i < r.integer(100, 900); i++) {
      c.fillStyle = anyHsl(r, 0.5, 0.1, 0.9, r.range(0.05, 0.5));
      const size = r.range(3, 50);
      if (dots) ellipse(c, r.range(0, SIZE), r.range(0, SIZE), size, size * r.range(0.2, 1));
      else c.fillRect(r.range(-50, SIZE), r.range(-50, SIZE), size * r.range(0.2, 4), size);
    }
  },
  photo: (c, r, colour) => PAINTERS.room(c, r, colour),
};

function drawPhoto(c: Context, photo: ImageBitmap, r: Random): void {
  const side = Math.min(photo.width, photo.height) * r.range(0.5, 1);
  const x = r.range(0, photo.width - side);
  const y = r.range(0, photo.height - side);
  if (r.chance(0.5)) {
    c.translate(SIZE, 0);
    c.scale(-1, 1);
  }
  c.drawImage(photo, x, y, side, side, 0, 0, SIZE, SIZE);
}

function wallpaper(c: Context, r: Random, colour: Colour): void {
  gradientRect(c, 0, 0, SIZE, SIZE, css(colour), css(colour, 1, r.range(0.5, 1.1)));
  const light = SIZE * r.next();
  glow(c, light, SIZE * 0.3, SIZE * 0.6, (a) => css([1, 0.95, 0.85], a * 0.25));
  if (r.chance(0.35)) {
    const step = r.range(14, 60);
    c.fillStyle = anyHsl(r, 0.4, 0.1, 0.9, 0.15);
    for (let x = 0; x < SIZE; x += step) c.fillRect(x, 0, step * r.range(0.3, 0.6), SIZE);
  }
}

function floor(c: Context, r: Random): void {
  const y = SIZE * r.range(0.6, 0.9);
  gradientRect(c, 0, y, SIZE, SIZE - y, anyHsl(r, 0.4, 0.1, 0.6), anyHsl(r, 0.4, 0.1, 0.6));
}

const FURNITURE: readonly ((c: Context, r: Random) => void)[] = [
  (c, r) => item(c, r, r.range(0, SIZE), r.range(SIZE * 0.4, SIZE), r.range(60, 260)),
  (c, r) => picture(c, r),
  (c, r) => bookcase(c, r),
  (c, r) => curtain(c, r),
  (c, r) => window_(c, r),
  (c, r) => lampShade(c, r),
  (c, r) => plant(c, r),
  (c, r) => chair(c, r),
];

function item(c: Context, r: Random, x: number, bottom: number, size: number): void {
  const w = size * r.range(0.3, 1.2);
  const h = size * r.range(0.3, 1.3);
  const hue = r.next();
  const saturation = r.range(0, 0.7);
  const lightness = r.range(0.08, 0.8);
  const gradient = c.createLinearGradient(x, 0, x + w, 0);
  gradient.addColorStop(0, hsl(hue, saturation, lightness));
  gradient.addColorStop(r.range(0.2, 0.6), hsl(hue, saturation, Math.min(0.95, lightness * 1.25)));
  gradient.addColorStop(1, hsl(hue, saturation, lightness * 0.5));
  c.fillStyle = gradient;
  c.beginPath();
  c.roundRect(x, bottom - h, w, h, r.range(0, size * 0.25));
  c.fill();
  if (r.chance(0.4)) {
    c.fillStyle = anyHsl(r, 0.8);
    c.font = font(r, h * r.range(0.1, 0.3));
    writeCentred(c, word(r), x + w / 2, bottom - h * r.range(0.3, 0.7), w * 0.9);
  }
}

function picture(c: Context, r: Random): void {
  const [x, y, w, h] = [r.range(0, SIZE * 0.8), r.range(0, SIZE * 0.4), r.range(60, 220), r.range(60, 200)];
  c.fillStyle = anyHsl(r, 0.4, 0.05, 0.5);
  c.fillRect(x, y, w, h);
  gradientRect(c, x + 7, y + 7, w - 14, h - 14, anyHsl(r), anyHsl(r));
  for (let i = 0; i < 5; i++) {
    c.fillStyle = anyHsl(r, 0.8, 0.1, 0.9, 0.7);
    ellipse(
      c,
      x + w * r.range(0.2, 0.8),
      y + h * r.range(0.2, 0.8),
      w * r.range(0.03, 0.2),
      h * r.range(0.03, 0.2),
    );
  }
}

function bookcase(c: Context, r: Random): void {
  const [x, y, w] = [r.range(-50, SIZE * 0.7), r.range(0, SIZE * 0.3), r.range(120, 320)];
  c.fillStyle = hsl(r.range(0.04, 0.1), 0.4, r.range(0.1, 0.4));
  c.fillRect(x, y, w, 320);
  for (let row = 0; row < 4; row++) books(c, r, x + 8, y + 76 * (row + 1), w - 16, 66);
}

function books(c: Context, r: Random, x: number, bottom: number, width: number, height: number): void {
  for (let u = 0; u < width; ) {
    const w = Math.min(r.range(6, 22), width - u);
    const h = height * r.range(0.6, 1);
    c.fillStyle = anyHsl(r, 0.6, 0.1, 0.8);
    c.fillRect(x + u, bottom - h, w - 1, h);
    u += w;
  }
}

function curtain(c: Context, r: Random): void {
  const x = r.range(0, SIZE);
  const hue = r.next();
  const s = r.range(0, 0.5);
  for (let i = 0; i < 14; i++) {
    c.fillStyle = hsl(hue, s, 0.35 + 0.4 * Math.abs(Math.sin(i * 1.7 + x)));
    c.fillRect(x + i * 9, 0, 10, SIZE * 0.9);
  }
}

function window_(c: Context, r: Random): void {
  const [x, y, w, h] = [r.range(0, SIZE * 0.7), r.range(0, SIZE * 0.2), r.range(100, 260), r.range(140, 320)];
  c.fillStyle = '#eee';
  c.fillRect(x - 8, y - 8, w + 16, h + 16);
  gradientRect(
    c,
    x,
    y,
    w,
    h,
    hsl(0.57, 0.4, r.range(0.7, 0.97)),
    hsl(r.range(0.15, 0.4), 0.3, r.range(0.4, 0.8)),
  );
  c.fillStyle = '#ddd';
  c.fillRect(x + w / 2 - 3, y, 6, h);
  c.fillRect(x, y + h * 0.45, w, 6);
}

function lampShade(c: Context, r: Random): void {
  const [x, y, s] = [r.range(0, SIZE), r.range(0, SIZE * 0.6), r.range(20, 70)];
  glow(c, x, y, s * 3, (a) => hsl(0.11, 0.9, 0.75, a * 0.6));
  c.fillStyle = hsl(0.12, 0.7, 0.88);
  c.beginPath();
  c.moveTo(x - s * 0.5, y - s * 0.6);
  c.lineTo(x + s * 0.5, y - s * 0.6);
  c.lineTo(x + s, y + s * 0.6);
  c.lineTo(x - s, y + s * 0.6);
  c.fill();
  c.fillStyle = '#333';
  c.fillRect(x - 3, y + s * 0.6, 6, SIZE);
}

function plant(c: Context, r: Random): void {
  const [x, y] = [r.range(0, SIZE), r.range(SIZE * 0.3, SIZE * 0.8)];
  const hue = r.range(0.2, 0.4);
  for (let i = 0; i < 40; i++) {
    c.save();
    c.translate(x, y);
    c.rotate(r.range(-1.6, 1.6));
    c.fillStyle = hsl(hue, r.range(0.2, 0.6), r.range(0.1, 0.45));
    ellipse(c, 0, -r.range(20, 110), r.range(3, 14), r.range(15, 40));
    c.restore();
  }
}

function chair(c: Context, r: Random): void {
  const [x, y, s] = [r.range(0, SIZE), r.range(SIZE * 0.3, SIZE * 0.7), r.range(80, 180)];
  c.fillStyle = anyHsl(r, 0.5, 0.05, 0.5);
  for (let i = 0; i < 4; i++) c.fillRect(x + (i * s) / 4, y, s * 0.06, s);
  c.fillRect(x - 4, y, s * 0.9, s * 0.12);
  c.fillRect(x - 8, y + s, s, s * 0.1);
}

function person(c: Context, r: Random): void {
  const [x, y, s] = [r.range(0, SIZE), r.range(SIZE * 0.1, SIZE * 0.5), r.range(50, 130)];
  const skin = hsl(r.range(0.04, 0.08), r.range(0.3, 0.6), r.range(0.2, 0.75));
  gradientRect(c, x - s, y + s * 0.9, s * 2, SIZE, anyHsl(r, 0.7, 0.1, 0.8), anyHsl(r, 0.5, 0.05, 0.5));
  c.fillStyle = skin;
  c.fillRect(x - s * 0.25, y + s * 0.4, s * 0.5, s * 0.6);
  ellipse(c, x, y, s * 0.5, s * 0.68);
  c.fillStyle = hsl(r.range(0.02, 0.12), 0.4, r.range(0.03, 0.4));
  ellipse(c, x, y - s * 0.4, s * 0.55, s * 0.4);
}

function shelfRow(c: Context, r: Random, y: number, h: number): void {
  const board = h * r.range(0.05, 0.12);
  gradientRect(c, 0, y, SIZE, h, 'rgba(0,0,0,0.5)', 'rgba(0,0,0,0.1)');
  const same = r.chance(0.5);
  const seed = r.integer(0, 1e9);
  for (let x = 0; x < SIZE; ) {
    const own = same ? randomStream(seed, 'item') : r;
    const size = h * 0.75 * own.range(0.6, 1);
    item(c, own, x, y + h - board, size);
    x += size * own.range(0.5, 1);
  }
  c.fillStyle = anyHsl(r, 0.4, 0.2, 0.9);
  c.fillRect(0, y + h - board, SIZE, board);
}

function bricks(c: Context, r: Random, colour: Colour): void {
  c.fillStyle = anyHsl(r, 0.1, 0.4, 0.8);
  c.fillRect(0, 0, SIZE, SIZE);
  const h = r.range(16, 90);
  const w = h * r.pick([1, 2.2, 3]);
  for (let row = 0; row * h < SIZE; row++) {
    for (let x = -w; x < SIZE; x += w) {
      c.fillStyle = css(colour, 1, r.range(0.7, 1.2));
      c.fillRect(x + (row % 2 ? w / 2 : 0), row * h, w - h * 0.08, h * 0.92);
    }
  }
}

function leaves(c: Context, r: Random, count: number): void {
  const base = r.range(0.15, 0.36);
  for (let i = 0; i < count; i++) {
    c.fillStyle = hsl(base + r.range(-0.05, 0.05), r.range(0.15, 0.7), r.range(0.08, 0.6), r.range(0.4, 1));
    const size = r.range(2, 9) / r.range(0.25, 1);
    ellipse(c, r.range(0, SIZE), r.range(SIZE * 0.1, SIZE), size, size * r.range(0.3, 1));
  }
}
