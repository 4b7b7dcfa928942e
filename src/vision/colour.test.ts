import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColourChange, changeColour, drawColourChange, NO_COLOUR_CHANGE } from './colour.ts';

function changed(rgb: readonly [number, number, number], change: Partial<ColourChange>): number[] {
  const image = { width: 1, height: 1, data: Uint8Array.from(rgb) };
  return [...changeColour(image, { ...NO_COLOUR_CHANGE, ...change }).data];
}

describe('changeColour', () => {
  it('leaves a picture alone when nothing is asked', () => {
    const data = Uint8Array.from({ length: 300 }, (_, i) => (i * 83) % 256);
    const image = { width: 10, height: 10, data };
    expect(changeColour(image, NO_COLOUR_CHANGE)).toEqual(image);
    expect(
      changeColour(
        image,
        drawColourChange(() => 0.9, 0),
      ),
    ).toEqual(image);
  });

  it.each([
    ['brightness', { brightness: 0.2 }, [10, 100, 200], [61, 151, 251]],
    ['contrast about middle grey', { contrast: 3 }, [100, 128, 200], [45, 129, 255]],
    // 255 · (64/255)^0.5 = 127.7
    ['gamma, black and white staying', { gamma: 0.5 }, [0, 64, 255], [0, 128, 255]],
    ['white balance', { whiteBalance: [1.2, 1, 0.5] }, [100, 100, 100], [120, 100, 50]],
    // 0.213 · 255 = 54.3: the luma that CSS gives to pure red.
    ['no saturation', { saturation: 0 }, [255, 0, 0], [54, 54, 54]],
  ] as const)('%s', (_, change, from, to) => {
    expect(changed([...from], change)).toEqual([...to]);
  });

  it('turns hues as CSS does', () => {
    // filter: hue-rotate(90deg) on rgb(200, 100, 50) by the matrix of Filter Effects 1.
    const m = [0.213 - 0.213, 0.715 - 0.715, 0.072 + 0.928];
    const [r = 0, g = 0, b = 0] = m;
    expect(changed([200, 100, 50], { hue: 90 })[0]).toBe(Math.round(r * 200 + g * 100 + b * 50));
    expect(changed([200, 100, 50], { hue: 360 })).toEqual([200, 100, 50]);
  });

  it('never colours grey by hue or saturation', () => {
    const turn = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(fc.nat(255), turn, fc.double({ min: 0, max: 2, noNaN: true }), (value, hue, saturation) => {
        for (const channel of changed([value, value, value], { hue, saturation }))
          expect(Math.abs(channel - value)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
