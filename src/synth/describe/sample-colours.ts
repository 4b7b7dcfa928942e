/** Random colours, linear RGB. */
import type { Random } from './random.ts';
import type { Colour } from './scene-description.ts';

export const grey = (value: number): Colour => [value, value, value];

export function anyColour(r: Random): Colour {
  return fromHue(r.next(), r.range(0.3, 1), r.range(0.1, 0.95));
}

/** Linear RGB of a hue (0–1), saturation and value. */
export function fromHue(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number) => {
    const k = (hue * 6 + offset) % 6;
    return (value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)))) ** 2.2;
  };
  return [channel(5), channel(3), channel(1)];
}
