/** Values that enter or leave a graph: row-major 32-bit floats with their shape. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Number of values in a shape; 1 for a scalar (`[]`). */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Wraps values in a shape. Throws a RangeError that names both when they do not fit. */
export function tensor(dims: readonly number[], data: Float32Array | readonly number[]): Tensor {
  if (data.length !== sizeOf(dims))
    throw new RangeError(`${data.length} values do not fill the shape [${dims}]`);
  return { dims, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/**
 * A graph ready to run, whatever engine runs it. This is the one door between the pure layers and an
 * inference engine: `engine` implements it with onnxruntime-node, a browser build could with WebAssembly.
 */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** All outputs by name. Outputs named in `into` are written there, without a new allocation. */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>>;
}
