// The pretrained start of both mouth networks: the trunk of an SSD-MobileNetV2 that Google trained on Open
// Images V4 (23 classes, bottles among them) and ships inside the npm package @mediapipe/objectron, Apache-2.0.
// The weights are read from the installed package whenever a training starts; they are not in this repository.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DETECTOR_PREFIX } from '../../model/bottle-detector.ts';
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

/** Weights by this project's names: for `mobileNetTrunk`, and for the `bottleDetector` beside the finder. */
export async function readPretrained(): Promise<Record<'trunk' | 'detector', Map<string, Tensor>>> {
  const path = createRequire(import.meta.url).resolve(FILE);
  const bytes = (await readFile(path)).subarray(MODEL_START, MODEL_END);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== MODEL_SHA256)
    throw new Error(`${FILE} holds another model (SHA-256 ${sha256}) than expected`);
  const convolutions = convolutionsOf(readTflite(bytes));
  return { trunk: trunkOf(convolutions), detector: detectorOf(convolutions) };
}

const CONV_2D = 3;
const DEQUANTIZE = 6;
const DEPTHWISE_CONV_2D = 4;

interface Convolution {
  /** The layer's name in the TensorFlow checkpoint, or a longer one that holds it. */
  readonly source: string;
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Walks the convolutions: each names its filter, and its third input is the folded bias. */
function convolutionsOf({ tensors, operators }: TfliteModel): Convolution[] {
  const stored = new Map(
    operators.filter(({ code }) => code === DEQUANTIZE).map(({ inputs, outputs }) => [outputs[0], inputs[0]]),
  );
  const constant = (index: number): { name: string; shape: readonly number[]; data: Float32Array } => {
    const { name, shape, data } = tensors[stored.get(index) ?? index];
    if (!data) throw new Error(`${name} holds no weights`);
    return { name, shape, data };
  };
  return operators.flatMap(({ code, inputs, outputs }) => {
    if (code !== CONV_2D && code !== DEPTHWISE_CONV_2D) return [];
    const filter = constant(inputs[1]);
    const bias = constant(inputs[2]);
    const [first, height, width, last] = filter.shape;
    const turned = channelsFirst(filter.shape, filter.data);
    // A depthwise filter is stored as (1, k, k, C): turned it reads (1, C, k, k), in memory the same as (C, 1, k, k).
    const dims = code === CONV_2D ? [first, last, height, width] : [last, 1, height, width];
    return {
      // The converter renamed shared depthwise filters; their outputs still tell the layer.
      source: code === CONV_2D ? filter.name : tensors[outputs[0]].name,
      weight: tensor(dims, turned),
      bias: tensor(bias.shape, bias.data),
    };
  });
}

const LAYER = /^FeatureExtractor\/MobilenetV2\/(Conv|expanded_conv(?:_\d+)?\/(?:expand|depthwise|project))\//;

function trunkOf(convolutions: readonly Convolution[]): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const { source, weight, bias } of convolutions) {
    const layer = LAYER.exec(source)?.[1];
    if (layer) setConvolution(weights, `trunk.${layer.replace('/', '.')}`, weight, bias);
  }
  return weights;
}

/** Bottle among the detector's classes; 0 is background. */
const CLASSES = 24;
const BOTTLE = 16;

/** The body again under the detector's own name, its last convolution, and what its heads say of bottles. */
function detectorOf(convolutions: readonly Convolution[]): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const [name, value] of trunkOf(convolutions)) {
    weights.set(name.replace(/^trunk/, DETECTOR_PREFIX), value);
  }
  const named = (part: string): Convolution => {
    const found = convolutions.find(({ source }) => source.includes(part));
    if (!found) throw new Error(`the pretrained detector has no ${part}`);
    return found;
  };
  const top = named('MobilenetV2/Conv_1/');
  setConvolution(weights, `${DETECTOR_PREFIX}.Conv_1`, top.weight, top.bias);
  for (const [name, part] of [
    ['small', 'BoxPredictor_0/ClassPredictor'],
    ['large', 'BoxPredictor_1/ClassPredictor'],
  ]) {
    const { weight, bias } = bottleRows(named(part));
    setConvolution(weights, `${DETECTOR_PREFIX}.${name}`, weight, bias);
  }
  return weights;
}

/** Of a class predictor's (boxes · 24, C, 1, 1), the rows that speak of bottles. */
function bottleRows({ weight, bias }: Convolution): Record<'weight' | 'bias', Tensor> {
  const [outputs, channels] = weight.dims;
  const rows = Array.from({ length: outputs / CLASSES }, (_, box) => box * CLASSES + BOTTLE);
  const values = rows.flatMap((row) => [...weight.data.subarray(row * channels, (row + 1) * channels)]);
  return {
    weight: tensor([rows.length, channels, 1, 1], values),
    bias: tensor(
      [rows.length],
      rows.map((row) => bias.data[row]),
    ),
  };
}

function setConvolution(into: Map<string, Tensor>, name: string, weight: Tensor, bias: Tensor): void {
  into.set(`${name}.weight`, weight);
  into.set(`${name}.bias`, bias);
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
