import { Refusal } from '../../contract/errors.ts';
import { LIMITS } from '../../contract/limits.ts';
import { checkBase64 } from '../base64.ts';
import { checked } from '../checked.ts';
import { parseJson } from '../parse-json.ts';
import { readElements, readFloats, splitFrame, wrong } from './framing.ts';
import { type InferInput, InferRequest, type TensorMetadata } from './messages.ts';

// From a body to the one input tensor of a model.

/** An input whose bytes have been found, or whose elements came in the JSON. */
export interface Input {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly parameters: NonNullable<InferInput['parameters']>;
  readonly content: { readonly binary: Buffer } | { readonly json: readonly unknown[] };
}

export interface ParsedRequest {
  readonly request: Omit<InferRequest, 'inputs'>;
  readonly input: Input;
}

/** @param only the model's input: every model here has exactly one. Throws Refusal. */
export function parseInferRequest(
  body: Buffer,
  headerLength: string | undefined,
  only: TensorMetadata,
): ParsedRequest {
  const { head, tail } = splitFrame(body, headerLength);
  if (!head) return rawRequest(tail, only);
  const { inputs, ...request } = parseHead(head);
  const found = attachBytes(inputs, tail);
  checkInputs(found, only);
  const [input] = found;
  if (!input) throw wrong('inputs', `expected ${only.name}, got none`);
  return { request, input };
}

/** The body is the tensor. What cannot be known without a head must be fixed: the number of elements is one. */
function rawRequest(tail: Buffer, { name, datatype, shape }: TensorMetadata): ParsedRequest {
  if (datatype !== 'BYTES' || shape.length !== 1)
    throw wrong('body', `a raw request leaves the shape ${JSON.stringify(shape)} of ${name} open`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(tail.length);
  return {
    request: { parameters: { binary_data_output: true } },
    input: {
      name,
      shape: [1],
      datatype,
      parameters: {},
      content: { binary: Buffer.concat([length, tail]) },
    },
  };
}

function parseHead(head: Buffer): InferRequest {
  const value = parseJson(head, LIMITS.inferValues);
  const elements = setElementsAside(value);
  refuseLongWinded(value);
  const { inputs, ...request } = checked(InferRequest, value, 'body');
  const whole = inputs.map((input, i) => (elements[i] ? { ...input, data: elements[i] } : input));
  return { ...request, inputs: whole };
}

/**
 * Takes the elements out of the inputs, whatever the inputs are: checked one by one against a schema that allows
 * anything, a hundred thousand of them would take a second.
 */
function setElementsAside(value: unknown): (unknown[] | undefined)[] {
  const inputs: unknown =
    typeof value === 'object' && value !== null && 'inputs' in value ? value.inputs : [];
  if (!Array.isArray(inputs)) return [];
  return inputs.map((input: unknown) => {
    if (typeof input !== 'object' || input === null || !('data' in input)) return undefined;
    const { data } = input;
    if (!Array.isArray(data)) return undefined;
    input.data = [];
    return data;
  });
}

/** Values of a head beside the elements of its tensors. */
const OTHER_VALUES = 2_000;

/** Not recursive: a client chooses the depth. Throws Refusal. */
function refuseLongWinded(value: unknown): void {
  const open = [value];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inside: unknown[] = Object.values(next);
    seen += inside.length;
    if (seen > OTHER_VALUES) throw new Refusal('TOO_MANY_VALUES', { limit: OTHER_VALUES });
    for (const one of inside) open.push(one);
  }
}

/** Gives every input that announces a size its piece of the tail, in the order of the inputs. */
function attachBytes(inputs: readonly InferInput[], tail: Buffer): Input[] {
  let at = 0;
  const attached = inputs.map((input): Input => {
    const { name, shape, datatype, parameters = {}, data } = input;
    const size = parameters.binary_data_size;
    if ((size === undefined) === (data === undefined))
      throw wrong(name, 'needs either data or binary_data_size');
    if (size === undefined) return { name, shape, datatype, parameters, content: { json: data ?? [] } };
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
      throw wrong(name, 'binary_data_size must be a whole number');
    if (at + size > tail.length)
      throw wrong(name, `binary_data_size is ${size}, but only ${tail.length - at} bytes are left`);
    const binary = tail.subarray(at, at + size);
    at += size;
    return { name, shape, datatype, parameters, content: { binary } };
  });
  if (at !== tail.length) throw wrong('body', `${tail.length - at} bytes belong to no input`);
  return attached;
}

function checkInputs(inputs: readonly Input[], { name, datatype, shape }: TensorMetadata): void {
  for (const input of inputs) {
    if (input.name !== name) throw wrong('inputs', `expected ${name}, got ${input.name.slice(0, 100)}`);
    if (input.datatype !== datatype)
      throw wrong(name, `expected datatype ${datatype}, got ${input.datatype.slice(0, 20)}`);
    const fits =
      input.shape.length === shape.length && shape.every((n, i) => n === -1 || n === input.shape[i]);
    if (!fits)
      throw wrong(name, `expected shape ${JSON.stringify(shape)}, got ${JSON.stringify(input.shape)}`);
  }
  if (inputs.length > 1) throw wrong('inputs', `${name} is there ${inputs.length} times`);
}

/** The number of elements that a shape asks for; more than can be counted is more than anyone has sent. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** The elements of a BYTES input; in JSON they are base64. Throws Refusal. */
export function bytesOf({ name, shape, parameters, content }: Input): Buffer[] {
  const count = elementsOf(shape);
  if ('binary' in content) return readElements(content.binary, count, name);
  const kind = parameters.content_type ?? 'base64';
  if (kind !== 'base64') throw wrong(name, 'content_type must be base64');
  return flat(content.json, count, name).map((element, i) => {
    if (typeof element !== 'string') throw wrong(`${name}[${i}]`, 'must be a string of base64');
    return Buffer.from(checkBase64(element, i), 'base64');
  });
}

/** The elements of an FP32 input. Throws Refusal. */
export function floatsOf({ name, shape, content }: Input): Float32Array {
  const count = elementsOf(shape);
  if ('binary' in content) return readFloats(content.binary, count, name);
  const elements = flat(content.json, count, name);
  const floats = new Float32Array(count);
  for (const [i, element] of elements.entries()) {
    if (typeof element !== 'number') throw wrong(name, 'every element must be a number');
    floats[i] = element;
  }
  return floats;
}

/** The elements in order, whatever they are nested in. Not recursive: a client chooses the depth. */
function flat(data: readonly unknown[], count: number, name: string): unknown[] {
  const elements: unknown[] = [];
  const open = [{ list: data, at: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (top.at === top.list.length) {
      open.pop();
      continue;
    }
    const element = top.list[top.at];
    top.at += 1;
    if (Array.isArray(element)) open.push({ list: element, at: 0 });
    else if (elements.push(element) > count)
      throw wrong(name, `holds more than the ${count} elements of its shape`);
  }
  if (elements.length < count) throw wrong(name, `expected ${count} elements, got ${elements.length}`);
  return elements;
}
