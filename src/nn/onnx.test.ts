/// <reference lib="esnext.float16" />
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph, ints } from './graph.ts';
import {
  type Attribute,
  decodeModel,
  encodeModel,
  fromHalf,
  type Initializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  toHalf,
} from './onnx.ts';
import { sizeOf } from './tensor.ts';

const float32 = fc.float({ noNaN: true });
const safeInteger = fc.maxSafeInteger();

/** Letters of one to four bytes. (pbf 5.1 garbles characters beyond U+1FFFF; no name of ours holds one.) */
const text = fc.string({ unit: fc.constantFrom(...'aZ 0\0éÇ×→😀') });

const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ type: fc.constant('int' as const), value: safeInteger }),
  fc.record({ type: fc.constant('float' as const), value: float32 }),
  fc.record({ type: fc.constant('string' as const), value: text }),
  fc.record({ type: fc.constant('ints' as const), value: fc.array(safeInteger, { minLength: 1 }) }),
);

const name = fc.string({ minLength: 1 });

const node: fc.Arbitrary<OnnxNode> = fc.record({
  op: name,
  inputs: fc.array(fc.string()),
  outputs: fc.array(name),
  attributes: fc.dictionary(name, attribute, { noNullPrototype: true }),
});

const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

const initializer: fc.Arbitrary<Initializer> = dims.chain((shape) => {
  const count = { minLength: sizeOf(shape), maxLength: sizeOf(shape) };
  const floats = fc.array(float32, count).map((values) => Float32Array.from(values));
  const halves = fc.array(fc.integer({ min: 0, max: 0x7bff }), count);
  return fc.oneof(
    fc.record({ type: fc.constant('float' as const), dims: fc.constant(shape), data: floats }),
    fc.record({
      type: fc.constant('float16' as const),
      dims: fc.constant(shape),
      data: halves.map((bits) => Float32Array.from(bits, fromHalf)),
    }),
    fc.record({
      type: fc.constant('int8' as const),
      dims: fc.constant(shape),
      data: fc.array(fc.integer({ min: -128, max: 127 }), count).map((values) => Int8Array.from(values)),
    }),
    fc.record({
      type: fc.constant('uint8' as const),
      dims: fc.constant(shape),
      data: fc.array(fc.integer({ min: 0, max: 255 }), count).map((values) => Uint8Array.from(values)),
    }),
    fc.record({
      type: fc.constant('int32' as const),
      dims: fc.constant(shape),
      data: fc
        .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), count)
        .map((values) => Int32Array.from(values)),
    }),
    fc.record({
      type: fc.constant('int64' as const),
      dims: fc.constant(shape),
      data: fc.array(safeInteger, count),
    }),
  );
});

const port: fc.Arbitrary<OnnxPort> = fc.record({
  name,
  shape: fc.array(fc.oneof(fc.nat(), fc.constant('batch')), { maxLength: 4 }),
});

const model: fc.Arbitrary<OnnxModel> = fc.record({
  name: fc.string(),
  nodes: fc.array(node, { maxLength: 5 }),
  initializers: fc
    .uniqueArray(fc.tuple(name, initializer), { selector: ([key]) => key })
    .map((l) => new Map(l)),
  inputs: fc.array(port, { maxLength: 3 }),
  outputs: fc.array(port, { maxLength: 3 }),
});

describe('encodeModel and decodeModel', () => {
  it('give back any model that the types allow', () => {
    fc.assert(
      fc.property(model, (written) => {
        expect(decodeModel(encodeModel(written))).toEqual(written);
      }),
    );
  });

  it('give back an attribute by any name, found by the property above', () => {
    const attributes = Object.fromEntries([['__proto__', { type: 'int', value: 0 } as const]]);
    const nodes = [{ op: ' ', inputs: [], outputs: [], attributes }];
    const written = { name: '', nodes, initializers: new Map(), inputs: [], outputs: [] };
    const [node] = decodeModel(encodeModel(written)).nodes;
    expect(Object.keys(node?.attributes ?? {})).toEqual(['__proto__']);
  });

  it('read the same from a view into a larger buffer, as files read from disk are', () => {
    const g = new Graph();
    g.initializer('w', { dims: [2], data: Float32Array.of(1.5, -2) });
    const bytes = encodeModel(g.toModel('view'));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeModel(shifted.subarray(3))).toEqual(decodeModel(bytes));
  });

  it('write what the engine understands: 1.5 · x + [0.25, -3] rounded through half precision', async () => {
    const g = new Graph();
    const x = g.input('x', [1, 2]);
    const b = g.initializer('b', { dims: [1, 2], data: Float32Array.of(0.25, -3) }, 'float16');
    g.output('y', g.emit('Add', [g.emit('Mul', [x, g.scalar(1.5)], [1, 2]), b], [1, 2]));
    const session = await createSession(encodeModel(g.toModel('worked', { dynamicBatch: true })), {
      threads: 1,
    });
    const { y } = await session.run({ x: { dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) } });
    expect(y.dims).toEqual([2, 2]);
    expect([...y.data]).toEqual([1.75, 0, 4.75, 3]);
  });

  it('store an attribute as onnx.proto numbers its fields', () => {
    const g = new Graph();
    g.emit('T', [], [], { perm: ints(1, 0) });
    const bytes = Buffer.from(encodeModel(g.toModel('')));
    // AttributeProto: name (1) "perm", ints (8) 1, ints (8) 0, type (20) INTS = 7; NodeProto holds it as field 5.
    expect(bytes.includes(Buffer.from('2a0d0a047065726d40014000a00107', 'hex'))).toBe(true);
  });

  it('refuse what they do not know instead of guessing', () => {
    const unknownTensor = Buffer.from('3a072a05100b42017a', 'hex'); // data type 11 is double
    expect(() => decodeModel(unknownTensor)).toThrow('data type 11');
    const truncated = encodeModel({
      name: 'm',
      nodes: [],
      initializers: new Map([['w', { type: 'float', dims: [4], data: new Float32Array(4) }]]),
      inputs: [],
      outputs: [],
    }).subarray(0, 30);
    expect(() => decodeModel(truncated)).toThrow();
  });
});

describe('half precision agrees with Float16Array', () => {
  it('reads every one of the 65 536 halves alike', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const expected = new Float16Array(bits.buffer);
    expect(bits.filter((i) => !Object.is(fromHalf(i), expected[i]))).toHaveLength(0);
  });

  it('writes every half, every midpoint between two, and their neighbours alike', () => {
    const reference = new Float16Array(1);
    const referenceBits = new Uint16Array(reference.buffer);
    const check = (value: number): void => {
      const single = Math.fround(value);
      reference[0] = single;
      if (toHalf(single) !== referenceBits[0]) expect(toHalf(single), `${single}`).toBe(referenceBits[0]);
    };
    for (let i = 0; i < 0x7c00; i++) {
      const [low, high] = [fromHalf(i), i === 0x7bff ? 65536 : fromHalf(i + 1)];
      const middle = (low + high) / 2;
      for (const value of [low, middle, middle * (1 - 2 ** -20), middle * (1 + 2 ** -20)]) {
        check(value);
        check(-value);
      }
    }
    for (const value of [Infinity, -Infinity, 65519.99, 65520, 1e30, 1e-45, -1e-45]) check(value);
    expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
  });

  it('writes any single alike', () => {
    const reference = new Float16Array(1);
    fc.assert(
      fc.property(float32, (value) => {
        reference[0] = value;
        expect(fromHalf(toHalf(value))).toBe(reference[0]);
      }),
    );
  });
});
