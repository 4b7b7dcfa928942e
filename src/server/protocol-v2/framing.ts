import { Refusal } from '../../contract/errors.ts';

// The binary tensor extension of the Open Inference Protocol: a JSON head, then the tensors' bytes one after another,
// little-endian. An element of BYTES is its length as an unsigned 32-bit number, then its bytes.

export const HEADER_LENGTH = 'inference-header-content-length';

/** What is wrong with a request, and where: `name` is the place in the request. */
export function wrong(name: string, rule: string): Refusal {
  return new Refusal('INVALID_PARAMETER', { name, rule });
}

export interface Frame {
  /** The JSON head; null for a raw request, which is one tensor's bytes and nothing else. */
  readonly head: Buffer | null;
  readonly tail: Buffer;
}

/** Splits a body by the header that states the head's length; without that header all of it is JSON. Throws Refusal. */
export function splitFrame(body: Buffer, headerLength: string | undefined): Frame {
  if (headerLength === undefined) return { head: body, tail: body.subarray(body.length) };
  const length = /^\d{1,10}$/.test(headerLength) ? Number(headerLength) : Number.NaN;
  // Also false for NaN.
  if (!(length <= body.length))
    throw wrong(
      HEADER_LENGTH,
      `must be a whole number of at most the ${body.length} bytes of the body, not ${headerLength.slice(0, 20)}`,
    );
  return { head: length === 0 ? null : body.subarray(0, length), tail: body.subarray(length) };
}

/** The elements of a BYTES tensor; they share memory with `bytes`. Throws Refusal unless there are exactly `count`. */
export function readElements(bytes: Buffer, count: number, name: string): Buffer[] {
  const elements: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (elements.length === count) throw wrong(name, `holds more than the ${count} elements of its shape`);
    if (at + 4 > bytes.length) throw wrong(name, `ends inside the length of element ${elements.length}`);
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) throw wrong(name, `ends inside element ${elements.length}`);
    elements.push(bytes.subarray(at + 4, end));
    at = end;
  }
  if (elements.length < count) throw wrong(name, `expected ${count} elements, got ${elements.length}`);
  return elements;
}

export function writeElements(elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, element];
    }),
  );
}

/**
 * 32-bit floats, copied: where they lie in the body need not be a multiple of four. Copied as bytes, since the machines
 * that ONNX Runtime is built for are little-endian too and there may be millions.
 */
export function readFloats(bytes: Buffer, count: number, name: string): Float32Array {
  if (bytes.length !== 4 * count)
    throw wrong(name, `expected ${4 * count} bytes for its shape, got ${bytes.length}`);
  const floats = new Float32Array(count);
  bytes.copy(new Uint8Array(floats.buffer));
  return floats;
}

export function writeFloats(values: Iterable<number>): Buffer {
  const list = [...values];
  const bytes = Buffer.alloc(4 * list.length);
  list.forEach((value, i) => {
    bytes.writeFloatLE(value, 4 * i);
  });
  return bytes;
}

export function writeIntegers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeInt32LE(value, 4 * i);
  });
  return bytes;
}
