// What a network that has seen many things, but none of these labels, makes of a mouth or a whole picture.

import type { Mouth } from '../dataset/index.ts';
import { createSession } from '../engine/session.ts';
import { mobileNetTrunk } from '../model/mobilenet.ts';
import { cropMouth } from '../model/reader-crop.ts';
import { Graph } from '../nn/graph.ts';
import { encodeModel } from '../nn/onnx.ts';
import { concat, globalAveragePool } from '../nn/ops.ts';
import { storedScope, type Weights } from '../nn/parameters.ts';
import { letterbox } from '../vision/letterbox.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { writeTensor } from '../vision/to-tensor.ts';

/** Features of a picture: of the crop around its largest mouth where it has one, of the whole picture otherwise. */
export type Embed = (image: RgbImage, mouths: readonly Mouth[]) => Promise<Float64Array>;

const SIZE = 128;
/** Side of the crop in mouth diameters. */
const ZOOM = 2.8;
const GREY = [114, 114, 114] as const;

/** A frozen trunk that turns a picture into 416 numbers: the means of its last maps at strides 16 and 32. */
export async function openTrunk(weights: Weights, threads = 1): Promise<Embed> {
  const session = await createSession(trunkModel(weights), { threads });
  return async (image, mouths) => {
    const data = new Float32Array(3 * SIZE * SIZE);
    writeTensor(viewOf(image, mouths), { mean: 127.5, scale: 127.5 }, data);
    const { features } = await session.run({ x: { dims: [1, 3, SIZE, SIZE], data } });
    return Float64Array.from(features.data);
  };
}

function trunkModel(weights: Weights): Uint8Array {
  const g = new Graph();
  const trunk = mobileNetTrunk(g, storedScope(g, weights), g.input('x', [1, 3, SIZE, SIZE]));
  const features = concat(g, [globalAveragePool(g, trunk.stride16), globalAveragePool(g, trunk.stride32)]);
  g.output('features', features);
  return encodeModel(g.toModel('frozen trunk'));
}

function viewOf(image: RgbImage, mouths: readonly Mouth[]): RgbImage {
  const [largest] = mouths.toSorted((one, other) => other.d - one.d);
  if (!largest) return letterbox(image, SIZE, GREY).image;
  const { cx, cy, d, angle } = largest;
  const place = { x: cx * image.width, y: cy * image.height, diameter: d * image.width, angle };
  return cropMouth(image, place, ZOOM, SIZE, GREY);
}
