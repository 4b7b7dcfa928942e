/** Labels around a vessel and the printed tops of caps: invented brands only. */
import { type Random, randomStream } from '../describe/random.ts';
import type { CapArt, Label, Vessel } from '../describe/scene-description.ts';
import {
  anyHsl,
  type Context,
  createContext,
  crownSign,
  css,
  ellipse,
  font,
  gradientRect,
  hsl,
  star,
  word,
  writeCentred,
} from './canvas.ts';

const WIDTH = 768;
const HEIGHT = 1024;

/** All labels of a vessel on one sheet: x once around, y from lip (top) to base, clear where bare. */
export function paintLabels(vessel: Vessel): OffscreenCanvas {
  const c = createContext(WIDTH, HEIGHT);
  for (const label of vessel.labels) paintLabel(c, label, vessel.profile.height);
  return c.canvas;
}

function paintLabel(c: Context, label: Label, vesselHeight: number): void {
  const r = randomStream(label.seed, 'label');
  const top = HEIGHT * (1 - label.high / vesselHeight);
  const height = (HEIGHT * (label.high - label.low)) / vesselHeight;
  const width = WIDTH * label.span;
  const left = WIDTH * (0.5 + label.turn) - width / 2;
  c.save();
  c.beginPath();
  outline(c, label.span === 1 ? 0 : r.integer(0, 3), left, top, width, height);
  c.clip();
  c.translate(left, top);
  // A label all around carries its art twice, front and back.
  const repeats = label.span === 1 ? 2 : 1;
  const art = r.integer(0, 1e9);
  for (let i = 0; i < repeats; i++) {
    c.save();
    c.translate((i * width) / repeats, 0);
    paintArt(c, randomStream(art, 'art'), width / repeats, height);
    c.restore();
  }
  c.restore();
}

function outline(c: Context, shape: number, x: number, y: number, w: number, h: number): void {
  if (shape === 1) c.ellipse(x + w / 2, y + h / 2, w / 2, h / 2, 0, 0, 2 * Math.PI);
  else if (shape === 2) c.roundRect(x, y, w, h, Math.min(w, h) * 0.2);
  else c.rect(x, y, w, h);
}

function paintArt(c: Context, r: Random, w: number, h: number): void {
  const hue = r.next();
  const paper = r.chance(0.4)
    ? hsl(hue, 0.15, r.range(0.8, 0.95))
    : hsl(hue, r.range(0.2, 0.9), r.range(0.08, 0.6));
  const ink = r.chance(0.5)
    ? hsl(r.next(), 0.8, r.range(0.1, 0.45))
    : hsl(0.12, r.range(0, 0.8), r.range(0.7, 0.98));
  gradientRect(c, 0, 0, w, h, paper, r.chance(0.3) ? anyHsl(r) : paper);
  stripes(c, r, w, h);
  c.fillStyle = ink;
  c.strokeStyle = ink;
  if (r.chance(0.6)) emblem(c, r, w, h);
  const lines = r.integer(1, 4);
  for (let i = 0; i < lines; i++) {
    const size = (h / (lines + 1)) * r.range(0.3, 0.9);
    c.font = font(r, size);
    c.fillStyle = r.chance(0.3) ? anyHsl(r, 0.9) : ink;
    writeCentred(
      c,
      `${word(r)} ${r.chance(0.4) ? word(r) : ''}`,
      w / 2,
      (h * (i + 1)) / (lines + 1),
      w * 0.8,
    );
  }
  if (r.chance(0.5)) {
    c.lineWidth = Math.max(1, h * 0.015);
    c.strokeRect(h * 0.03, h * 0.03, w - h * 0.06, h * 0.94);
  }
  if (r.chance(0.3)) barcode(c, r, w * r.range(0.02, 0.8), h * 0.65, w * 0.15, h * 0.25);
}

function stripes(c: Context, r: Random, w: number, h: number): void {
  const count = r.integer(0, 3);
  for (let i = 0; i < count; i++) {
    c.fillStyle = anyHsl(r, 0.9);
    if (r.chance(0.6)) c.fillRect(0, r.range(0, h), w, h * r.range(0.02, 0.25));
    else {
      c.beginPath();
      c.moveTo(0, r.range(0, h));
      c.lineTo(w, r.range(0, h));
      c.lineTo(w, r.range(0, h));
      c.fill();
    }
  }
}

