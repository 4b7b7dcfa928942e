import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { readElements, readFloats, splitFrame, writeElements, writeFloats } from './framing.ts';
import { bytesOf, floatsOf, parseInferRequest } from './infer-request.ts';

const elements = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });

const IMAGE = { name: 'image', datatype: 'BYTES', shape: [-1] };
const PIXELS = { name: 'image', datatype: 'FP32', shape: [-1, -1, -1, 3] };

/** A request as a client of the protocol writes it. */
function request(head: object, tail: Uint8Array): { body: Buffer; headerLength: string } {
  const json = Buffer.from(JSON.stringify(head));
  return { body: Buffer.concat([json, tail]), headerLength: String(json.length) };
}

function bytesRequest(list: readonly Uint8Array[]) {
  const tail = writeElements(list);
  const parameters = { binary_data_size: tail.length };
  return request({ inputs: [{ name: 'image', shape: [list.length], datatype: 'BYTES', parameters }] }, tail);
}

describe('BYTES', () => {
  it('is a length in four little-endian bytes, then the bytes', () => {
    // The layout of the extension's text: uint32, little-endian, no padding.
    const bytes = Buffer.from([2, 0, 0, 0, 0xff, 0xd8, 0, 0, 0, 0, 1, 0, 0, 0, 0x41]);
    expect(readElements(bytes, 3, 'x')).toEqual([
      Buffer.from([0xff, 0xd8]),
      Buffer.alloc(0),
      Buffer.from('A'),
    ]);
    expect(writeElements([Buffer.from([0xff, 0xd8]), Buffer.alloc(0), Buffer.from('A')])).toEqual(bytes);
  });

  it('comes back as it went', () => {
    fc.assert(
      fc.property(elements, (list) => {
        const read = readElements(writeElements(list), list.length, 'x');
        expect(read.map((element) => [...element])).toEqual(list.map((element) => [...element]));
      }),
    );
  });

  it('is refused when cut off, longer, or of another number', () => {
    fc.assert(
      fc.property(elements, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (list, at, more) => {
        const bytes = writeElements(list);
        if (bytes.length > 0)
          expect(() => readElements(bytes.subarray(0, at % bytes.length), list.length, 'x')).toThrow(Refusal);
        expect(() => readElements(Buffer.concat([bytes, more]), list.length, 'x')).toThrow(Refusal);
        expect(() => readElements(bytes, list.length + 1, 'x')).toThrow(Refusal);
      }),
    );
  });

  it('is refused when an element says it is longer than the body', () => {
    expect(() => readElements(Buffer.from([0xff, 0xff, 0xff, 0xff, 1]), 1, 'x')).toThrow('inside element 0');
  });
});

describe('FP32', () => {
  it('is IEEE 754, little-endian', () => {
    // 1.0 and -2.5 as any book on floating point has them.
    expect(writeFloats([1, -2.5])).toEqual(Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]));
  });

  it('comes back as it went, from any place in a body', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true }), fc.nat(7), (floats, offset) => {
        const body = Buffer.concat([Buffer.alloc(offset), writeFloats(floats)]);
        expect(readFloats(body.subarray(offset), floats.length, 'x')).toEqual(floats);
      }),
    );
  });

  it('is refused in another size than the shape says', () => {
    expect(() => readFloats(Buffer.alloc(40), 8, 'x')).toThrow('expected 32 bytes for its shape, got 40');
  });
});

