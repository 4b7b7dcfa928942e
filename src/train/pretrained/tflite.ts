// A reader of TFLite files, as far as taking weights out of them needs: operators, tensors, buffers.
// Table and field numbers are those of tensorflow/lite/schema/schema.fbs.

import { ByteBuffer } from 'flatbuffers';
import { fromHalf } from '../../nn/onnx.ts';

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** 32-bit floats whatever the file stores (float32, float16), or null for activations and integers. */
  readonly data: Float32Array | null;
}

export interface TfliteOperator {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
}

const FLOAT32 = 0;
const FLOAT16 = 1;

/** Reads the first subgraph. Throws on a file that is not TFLite. */
export function readTflite(bytes: Uint8Array): TfliteModel {
  const buffer = new ByteBuffer(bytes);
  if (String.fromCharCode(...bytes.subarray(4, 8)) !== 'TFL3') throw new Error('not a TFLite file');
  const model = new Table(buffer, buffer.readInt32(0));
  const codes = model.tables(1).map((code) => Math.max(code.int8(0), code.int32(3)));
  const graph = model.tables(2)[0];
  const buffers = model.tables(4);
  return {
    tensors: graph.tables(0).map((tensor) => ({
      name: tensor.text(3),
      shape: tensor.int32s(0),
      data: floats(buffers[tensor.uint32(2)].bytes(0), tensor.int8(1)),
    })),
    operators: graph.tables(3).map((operator) => ({
      code: codes[operator.uint32(0)],
      inputs: operator.int32s(1),
      outputs: operator.int32s(2),
    })),
  };
}

/** One flatbuffers table: fields by number, absent fields as zero or empty. */
class Table {
  private readonly buffer: ByteBuffer;
  private readonly at: number;

  constructor(buffer: ByteBuffer, at: number) {
    this.buffer = buffer;
    this.at = at;
  }

  private field(index: number): number | null {
    const offset = this.buffer.__offset(this.at, 4 + 2 * index);
    return offset ? this.at + offset : null;
  }

  int8(index: number): number {
    const at = this.field(index);
    return at === null ? 0 : this.buffer.readInt8(at);
  }

  int32(index: number): number {
    const at = this.field(index);
    return at === null ? 0 : this.buffer.readInt32(at);
  }

  uint32(index: number): number {
    const at = this.field(index);
    return at === null ? 0 : this.buffer.readUint32(at);
  }

  text(index: number): string {
    return new TextDecoder().decode(this.bytes(index));
  }

  bytes(index: number): Uint8Array {
    const vector = this.vector(index);
    return this.buffer.bytes().subarray(vector.start, vector.start + vector.length);
  }

  int32s(index: number): number[] {
    const { start, length } = this.vector(index);
    return Array.from({ length }, (_, i) => this.buffer.readInt32(start + 4 * i));
  }

  tables(index: number): Table[] {
    const { start, length } = this.vector(index);
    return Array.from({ length }, (_, i) => new Table(this.buffer, this.buffer.__indirect(start + 4 * i)));
  }

  private vector(index: number): { start: number; length: number } {
    const at = this.field(index);
    if (at === null) return { start: 0, length: 0 };
    return { start: this.buffer.__vector(at), length: this.buffer.__vector_len(at) };
  }
}

function floats(bytes: Uint8Array, type: number): Float32Array | null {
  if (bytes.length === 0) return null;
  const aligned = Uint8Array.from(bytes).buffer;
  if (type === FLOAT32) return new Float32Array(aligned);
  if (type === FLOAT16) return new Float32Array(new Uint16Array(aligned)).map(fromHalf);
  return null;
}
