// Changes of light and camera: the same bottle on another evening.

import type { Random } from './random.ts';
import type { RgbImage } from './rgb-image.ts';

export interface ColourChange {
  /** Added to every channel, in fractions of full white. */
  readonly brightness: number;
  /** Factor about middle grey. */
  readonly contrast: number;
  /** 0 grey, 1 as it was. */
  readonly saturation: number;
  /** Turn of all hues in degrees. */
  readonly hue: number;
  /** Exponent on values 0–1: below 1 lightens the shadows. */
  readonly gamma: number;
  /** Factors of red, green and blue: the colour of the light. */
  readonly whiteBalance: readonly [number, number, number];
}

export const NO_COLOUR_CHANGE: ColourChange = {
  brightness: 0,
  contrast: 1,
  saturation: 1,
  hue: 0,
  gamma: 1,
  whiteBalance: [1, 1, 1],
};

/** A new picture: white balance, gamma, contrast and brightness by channel, then saturation and hue. */
export function changeColour(image: RgbImage, change: ColourChange): RgbImage {
  const [red, green, blue] = change.whiteBalance.map((factor) => channelCurve(change, factor));
  const m = saturationAndHue(change.saturation, change.hue);
  const { data } = image;
  // A clamped array rounds to the nearest value, so only this array knows how 8-bit values are made.
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const r = red[data[i]];
    const g = green[data[i + 1]];
    const b = blue[data[i + 2]];
    out[i] = m[0] * r + m[1] * g + m[2] * b;
    out[i + 1] = m[3] * r + m[4] * g + m[5] * b;
    out[i + 2] = m[6] * r + m[7] * g + m[8] * b;
  }
  return { width: image.width, height: image.height, data: new Uint8Array(out.buffer) };
}

function channelCurve({ gamma, contrast, brightness }: ColourChange, factor: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => {
    const lit = ((value / 255) * factor) ** gamma;
    return 255 * Math.min(1, Math.max(0, (lit - 0.5) * contrast + 0.5 + brightness));
  });
}

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/** Keeps luma: scales and turns the colour difference of YIQ, as CSS `hue-rotate` and `saturate` do. */
function saturationAndHue(saturation: number, hue: number): Matrix3 {
  const [cos, sin] = [Math.cos((hue * Math.PI) / 180), Math.sin((hue * Math.PI) / 180)];
  const [c, s] = [cos * saturation, sin * saturation];
  return [
    0.213 + c * 0.787 - s * 0.213,
    0.715 - c * 0.715 - s * 0.715,
    0.072 - c * 0.072 + s * 0.928,
    0.213 - c * 0.213 + s * 0.143,
    0.715 + c * 0.285 + s * 0.14,
    0.072 - c * 0.072 - s * 0.283,
    0.213 - c * 0.213 - s * 0.787,
    0.715 - c * 0.715 + s * 0.715,
    0.072 + c * 0.928 + s * 0.072,
  ];
}

/** @param strength 0 leaves the picture as it is; 1 is what different phones do in different rooms. */
export function drawColourChange(random: Random, strength = 1): ColourChange {
  const about = (range: number) => (2 * random() - 1) * range * strength;
  return {
    brightness: about(0.15),
    contrast: Math.exp(about(0.3)),
    saturation: Math.exp(about(0.4)),
    hue: about(12),
    gamma: Math.exp(about(0.3)),
    whiteBalance: [Math.exp(about(0.15)), Math.exp(about(0.05)), Math.exp(about(0.15))],
  };
}
