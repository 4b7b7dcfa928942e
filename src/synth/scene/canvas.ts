/** Canvas helpers that the painters share. Painted values are sRGB; shaders make them linear. */
import type { Random } from '../describe/random.ts';
import type { Colour } from '../describe/scene-description.ts';

export type Context = OffscreenCanvasRenderingContext2D;

export function createContext(width: number, height: number): Context {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2D canvas');
  return context;
}

/** CSS colour of linear RGB. */
export function css(colour: Colour, alpha = 1, gain = 1): string {
  const [r, g, b] = colour.map((c) => Math.round(255 * Math.min(1, Math.max(0, c * gain)) ** (1 / 2.2)));
  return `rgba(${r},${g},${b},${alpha})`;
}

export function hsl(hue: number, saturation: number, lightness: number, alpha = 1): string {
  return `hsla(${Math.round(hue * 360)},${Math.round(saturation * 100)}%,${Math.round(lightness * 100)}%,${alpha})`;
}

export function anyHsl(r: Random, saturation = 0.6, low = 0.15, high = 0.85, alpha = 1): string {
  return hsl(r.next(), r.range(0, saturation), r.range(low, high), alpha);
}

export function ellipse(c: Context, x: number, y: number, rx: number, ry: number): void {
  c.beginPath();
  c.ellipse(x, y, Math.max(rx, 0.1), Math.max(ry, 0.1), 0, 0, 2 * Math.PI);
  c.fill();
}

/** A soft blob of light or colour. */
export function glow(
  c: Context,
  x: number,
  y: number,
  radius: number,
  colour: (alpha: number) => string,
): void {
  const gradient = c.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, colour(1));
  gradient.addColorStop(0.4, colour(0.4));
  gradient.addColorStop(1, colour(0));
  c.fillStyle = gradient;
  c.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

export function gradientRect(
  c: Context,
  x: number,
  y: number,
  w: number,
  h: number,
  top: string,
  bottom: string,
): void {
  const gradient = c.createLinearGradient(0, y, 0, y + h);
  gradient.addColorStop(0, top);
  gradient.addColorStop(1, bottom);
  c.fillStyle = gradient;
  c.fillRect(x, y, w, h);
}

const WORDS = [
  'LAGER',
  'PILSEN',
  'CERVEJA',
  'Premium',
  'Extra',
  'Original',
  'BREW',
  'Gold',
  'IPA',
  'Stout',
  'Weiss',
  'Puro Malte',
  'Export',
  'Nº 7',
  'Especial',
  'Alta',
  'Serra',
  'Mar',
  'Sol',
  'Lua',
  'Norte',
  'Real',
  'Ouro',
  'Casa',
  'Velha',
  'Azul',
  'Ale',
  'Märzen',
  'Bock',
  '1897',
  '1954',
  'SINCE 1873',
  'Cidra',
  'Água',
  'Cola',
  'Tônica',
  'Limão',
  'Fresh',
] as const;
const FONTS = [
  'serif',
  'sans-serif',
  'Georgia',
  'Arial',
  'cursive',
  'monospace',
  'Times New Roman',
  'Impact',
] as const;

export const word = (r: Random): string => WORDS[r.integer(0, WORDS.length - 1)] ?? 'ALE';

export function font(r: Random, size: number): string {
  const style = r.pick(['', 'bold ', 'italic ', 'bold italic ']);
  return `${style}${Math.max(4, Math.round(size))}px ${FONTS[r.integer(0, FONTS.length - 1)] ?? 'serif'}`;
}

/** Text centred at a point, shrunk to the width that there is. */
export function writeCentred(c: Context, text: string, x: number, y: number, width: number): void {
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillText(text, x, y, width);
}

export function star(c: Context, x: number, y: number, radius: number, points: number, depth: number): void {
  c.beginPath();
  for (let i = 0; i < points * 2; i++) {
    const reach = i % 2 ? radius * depth : radius;
    const turn = (i / points) * Math.PI - Math.PI / 2;
    c.lineTo(x + Math.cos(turn) * reach, y + Math.sin(turn) * reach);
  }
  c.closePath();
  c.fill();
}

export function crownSign(c: Context, x: number, y: number, s: number): void {
  c.beginPath();
  const outline = [
    [-1, 0.6],
    [-1, -0.5],
    [-0.5, 0],
    [0, -0.8],
    [0.5, 0],
    [1, -0.5],
    [1, 0.6],
  ] as const;
  for (const [u, v] of outline) c.lineTo(x + u * s, y + v * s);
  c.closePath();
  c.fill();
}
