// Pictures of a network's size as its input tensor, by the constants of its card.

import type { Tensor } from '../nn/tensor.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { writeTensor } from '../vision/to-tensor.ts';
import type { NetworkInput } from './card.ts';

/** (N, 3, size, size) as the card says. */
export function toBatch(images: readonly RgbImage[], input: NetworkInput): Tensor {
  const values = 3 * input.size * input.size;
  const data = new Float32Array(images.length * values);
  images.forEach((image, i) => {
    writeTensor(image, input, data, i * values);
  });
  return { dims: [images.length, 3, input.size, input.size], data };
}
