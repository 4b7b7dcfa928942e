// The only import of onnxruntime: a graph's bytes in, a session that runs it out.

// Before the engine is loaded, not after.
import './no-telemetry.ts';

import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Session, Tensor } from '../nn/tensor.ts';

export interface SessionOptions {
  /** Threads of one operator; 0 lets the engine take every core. */
  readonly threads?: number;
  /** `off` keeps the graph as written, for tests that look for what an optimisation changes. */
  readonly optimise?: 'all' | 'off';
}

/** Loads a model. Throws the engine's own error when the bytes are no model that it can run. */
export async function createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads ?? 0,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: options.optimise === 'off' ? 'disabled' : 'all',
    logSeverityLevel: 3,
  });
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds, into = {}) => {
      const inputs: Record<string, OrtTensor> = {};
      for (const name of session.inputNames) {
        const value = feeds[name];
        if (!value) throw new Error(`the model's input ${name} was not fed`);
        inputs[name] = toOrt(value);
      }
      const wanted: Record<string, OrtTensor | null> = {};
      for (const name of session.outputNames) wanted[name] = into[name] ? toOrt(into[name]) : null;
      const results = await session.run(inputs, wanted);
      return Object.fromEntries(session.outputNames.map((name) => [name, fromOrt(name, results[name])]));
    },
  };
}

const toOrt = ({ dims, data }: Tensor): OrtTensor => new OrtTensor('float32', data, dims);

function fromOrt(name: string, value: OrtTensor): Tensor {
  if (!(value.data instanceof Float32Array))
    throw new TypeError(`output ${name} is ${value.type}, not float32`);
  return { dims: value.dims, data: value.data };
}
