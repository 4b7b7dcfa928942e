// The pretrained start of both mouth networks: the trunk of an SSD-MobileNetV2 that Google trained on Open
// Images V4 (23 classes, bottles among them) and ships inside the npm package @mediapipe/objectron, Apache-2.0.
// The weights are read from the installed package whenever a training starts; they are not in this repository.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Tensor, tensor } from '../../nn/tensor.ts';
import { readTflite, type TfliteModel } from './tflite.ts';

export const PRETRAINED = {
  what: 'start of both trunks: SSD-MobileNetV2, Open Images V4',
  licence: 'Apache-2.0',
  from: 'npm @mediapipe/objectron 0.4.1675468480',
} as const;

const FILE = '@mediapipe/objectron/objectron_solution_packed_assets.data';
/** The package's asset file holds the label list, then the TFLite model. */
const MODEL_START = 184;
const MODEL_END = 9987912;
const MODEL_SHA256 = 'd0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6';

/** Trunk weights by this project's names, ready for `mobileNetTrunk`. */
export async function readPretrainedTrunk(): Promise<Map<string, Tensor>> {
  const path = createRequire(import.meta.url).resolve(FILE);
  const bytes = (await readFile(path)).subarray(MODEL_START, MODEL_END);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== MODEL_SHA256)
    throw new Error(`${FILE} holds another model (SHA-256 ${sha256}) than expected`);
  return trunkOf(readTflite(bytes));
}

const CONV_2D = 3;
const DEQUANTIZE = 6;
const DEPTHWISE_CONV_2D = 4;

const LAYER = /^FeatureExtractor\/MobilenetV2\/(Conv|expanded_conv(?:_\d+)?\/(?:expand|depthwise|project))\//;

/** Walks the convolutions: each names its filter, and its third input is the folded bias. */
function trunkOf({ tensors, operators }: TfliteModel): Map<string, Tensor> {
  const stored = new Map(
    operators.filter(({ code }) => code === DEQUANTIZE).map(({ inputs, outputs }) => [outputs[0], inputs[0]]),
  );
  const constant = (index: number): { name: string; shape: readonly number[]; data: Float32Array } => {
    const { name, shape, data } = tensors[stored.get(index) ?? index];
    if (!data) throw new Error(`${name} holds no weights`);
    return { name, shape, data };
  };
  const weights = new Map<string, Tensor>();
  for (const { code, inputs, outputs } of operators) {
    if (code !== CONV_2D && code !== DEPTHWISE_CONV_2D) continue;
    const filter = constant(inputs[1]);
    // The converter renamed shared depthwise filters; their outputs still tell the layer.
    const source = code === CONV_2D ? filter.name : tensors[outputs[0]].name;
    const layer = LAYER.exec(source)?.[1];
    if (!layer) continue;
    const bias = constant(inputs[2]);
    const name = `trunk.${layer.replace('/', '.')}`;
    const [first, height, width, last] = filter.shape;
    const turned = channelsFirst(filter.shape, filter.data);
    // A depthwise filter is stored as (1, k, k, C): turned it reads (1, C, k, k), in memory the same as (C, 1, k, k).
    const dims = code === CONV_2D ? [first, last, height, width] : [last, 1, height, width];
    weights.set(`${name}.weight`, tensor(dims, turned));
    weights.set(`${name}.bias`, tensor(bias.shape, bias.data));
  }
  return weights;
}

/** (A, k, k, B) → (A, B, k, k) */
function channelsFirst([a, height, width, b]: readonly number[], data: Float32Array): Float32Array {
  const area = height * width;
  const out = new Float32Array(data.length);
  for (let i = 0; i < a; i++) {
    for (let p = 0; p < area; p++) {
      for (let j = 0; j < b; j++) out[(i * b + j) * area + p] = data[(i * area + p) * b + j];
    }
  }
  return out;
}
