import type { Prediction } from '../../contract/prediction.ts';
import { writeElements, writeFloats, writeIntegers, wrong } from './framing.ts';
import type { InferOutput, InferRequest, TensorMetadata } from './messages.ts';

// From predictions to the output tensors that were asked for.

type Tensor = {
  readonly shape: readonly number[];
  readonly datatype: 'BYTES' | 'FP32' | 'INT32';
  readonly values: readonly (string | number)[];
};

export const LABELS = ['open', 'closed'] as const;

interface Output {
  readonly metadata: TensorMetadata;
  readonly make: (predictions: readonly Prediction[]) => Tensor;
}

/** Every output of both models: they answer alike. */
const OUTPUTS: readonly Output[] = [
  output('verdict', 'BYTES', [-1], (all) => each(all, 'BYTES', ({ verdict }) => verdict)),
  output('p_open', 'FP32', [-1], (all) => each(all, 'FP32', ({ p_open }) => p_open)),
  output('confidence', 'FP32', [-1], (all) => each(all, 'FP32', ({ confidence }) => confidence)),
  output('probabilities', 'FP32', [-1, LABELS.length], probabilities),
  output('bottles', 'INT32', [-1], (all) => each(all, 'INT32', ({ bottles }) => bottles.length)),
  output('boxes', 'FP32', [-1, -1, 4], (all) => perBottle(all, [4], ({ box }) => box)),
  output('bottle_p_open', 'FP32', [-1, -1], (all) => perBottle(all, [], ({ p_open }) => [p_open])),
  output('bottle_presence', 'FP32', [-1, -1], (all) => perBottle(all, [], ({ presence }) => [presence])),
  output('prediction_id', 'BYTES', [-1], (all) => each(all, 'BYTES', ({ id }) => id)),
];

export const OUTPUT_METADATA = OUTPUTS.map(({ metadata }) => metadata);

function output(name: string, datatype: Tensor['datatype'], shape: number[], make: Output['make']): Output {
  return { metadata: { name, datatype, shape }, make };
}

function each(
  predictions: readonly Prediction[],
  datatype: Tensor['datatype'],
  value: (prediction: Prediction) => string | number,
): Tensor {
  return { shape: [predictions.length], datatype, values: predictions.map(value) };
}

function probabilities(predictions: readonly Prediction[]): Tensor {
  const values = predictions.flatMap(({ p_open }) => [p_open, 1 - p_open]);
  return { shape: [predictions.length, LABELS.length], datatype: 'FP32', values };
}

/** As many places for each picture as the picture with the most bottles needs; those not used hold zeros. */
function perBottle(
  predictions: readonly Prediction[],
  inner: readonly number[],
  values: (bottle: Prediction['bottles'][number]) => readonly number[],
): Tensor {
  const places = Math.max(0, ...predictions.map(({ bottles }) => bottles.length));
  const width = inner.reduce((product, n) => product * n, 1);
  const rows = predictions.flatMap(({ bottles }) => {
    const found = bottles.flatMap(values);
    return [...found, ...Array<number>(places * width - found.length).fill(0)];
  });
  return { shape: [predictions.length, places, ...inner], datatype: 'FP32', values: rows };
}

interface Wanted {
  readonly output: Output;
  readonly binary: boolean;
  readonly classes: number | undefined;
}

/** What a request wants back, checked before any work is done. Throws Refusal. */
export function wantedOutputs({ outputs = [], parameters = {} }: Omit<InferRequest, 'inputs'>): Wanted[] {
  const byDefault = flag(parameters, 'binary_data_output');
  if (outputs.length === 0)
    return OUTPUTS.map((each) => ({ output: each, binary: byDefault ?? false, classes: undefined }));
  const names = outputs.map(({ name }) => name);
  return outputs.map(({ name, parameters: own = {} }, i) => {
    const found = OUTPUTS.find(({ metadata }) => metadata.name === name);
    const known = OUTPUT_METADATA.map((one) => one.name).join(', ');
    if (!found) throw wrong('outputs', `there is no ${name.slice(0, 100)}, only ${known}`);
    if (names.indexOf(name) !== i) throw wrong('outputs', `${name} is asked for twice`);
    const binary = flag(own, 'binary_data') ?? byDefault ?? false;
    return { output: found, binary, classes: classesWanted(name, own) };
  });
}

function flag(parameters: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrong(name, 'must be true or false');
}

/** The classification extension: the n likeliest labels of an output that has labels. */
function classesWanted(name: string, parameters: Readonly<Record<string, unknown>>): number | undefined {
  const { classification } = parameters;
  if (classification === undefined) return undefined;
  if (name !== 'probabilities') throw wrong(name, 'only probabilities has classes');
  if (typeof classification !== 'number' || !Number.isInteger(classification) || classification < 1)
    throw wrong(name, 'classification must be a whole number above 0');
  return Math.min(classification, LABELS.length);
}

export interface WrittenOutputs {
  readonly outputs: InferOutput[];
  /** The bytes that follow the JSON, in the order of the outputs that announce some. */
  readonly tail: Buffer[];
}

export function writeOutputs(wanted: readonly Wanted[], predictions: readonly Prediction[]): WrittenOutputs {
  const tail: Buffer[] = [];
  const outputs = wanted.map(({ output: { metadata, make }, binary, classes }): InferOutput => {
    const tensor = classes ? classify(make(predictions), classes) : make(predictions);
    const { datatype } = tensor;
    const head = { name: metadata.name, datatype, shape: [...tensor.shape] };
    if (!binary) return { ...head, data: tensor.values.map((value) => told(value, datatype)) };
    const bytes = toBytes(tensor);
    tail.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  return { outputs, tail };
}

/** `value:index:label`, likeliest first. */
function classify({ values, shape }: Tensor, count: number): Tensor {
  const [rows = 0] = shape;
  const best = Array.from({ length: rows }, (_, row) => {
    const scores = LABELS.map((label, i) => ({ label, i, score: Number(values[row * LABELS.length + i]) }));
    const sorted = scores.sort((a, b) => b.score - a.score || a.i - b.i).slice(0, count);
    return sorted.map(({ label, i, score }) => `${score.toFixed(6)}:${i}:${label}`);
  });
  return { shape: [rows, count], datatype: 'BYTES', values: best.flat() };
}

function toBytes({ datatype, values }: Tensor): Buffer {
  if (datatype === 'BYTES') return writeElements(values.map((value) => Buffer.from(String(value))));
  return datatype === 'FP32' ? writeFloats(values.map(Number)) : writeIntegers(values.map(Number));
}

/** A 32-bit float as the shortest number that is read back as the same one, so that JSON and binary agree. */
function told(value: string | number, datatype: Tensor['datatype']): string | number {
  if (typeof value === 'string' || datatype !== 'FP32') return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return Number(value.toPrecision(9));
}
