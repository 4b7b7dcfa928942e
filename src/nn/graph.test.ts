import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { expectShape, Graph, type Value } from './graph.ts';
import { encodeModel } from './onnx.ts';
import * as ops from './ops.ts';
import type { Tensor } from './tensor.ts';

const vector = (...values: number[]): Tensor => ({
  dims: [1, values.length],
  data: Float32Array.from(values),
});

async function run(g: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  return (await createSession(encodeModel(g.toModel('test')), { threads: 1 })).run(feeds);
}

/** x → Σ (w₂ · relu(w₁ · x)), and how many nodes were there before any gradient. */
function twoLayers(g: Graph): { loss: Value; first: Value; second: Value; forward: number } {
  const [x, first, second] = ['x', 'w1', 'w2'].map((name) => g.input(name, [1, 2]));
  const loss = ops.sum(g, ops.mul(g, ops.relu(g, ops.mul(g, x, first)), second));
  return { loss, first, second, forward: g.nodes.length };
}

describe('gradients', () => {
  it('are those of the worked example', async () => {
    const g = new Graph();
    const { loss, first, second } = twoLayers(g);
    const gradients = g.gradients(loss, [first, second]);
    for (const [name, value] of gradients) g.output(`d${name}`, value);
    const feeds = { x: vector(2, 3), w1: vector(5, -7), w2: vector(11, 13) };
    const { dw1, dw2 } = await run(g, feeds);
    // The second rectifier is shut: nothing passes it in either direction.
    expect([...dw1.data]).toEqual([22, 0]);
    expect([...dw2.data]).toEqual([10, 0]);
  });

  it('add up where a value is used more than once', async () => {
    const g = new Graph();
    const x = g.input('x', [1, 1]);
    const cube = ops.mul(g, ops.mul(g, x, x), x);
    const loss = ops.sum(g, ops.add(g, cube, ops.add(g, x, x)));
    for (const [, value] of g.gradients(loss, [x])) g.output('dx', value);
    expect([...(await run(g, { x: vector(3) })).dx.data]).toEqual([3 * 3 ** 2 + 2]);
  });

  it('cost a frozen lower layer nothing: only what leads from a parameter to the loss gets nodes', () => {
    const both = new Graph();
    const all = twoLayers(both);
    both.gradients(all.loss, [all.first, all.second]);

    const upper = new Graph();
    const top = twoLayers(upper);
    const gradients = upper.gradients(top.loss, [top.second]);
    expect([...gradients.keys()]).toEqual(['w2']);
    const added = upper.nodes.slice(top.forward).map(({ op }) => op);
    expect(added).toEqual(['Expand', 'Mul']);
    expect(both.nodes.length - all.forward).toBeGreaterThan(added.length);
  });

  it('leave out side branches that do not reach the loss', () => {
    const g = new Graph();
    const x = g.input('x', [1, 2]);
    const loss = ops.sum(g, x);
    ops.sigmoid(g, x);
    const before = g.nodes.length;
    g.gradients(loss, [x]);
    expect(g.nodes.slice(before).map(({ op }) => op)).toEqual(['Expand']);
  });

  it('name the parameter that the loss does not depend on', () => {
    const g = new Graph();
    const x = g.input('x', [1, 2]);
    const loss = ops.sum(g, x);
    expect(() => g.gradients(loss, [x, g.input('idle', [3])])).toThrow(
      'the loss does not depend on the parameter idle',
    );
  });
});

describe('a graph', () => {
  it('stores equal constants once', () => {
    const g = new Graph();
    expect(g.scalar(0.5)).toBe(g.scalar(0.5));
    expect(g.ints([1, 2])).toBe(g.ints([1, 2]));
    expect(g.ints([])).not.toBe(g.scalar(0));
    expect(g.initializers.size).toBe(4);
  });

  it('declares the first dimension of every port as the batch, on request', () => {
    const g = new Graph();
    g.output('y', ops.relu(g, g.input('x', [1, 4])));
    const { inputs, outputs } = g.toModel('m', { dynamicBatch: true });
    expect([...inputs, ...outputs].map(({ shape }) => shape)).toEqual([
      ['batch', 4],
      ['batch', 4],
    ]);
  });

  it('refuses operands that do not fit and prints both shapes', () => {
    const g = new Graph();
    const [x, y] = [g.input('x', [2, 3]), g.input('y', [3, 2])];
    expect(() => ops.add(g, x, y)).toThrow('add: shape [3,2] where [2,3] is needed');
    expect(() => ops.dense(g, x, x, y)).toThrow('dense weights: shape [2,3] where [3,3] is needed');
    expect(() => ops.averagePool(g, g.input('z', [1, 1, 3, 4]), 2)).toThrow('not a multiple of 2');
    expect(() => expectShape('it', [1], [1, 1])).toThrow(RangeError);
  });
});
