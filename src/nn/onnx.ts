// ONNX's protobuf, as much of it as the project's graphs use: a writer and a reader of ModelProto.
// Field numbers are those of onnx/onnx.proto (IR version 8). It is not a validator: the engine is.

import { PbfReader, PbfWriter } from 'pbf';

export const OPSET = 17;
const IR_VERSION = 8;

/** TensorProto.DataType */
const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT32 = 6;
const INT64 = 7;
const FLOAT16 = 10;

export type Attribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** `float16` values are held as 32-bit floats and rounded when written. */
export type Initializer =
  | { readonly type: 'float' | 'float16'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int8'; readonly dims: readonly number[]; readonly data: Int8Array }
  | { readonly type: 'uint8'; readonly dims: readonly number[]; readonly data: Uint8Array }
  | { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: readonly number[] };

const DATA_TYPES = {
  float: FLOAT,
  float16: FLOAT16,
  uint8: UINT8,
  int8: INT8,
  int32: INT32,
  int64: INT64,
} as const;

/** A graph's input or output, always 32-bit floats. A string is a named, dynamic dimension. */
export interface OnnxPort {
  readonly name: string;
  /** Left out where the engine is to infer it. */
  readonly shape?: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

export function encodeModel(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'tampinha');
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, (version: number, p: PbfWriter) => p.writeVarintField(2, version), OPSET);
  return pbf.finish();
}

function writeGraph(model: OnnxModel, pbf: PbfWriter): void {
  for (const node of model.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, model.name);
  for (const [name, value] of model.initializers) pbf.writeMessage(5, writeTensor, { name, value });
  for (const port of model.inputs) pbf.writeMessage(11, writePort, port);
  for (const port of model.outputs) pbf.writeMessage(12, writePort, port);
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const name of node.inputs) pbf.writeStringField(1, name);
  for (const name of node.outputs) pbf.writeStringField(2, name);
  pbf.writeStringField(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    pbf.writeMessage(5, writeAttribute, { name, attribute });
  }
}

function writeAttribute({ name, attribute }: { name: string; attribute: Attribute }, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  switch (attribute.type) {
    case 'float':
      pbf.writeFloatField(2, attribute.value);
      pbf.writeVarintField(20, 1);
      break;
    case 'int':
      pbf.writeVarintField(3, attribute.value);
      pbf.writeVarintField(20, 2);
      break;
    case 'string':
      pbf.writeStringField(4, attribute.value);
      pbf.writeVarintField(20, 3);
      break;
    case 'ints':
      for (const value of attribute.value) pbf.writeVarintField(8, value);
      pbf.writeVarintField(20, 7);
  }
}

function writeTensor({ name, value }: { name: string; value: Initializer }, pbf: PbfWriter): void {
  for (const dim of value.dims) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, DATA_TYPES[value.type]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, rawBytes(value));
}

function rawBytes(value: Initializer): Uint8Array {
  if (value.type === 'int64') return new Uint8Array(BigInt64Array.from(value.data, BigInt).buffer);
  if (value.type === 'float16') return new Uint8Array(new Uint16Array(value.data.map(toHalf)).buffer);
  return new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
}

function writePort(port: OnnxPort, pbf: PbfWriter): void {
  pbf.writeStringField(1, port.name);
  // ValueInfoProto.type → TypeProto.tensor_type → shape → dim; each is one message deep.
  pbf.writeMessage(2, (_: null, type) => type.writeMessage(1, writeTensorType, port), null);
}

function writeTensorType(port: OnnxPort, pbf: PbfWriter): void {
  pbf.writeVarintField(1, FLOAT);
  if (!port.shape) return;
  pbf.writeMessage(
    2,
    (dims: readonly (number | string)[], shape) => {
      for (const dim of dims) shape.writeMessage(1, writeDimension, dim);
    },
    port.shape,
  );
}

function writeDimension(dim: number | string, pbf: PbfWriter): void {
  if (typeof dim === 'number') pbf.writeVarintField(1, dim);
  else pbf.writeStringField(2, dim);
}