describe('a request', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(elements, (list) => {
        const { body, headerLength } = bytesRequest(list);
        const { input } = parseInferRequest(body, headerLength, IMAGE);
        expect(bytesOf(input).map((element) => [...element])).toEqual(list.map((element) => [...element]));
      }),
    );
  });

  it('is refused after any change of its framing', () => {
    const read = (body: Buffer, headerLength: string) =>
      bytesOf(parseInferRequest(body, headerLength, IMAGE).input);
    fc.assert(
      fc.property(elements, fc.integer({ min: -400, max: 400 }), (list, by) => {
        const { body, headerLength } = bytesRequest(list);
        // A head of length 0 is another request: a raw one.
        fc.pre(by !== 0 && Number(headerLength) + by !== 0);
        expect(() => read(body, String(Number(headerLength) + by))).toThrow(Refusal);
        const length = body.length + by;
        const resized = Buffer.concat([body, Buffer.alloc(Math.max(0, by))]).subarray(0, Math.max(0, length));
        expect(() => read(resized, headerLength)).toThrow(Refusal);
      }),
    );
  });

  it('is read or refused after any change of its bytes, and nothing else', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(elements, fc.array(change, { minLength: 1, maxLength: 5 }), (list, changes) => {
        const { body, headerLength } = bytesRequest(list);
        for (const [at, value] of changes) body[at % body.length] = value;
        try {
          const read = bytesOf(parseInferRequest(body, headerLength, IMAGE).input);
          expect(read).toHaveLength(list.length);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });

  it.each(['-1', '1e2', '0x10', '', ' 5', '99999999999999', '2147483648', 'NaN', '5, 5'])(
    'is refused with the header length %j',
    (length) => expect(() => splitFrame(Buffer.from('{"a":1}'), length)).toThrow(Refusal),
  );

  it('is all JSON without a header length, and all tensor with 0', () => {
    const body = Buffer.from('{}');
    expect(splitFrame(body, undefined)).toEqual({ head: body, tail: Buffer.alloc(0) });
    expect(splitFrame(body, '0')).toEqual({ head: null, tail: body });
    expect(bytesOf(parseInferRequest(body, '0', IMAGE).input)).toEqual([body]);
    expect(() => parseInferRequest(body, '0', PIXELS)).toThrow('leaves the shape');
  });

  const json = (...inputs: object[]) => Buffer.from(JSON.stringify({ inputs }));
  const image = { name: 'image', shape: [1], datatype: 'BYTES', data: ['AA=='] };
  it.each([
    ['no input', json(), 'expected image, got none'],
    ['another input', json({ ...image, name: 'photo' }), 'expected image, got photo'],
    ['an input twice', json(image, image), 'image is there 2 times'],
    ['another datatype', json({ ...image, datatype: 'bytes' }), 'expected datatype BYTES, got bytes'],
    ['another number of dimensions', json({ ...image, shape: [1, 1] }), 'expected shape [-1], got [1,1]'],
    ['a negative dimension', json({ ...image, shape: [-1] }), 'inputs/0/shape/0'],
    ['too few elements', json({ ...image, shape: [2] }), 'expected 2 elements, got 1'],
    ['too many elements', json({ ...image, data: ['', ''] }), 'more than the 1 elements'],
    ['an element that is no text', json({ ...image, data: [1] }), 'image[0]'],
    ['text that is no base64', json({ ...image, data: ['é'] }), 'not valid base64'],
    ['neither data nor bytes', json({ name: 'image', shape: [1], datatype: 'BYTES' }), 'either data or'],
    ['data and bytes', json({ ...image, parameters: { binary_data_size: 0 } }), 'either data or'],
    [
      'a size that is no number',
      json({ ...image, data: undefined, parameters: { binary_data_size: -4 } }),
      'whole',
    ],
  ])('with %s is refused by name', (_what, body, message) => {
    const read = () => bytesOf(parseInferRequest(body, undefined, IMAGE).input);
    expect(read).toThrow(message);
  });

  it('takes nested data like flat data, at any depth', () => {
    const nested = `${'['.repeat(5_000)}255${']'.repeat(5_000)}`;
    const shape = [1, 1, 1, 3];
    const body = (data: string) =>
      Buffer.from(`{"inputs":[{"name":"image","shape":[${shape}],"datatype":"FP32","data":${data}}]}`);
    const read = (data: string) => floatsOf(parseInferRequest(body(data), undefined, PIXELS).input);
    expect(read('[[[[1,2.5,3]]]]')).toEqual(Float32Array.of(1, 2.5, 3));
    expect(read('[1,2.5,3]')).toEqual(Float32Array.of(1, 2.5, 3));
    expect(read(`[0,0,${nested}]`)).toEqual(Float32Array.of(0, 0, 255));
  });

  it.each([
    ['elements', `{"inputs":[{"data":[${'{},'.repeat(400_000)}{}]}]}`, 400_000],
    [
      'parameters',
      JSON.stringify({ parameters: Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [i, i])) }),
      2_000,
    ],
  ])('with too many %s is refused before anything is made of them', (_what, text, limit) => {
    const read = () => parseInferRequest(Buffer.from(text), undefined, PIXELS);
    expect(read).toThrow(expect.objectContaining({ code: 'TOO_MANY_VALUES', values: { limit } }));
  });

  it('with a shape beyond all bounds is refused, not allocated', () => {
    const shape = [2147483647, 2147483647, 2147483647, 3];
    const { body, headerLength } = request(
      { inputs: [{ name: 'image', shape, datatype: 'FP32', parameters: { binary_data_size: 0 } }] },
      Buffer.alloc(0),
    );
    expect(() => floatsOf(parseInferRequest(body, headerLength, PIXELS).input)).toThrow(Refusal);
  });
});
