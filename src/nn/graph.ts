// A graph of ONNX operators under construction, and the tape that remembers how to differentiate it.
//
// Values are symbolic: a name and a static shape. An operator (ops.ts) emits its ONNX nodes and records one
// tape entry whose `backward` emits the nodes of its gradient. `gradients` walks the tape from the last entry
// to the first, as reverse-mode differentiation does (Griewank & Walther, Evaluating Derivatives, ch. 3),
// but what it produces is more graph: the whole training step ends up as one ONNX model.

import type { Attribute, Initializer, OnnxModel, OnnxNode, OnnxPort } from './onnx.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** A symbolic tensor of 32-bit floats. The first dimension of an activation is the batch. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Emits one input's gradient. It is called only for inputs that lead to something trainable. */
export type InputGradient = (() => Value) | null;

interface TapeEntry {
  readonly output: Value;
  readonly inputs: readonly Value[];
  readonly backward: (dy: Value) => readonly InputGradient[];
}

export const int = (value: number): Attribute => ({ type: 'int', value });
export const float = (value: number): Attribute => ({ type: 'float', value });
export const ints = (...value: number[]): Attribute => ({ type: 'ints', value });
export const string = (value: string): Attribute => ({ type: 'string', value });

/** How a weight is stored in a file; sums are always made in 32 bits. */
export type Precision = 'float' | 'float16';

export class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly initializers = new Map<string, Initializer>();
  private readonly tape: TapeEntry[] = [];
  private readonly constants = new Map<string, Value>();
  private counter = 0;

  /** A value fed at every run. */
  input(name: string, shape: readonly number[]): Value {
    const value = { name, shape };
    this.inputs.push(value);
    return value;
  }

  /**
   * A value stored in the model, such as a frozen or trained weight, in the precision given; the engine widens
   * it once, when it loads the model.
   */
  initializer(name: string, { dims, data }: Tensor, type: Precision = 'float'): Value {
    const value = { name, shape: dims };
    if (type === 'float') {
      this.initializers.set(name, { type, dims, data });
      return value;
    }
    this.initializers.set(`${name}.half`, { type, dims, data });
    this.nodes.push({ op: 'Cast', inputs: [`${name}.half`], outputs: [name], attributes: { to: int(1) } });
    return value;
  }

  /** A scalar constant; equal ones are stored once. */
  scalar(value: number): Value {
    return this.shared(`scalar ${value}`, [], { type: 'float', dims: [], data: Float32Array.of(value) });
  }

  /** A list of integers (axes, shapes, starts); equal ones are stored once. */
  ints(values: readonly number[]): Value {
    const initializer: Initializer = { type: 'int64', dims: [values.length], data: values };
    return this.shared(`ints ${values}`, [values.length], initializer);
  }

  private shared(key: string, shape: readonly number[], initializer: Initializer): Value {
    let value = this.constants.get(key);
    if (!value) {
      value = { name: this.fresh('const'), shape };
      this.initializers.set(value.name, initializer);
      this.constants.set(key, value);
    }
    return value;
  }

  /** Names a value as a result of the model. */
  output(name: string, value: Value): Value {
    this.nodes.push({ op: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
    const output = { name, shape: value.shape };
    this.outputs.push(output);
    return output;
  }

  /** Adds one ONNX node with one output; nothing is differentiated unless `record` says how. */
  emit(
    op: string,
    inputs: readonly (Value | null)[],
    shape: readonly number[],
    attributes: Record<string, Attribute> = {},
  ): Value {
    const name = this.fresh(op);
    this.nodes.push({ op, inputs: inputs.map((input) => input?.name ?? ''), outputs: [name], attributes });
    return { name, shape };
  }

  /** Tells how `output` differentiates: one gradient (or null) an input, given the gradient of the output. */
  record(output: Value, inputs: readonly Value[], backward: (dy: Value) => readonly InputGradient[]): Value {
    this.tape.push({ output, inputs, backward });
    return output;
  }

  /**
   * Emits d(loss)/d(parameter) for a scalar loss and returns it by parameter name.
   * Parts of the graph that do not lead from a parameter to the loss get no gradient nodes at all,
   * so frozen layers cost only their forward pass.
   */
  gradients(loss: Value, parameters: readonly Value[]): Map<string, Value> {
    const active = new Set(parameters.map((parameter) => parameter.name));
    for (const { inputs, output } of this.tape) {
      if (inputs.some((input) => active.has(input.name))) active.add(output.name);
    }
    const gradient = new Map<string, Value>([[loss.name, this.scalar(1)]]);
    for (const { output, inputs, backward } of this.tape.toReversed()) {
      const dy = gradient.get(output.name);
      if (!dy || !active.has(output.name)) continue;
      const inputGradients = backward(dy);
      inputs.forEach((input, i) => {
        const emitGradient = inputGradients[i];
        if (!emitGradient || !active.has(input.name)) return;
        const dx = emitGradient();
        const earlier = gradient.get(input.name);
        gradient.set(input.name, earlier ? this.emit('Add', [earlier, dx], dx.shape) : dx);
      });
    }
    return new Map(
      parameters.map((parameter) => {
        const dx = gradient.get(parameter.name);
        if (!dx) throw new Error(`the loss does not depend on the parameter ${parameter.name}`);
        return [parameter.name, dx];
      }),
    );
  }

  /** The finished model. `dynamicBatch` declares the first dimension of every port as the batch. */
  toModel(name: string, options: { dynamicBatch?: boolean } = {}): OnnxModel {
    const port = (value: Value): OnnxPort => ({
      name: value.name,
      shape: options.dynamicBatch ? ['batch', ...value.shape.slice(1)] : value.shape,
    });
    return {
      name,
      nodes: this.nodes,
      initializers: this.initializers,
      inputs: this.inputs.map(port),
      outputs: this.outputs.map(port),
    };
  }

  private fresh(op: string): string {
    this.counter += 1;
    return `${op}_${this.counter}`;
  }
}

/** Throws a RangeError that prints both shapes when they differ. */
export function expectShape(what: string, actual: readonly number[], expected: readonly number[]): void {
  if (actual.length !== expected.length || actual.some((dim, i) => dim !== expected[i])) {
    throw new RangeError(`${what}: shape [${actual}] where [${expected}] is needed`);
  }
}

/** Number of values in a symbolic tensor. */
export const countOf = (value: Value): number => sizeOf(value.shape);
