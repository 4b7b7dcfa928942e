import { LIMITS } from '../../contract/limits.ts';
import type { Card } from '../../model/card.ts';
import { wrong } from './framing.ts';
import { bytesOf, floatsOf, type Input } from './infer-request.ts';
import type { ModelMetadata, TensorMetadata } from './messages.ts';
import { LABELS, OUTPUT_METADATA } from './outputs.ts';

// The two models of the protocol. One takes files, the other pixels; both are the classifier that answers elsewhere.

export interface OipModel {
  readonly name: string;
  readonly input: TensorMetadata;
  readonly about: string;
  /** The pictures of an input, as files. Throws Refusal. */
  readonly pictures: (input: Input, card: Card) => Promise<Uint8Array[]>;
}

const BOTTLE: OipModel = {
  name: 'bottle',
  input: { name: 'image', datatype: 'BYTES', shape: [-1] },
  about: 'Each element is a whole JPEG, PNG or WebP file',
  pictures: async (input) => {
    checkCount(input);
    return bytesOf(input);
  },
};

/**
 * Pixels travel on as lossless files: limits, cache, log and workers then hold for them as for every other picture,
 * and the answer is exactly that of the same pixels in a PNG.
 */
const BOTTLE_TENSOR: OipModel = {
  name: 'bottle_tensor',
  input: { name: 'image', datatype: 'FP32', shape: [-1, -1, -1, 3] },
  about: 'Upright sRGB pixels, 0 to 255: picture, row, column, red-green-blue',
  pictures: async (input, card) => {
    checkCount(input);
    const [count = 0, height = 0, width = 0] = input.shape;
    const longest = Math.max(width, height);
    if (longest > card.maxSide)
      throw wrong(input.name, `at most ${card.maxSide} pixels to a side, got ${longest}`);
    if (Math.min(width, height) === 0) throw wrong(input.name, 'a picture without pixels');
    const pixels = toBytes(floatsOf(input), input.name);
    const size = 3 * width * height;
    // The process that speaks HTTP has no use for the library of pictures until somebody sends pixels.
    const { encodePng } = await import('../../decode/encode.ts');
    const files = Array.from({ length: count }, (_, i) =>
      encodePng({ width, height, data: pixels.subarray(i * size, (i + 1) * size) }),
    );
    return Promise.all(files);
  },
};

export const OIP_MODELS: readonly OipModel[] = [BOTTLE, BOTTLE_TENSOR];

function checkCount({ name, shape: [count = 0] }: Input): void {
  if (count < 1 || count > LIMITS.picturesPerRequest)
    throw wrong(name, `1 to ${LIMITS.picturesPerRequest} pictures in one request, got ${count}`);
}

/** By index: an iterator over the millions of values of one request would keep all others waiting for seconds. */
function toBytes(floats: Float32Array, name: string): Uint8Array {
  const bytes = new Uint8Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const value = floats[i] ?? Number.NaN;
    // Also false for what is no number.
    if (!(value >= 0 && value <= 255)) throw wrong(name, `every pixel must be 0 to 255, got ${value}`);
    bytes[i] = Math.round(value);
  }
  return bytes;
}

export function describeOipModel({ name, input, about }: OipModel, card: Card): ModelMetadata {
  const [closedBelow, openAbove] = [card.thresholds.closedBelow, card.thresholds.openAbove];
  return {
    name,
    versions: [card.id],
    platform: 'onnx_onnxruntime',
    inputs: [input],
    outputs: OUTPUT_METADATA,
    properties: {
      input: about,
      labels: LABELS.join(','),
      uncertain: `${closedBelow} to ${openAbove}`,
      max_side: String(card.maxSide),
      pictures_per_request: String(LIMITS.picturesPerRequest),
    },
  };
}