function emblem(c: Context, r: Random, w: number, h: number): void {
  const size = Math.min(w, h) * r.range(0.12, 0.4);
  const [x, y] = [w / 2 + r.range(-0.1, 0.1) * w, h * r.range(0.25, 0.7)];
  const kind = r.integer(0, 3);
  if (kind === 0) star(c, x, y, size, r.integer(4, 12), r.range(0.35, 0.8));
  else if (kind === 1) crownSign(c, x, y, size);
  else if (kind === 2) ellipse(c, x, y, size * r.range(1, 1.8), size);
  else {
    c.lineWidth = size * 0.15;
    c.beginPath();
    c.arc(x, y, size, 0, 2 * Math.PI);
    c.stroke();
  }
}

function barcode(c: Context, r: Random, x: number, y: number, w: number, h: number): void {
  c.fillStyle = '#fff';
  c.fillRect(x, y, w, h);
  c.fillStyle = '#111';
  for (let u = 0.05; u < 0.95; u += r.range(0.02, 0.06))
    c.fillRect(x + u * w, y + h * 0.05, w * r.range(0.01, 0.03), h * 0.8);
}

const WRAP = { width: 512, height: 256 };

/** What is printed on a sleeve, unrolled: white where its own colour shows. */
export function paintWrap(seed: number): OffscreenCanvas {
  const r = randomStream(seed, 'wrap');
  const { width, height } = WRAP;
  const c = createContext(width, height);
  c.fillStyle = '#fff';
  c.fillRect(0, 0, width, height);
  if (r.chance(0.35)) {
    for (const x of [0, width / 2]) {
      c.save();
      c.translate(x, 0);
      paintArt(c, randomStream(seed, 'art'), width / 2, height);
      c.restore();
    }
    return c.canvas;
  }
  stripes(c, r, width, height);
  const ink = anyHsl(r, 0.8, 0.05, 0.9);
  c.fillStyle = ink;
  c.strokeStyle = ink;
  const size = height * r.range(0.1, 0.3);
  c.font = font(r, size);
  const text = word(r);
  const y = height * r.range(0.2, 0.85);
  for (let i = 0; i < 4; i++) writeCentred(c, text, width * (0.125 + i * 0.25), y, width * 0.22);
  return c.canvas;
}

const CAP = 192;

/** The top of a cap from above, skirt at the edge: white where the cap's own colour shows. */
export function paintCap(art: CapArt): OffscreenCanvas {
  const r = randomStream(art.seed, 'cap');
  const c = createContext(CAP, CAP);
  c.fillStyle = '#fff';
  c.fillRect(0, 0, CAP, CAP);
  if (r.chance(0.12)) return c.canvas;
  const m = CAP / 2;
  const face = m * 0.7;
  const ink = css(art.base)[0] && r.chance(0.5) ? anyHsl(r, 0.9, 0.75, 1) : anyHsl(r, 0.9, 0.05, 0.5);
  if (r.chance(0.45)) {
    c.fillStyle = anyHsl(r, 0.9);
    ellipse(c, m, m, face * r.range(0.55, 1), face * r.range(0.55, 1));
  }
  c.fillStyle = ink;
  c.strokeStyle = ink;
  if (r.chance(0.5)) ringText(c, r, m, face * 0.82);
  const kind = r.integer(0, 4);
  const size = face * r.range(0.3, 0.65);
  if (kind === 0) star(c, m, m, size, r.integer(4, 10), r.range(0.35, 0.8));
  else if (kind === 1) crownSign(c, m, m, size);
  else if (kind === 2) ellipse(c, m, m, size, size * r.range(0.5, 1));
  else {
    c.font = font(r, size * (kind === 3 ? 1.4 : 0.8));
    writeCentred(c, kind === 3 ? word(r).charAt(0) : word(r), m, m, face * 1.4);
  }
  if (r.chance(0.4)) {
    c.lineWidth = 3;
    c.beginPath();
    c.arc(m, m, face * 0.97, 0, 2 * Math.PI);
    c.stroke();
  }
  return c.canvas;
}

/** As on a plastic cap, half print and half relief: a strong disc in its middle would pass for a bore. */
export function paintFaintly(art: CapArt): OffscreenCanvas {
  const c = createContext(CAP, CAP);
  c.fillStyle = '#fff';
  c.fillRect(0, 0, CAP, CAP);
  c.globalAlpha = 0.4;
  c.drawImage(paintCap(art), 0, 0);
  return c.canvas;
}

function ringText(c: Context, r: Random, m: number, radius: number): void {
  const text = `${word(r)} · ${word(r)} · ${word(r)} · `;
  c.font = font(r, radius * 0.22);
  [...text].forEach((letter, i) => {
    c.save();
    c.translate(m, m);
    c.rotate((i / text.length) * 2 * Math.PI);
    writeCentred(c, letter, 0, -radius, radius);
    c.restore();
  });
}