/** Reads what `encodeModel` writes. Throws on files that hold anything else, external data for one. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const model = { name: '', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  new PbfReader(bytes).readFields((tag, result: MutableModel, pbf) => {
    if (tag === 7) pbf.readMessage(readGraphField, result);
  }, model);
  return model;
}

interface MutableModel {
  name: string;
  nodes: OnnxNode[];
  initializers: Map<string, Initializer>;
  inputs: OnnxPort[];
  outputs: OnnxPort[];
}

function readGraphField(tag: number, model: MutableModel, pbf: PbfReader): void {
  if (tag === 1) model.nodes.push(readNode(pbf));
  else if (tag === 2) model.name = pbf.readString();
  else if (tag === 5) model.initializers.set(...readTensor(pbf));
  else if (tag === 11) model.inputs.push(readPort(pbf));
  else if (tag === 12) model.outputs.push(readPort(pbf));
}

function readNode(pbf: PbfReader): OnnxNode {
  const node = {
    op: '',
    inputs: [] as string[],
    outputs: [] as string[],
    attributes: [] as [string, Attribute][],
  };
  pbf.readMessage((tag, result, p) => {
    if (tag === 1) result.inputs.push(p.readString());
    else if (tag === 2) result.outputs.push(p.readString());
    else if (tag === 4) result.op = p.readString();
    else if (tag === 5) result.attributes.push(readAttribute(p));
  }, node);
  // Not assigned one by one: a file may name an attribute `__proto__`.
  return { ...node, attributes: Object.fromEntries(node.attributes) };
}

function readAttribute(pbf: PbfReader): [string, Attribute] {
  const raw = { name: '', type: 0, float: 0, int: 0, string: '', ints: [] as number[] };
  pbf.readMessage((tag, result, p) => {
    if (tag === 1) result.name = p.readString();
    else if (tag === 2) result.float = p.readFloat();
    else if (tag === 3) result.int = p.readVarint(true);
    else if (tag === 4) result.string = p.readString();
    else if (tag === 8) p.readPackedVarint(result.ints, true);
    else if (tag === 20) result.type = p.readVarint();
  }, raw);
  switch (raw.type) {
    case 1:
      return [raw.name, { type: 'float', value: raw.float }];
    case 2:
      return [raw.name, { type: 'int', value: raw.int }];
    case 3:
      return [raw.name, { type: 'string', value: raw.string }];
    case 7:
      return [raw.name, { type: 'ints', value: raw.ints }];
    default:
      throw new Error(`ONNX attribute ${raw.name} has type ${raw.type}, which this reader does not know`);
  }
}

function readTensor(pbf: PbfReader): [string, Initializer] {
  const raw = { name: '', dims: [] as number[], type: 0, bytes: new Uint8Array() };
  pbf.readMessage((tag, result, p) => {
    if (tag === 1) p.readPackedVarint(result.dims);
    else if (tag === 2) result.type = p.readVarint();
    else if (tag === 8) result.name = p.readString();
    else if (tag === 9) result.bytes = Uint8Array.from(p.readBytes()); // a copy is aligned, a view may not be
  }, raw);
  const { name, dims, bytes } = raw;
  switch (raw.type) {
    case FLOAT:
      return [name, { type: 'float', dims, data: new Float32Array(bytes.buffer) }];
    case FLOAT16:
      return [
        name,
        { type: 'float16', dims, data: new Float32Array(new Uint16Array(bytes.buffer)).map(fromHalf) },
      ];
    case UINT8:
      return [name, { type: 'uint8', dims, data: bytes }];
    case INT8:
      return [name, { type: 'int8', dims, data: new Int8Array(bytes.buffer) }];
    case INT32:
      return [name, { type: 'int32', dims, data: new Int32Array(bytes.buffer) }];
    case INT64:
      return [name, { type: 'int64', dims, data: Array.from(new BigInt64Array(bytes.buffer), Number) }];
    default:
      throw new Error(`ONNX tensor ${name} has data type ${raw.type}, which this reader does not know`);
  }
}

function readPort(pbf: PbfReader): OnnxPort {
  const port: { name: string; shape?: (number | string)[] } = { name: '' };
  const readDimension = (tag: number, shape: (number | string)[], p: PbfReader): void => {
    if (tag === 1) shape.push(p.readVarint());
    else if (tag === 2) shape.push(p.readString());
  };
  return pbf.readMessage((tag, result, p) => {
    if (tag === 1) result.name = p.readString();
    else if (tag === 2) {
      p.readMessage((t1, r1, p1) => {
        if (t1 !== 1) return;
        p1.readMessage((t2, r2, p2) => {
          if (t2 !== 2) return;
          r2.shape = [];
          p2.readMessage((t3, shape, p3) => {
            if (t3 === 1) p3.readMessage(readDimension, shape);
          }, r2.shape);
        }, r1);
      }, result);
    }
  }, port);
}

const floatBits = new Float32Array(1);
const intBits = new Uint32Array(floatBits.buffer);

/** IEEE 754 binary16 bits of a number, rounded to nearest even; overflow becomes infinity. */
export function toHalf(value: number): number {
  floatBits[0] = value;
  const bits = intBits[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | Math.round(roundable(Math.abs(value) * 2 ** 24));
  const exponentAndMantissa = magnitude - 0x38000000;
  const halfway = 0x0fff + ((exponentAndMantissa >>> 13) & 1);
  return sign | ((exponentAndMantissa + halfway) >>> 13);
}

/** Math.round rounds halves up; nudge even halves down so that ties go to even. */
function roundable(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 && floor % 2 === 0 ? floor : value;
}

export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
