// What a camera and a messenger do to a picture, applied to a network's input after it was cut out.

import { normal, type Random } from '../nn/random.ts';
import { changeColour, drawColourChange } from '../vision/colour.ts';
import { addNoise, blur, lowerResolution } from '../vision/degrade.ts';
import { jpegArtefacts } from '../vision/jpeg-artefacts.ts';
import type { RgbImage } from '../vision/rgb-image.ts';

/** Colour always; blur, low resolution, noise and JPEG each now and then. */
export function distort(image: RgbImage, random: Random): RgbImage {
  let distorted = changeColour(image, drawColourChange(random));
  if (random() < 0.2) distorted = blur(distorted, 0.4 + 1.2 * random());
  if (random() < 0.2) distorted = lowerResolution(distorted, 1 + 1.5 * random());
  if (random() < 0.2) distorted = addNoise(distorted, Math.abs(normal(random)) * 8, random);
  if (random() < 0.2) distorted = jpegArtefacts(distorted, 20 + 60 * random());
  return distorted;
}

/** Degrees: mostly nearly upright, sometimes tilted, sometimes any way round. */
export function drawTurn(random: Random): number {
  const kind = random();
  if (kind < 0.6) return normal(random) * 8;
  if (kind < 0.85) return (random() * 2 - 1) * 45;
  return random() * 360;
}
