import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../decode/index.ts';
import { createSession } from '../../engine/session.ts';
import { DETECTOR_COLUMNS } from '../../model/bottle-detector.ts';
import { exportFinder } from '../../model/export.ts';
import { mobileNetTrunk } from '../../model/mobilenet.ts';
import { finder, reader } from '../../model/mouth.ts';
import { Graph, type Value } from '../../nn/graph.ts';
import { encodeModel } from '../../nn/onnx.ts';
import { conv, relu6 } from '../../nn/ops.ts';
import { initialiseWeights, storedScope, type Weights } from '../../nn/parameters.ts';
import type { Session } from '../../nn/tensor.ts';
import { fitIntoSquare } from '../../vision/letterbox.ts';
import { writeTensor } from '../../vision/to-tensor.ts';
import { FILL, NORMALISATION } from '../constants.ts';
import { readPretrained } from './ssd-mobilenet.ts';
import { readTflite, type TfliteTensor } from './tflite.ts';

let pretrained: Weights;
beforeAll(async () => {
  pretrained = (await readPretrained()).trunk;
});

describe('the pretrained trunk', () => {
  it('has every weight that the networks ask for, in its shape, and no other', () => {
    const wanted = initialiseWeights((g, scope) => reader(g, scope, g.input('x', [1, 3, 64, 64])), 1);
    const shapes = (weights: Weights) =>
      [...weights]
        .filter(([name]) => name.startsWith('trunk.'))
        .map(([name, { dims }]) => `${name} ${dims}`)
        .sort();
    expect(shapes(pretrained)).toEqual(shapes(wanted));
    for (const [name, { data }] of pretrained) {
      const largest = data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(largest, name).toBeGreaterThan(0.01);
      expect(largest, name).toBeLessThan(1000);
    }
  });
});

/**
 * The detector's own class head at stride 32, from the same file, on top of our trunk: if any weight were
 * turned, swapped or padded wrongly, the detector would no longer know a bottle when it sees one.
 */
describe('under its own detector head, the trunk', () => {
  const SIZE = 320;
  const ANCHORS = 6;
  let labels: string[];
  let detector: Session;
  let beside: Session;

  beforeAll(async () => {
    const path = createRequire(import.meta.url).resolve(
      '@mediapipe/objectron/objectron_solution_packed_assets.data',
    );
    const bytes = await readFile(path);
    const start = bytes.indexOf('TFL3') - 4;
    labels =
      /^[\x20-\x7e\n]+/
        .exec(bytes.toString('latin1', 0, start))?.[0]
        .trim()
        .split('\n') ?? [];
    const { tensors } = readTflite(bytes.subarray(start));
    const g = new Graph();
    const stored = (name: RegExp): Value => {
      const found = tensors.find((tensor): tensor is TfliteTensor & { data: Float32Array } =>
        Boolean(tensor.data && name.test(tensor.name)),
      );
      if (!found) throw new Error(`${name} is not in the file`);
      const [first, , , last] = found.shape;
      // A 1 × 1 filter is stored as (out, 1, 1, in): the same numbers in the same order as (out, in, 1, 1).
      const dims = found.shape.length === 4 ? [first, last, 1, 1] : found.shape;
      return g.initializer(found.name, { dims, data: found.data });
    };
    const layer = (x: Value, weight: RegExp, bias: RegExp): Value =>
      conv(g, x, stored(weight), stored(bias), { pads: [0, 0, 0, 0] });
    const { stride32 } = mobileNetTrunk(g, storedScope(g, pretrained), g.input('x', [1, 3, SIZE, SIZE]));
    const wide = relu6(g, layer(stride32, /MobilenetV2\/Conv_1\/Conv2D$/, /MobilenetV2\/Conv_1\/BatchNorm/));
    const scores = layer(
      wide,
      /BoxPredictor_1\/ClassPredictor\/Conv2D$/,
      /BoxPredictor_1\/ClassPredictor\/biases$/,
    );
    g.output('scores', scores);
    const weights = await readPretrained();
    const drawn = initialiseWeights(
      (graph, scope) => finder(graph, scope, graph.input('x', [1, 3, SIZE, SIZE])),
      1,
    );
    const all = new Map([...drawn, ...weights.trunk, ...weights.detector]);
    beside = await createSession(exportFinder(all, SIZE), { threads: 1 });
    detector = await createSession(encodeModel(g.toModel('detector')), { threads: 1 });
  });

  it.each(['several-1', 'several-2', 'hard-2', 'open-2'])('sees a bottle in samples/%s.jpg', async (name) => {
    const file = new URL(`../../../samples/${name}.jpg`, import.meta.url);
    const { image } = await decode(await readFile(file), { maxSide: 1280 });
    const x = { dims: [1, 3, SIZE, SIZE], data: new Float32Array(3 * SIZE * SIZE) };
    writeTensor(fitIntoSquare(image, SIZE, 'stretch', FILL).image, NORMALISATION, x.data, 0);
    const { scores } = await detector.run({ x });
    const cells = (SIZE / 32) ** 2;
    const best = labels.map((_, label) => {
      const anchors = Array.from({ length: ANCHORS }, (_unused, a) => (a * labels.length + label) * cells);
      return Math.max(...anchors.flatMap((at) => [...scores.data.subarray(at, at + cells)]));
    });
    expect(labels).toHaveLength(24);
    const objects = best.slice(1); // the first label is the background
    expect(labels[1 + objects.indexOf(Math.max(...objects))]).toBe('Bottle');
    // The part that is written beside a finder says the same of bottles and nothing of the rest.
    const { bottle } = await beside.run({ x });
    expect(Math.abs(bottle.data[DETECTOR_COLUMNS.large] - best[labels.indexOf('Bottle')])).toBeLessThan(0.3);
  });

  it('is surer of a bottle where one is, in small and in large', async () => {
    const said = async (name: string): Promise<number[]> => {
      const file = new URL(`../../../samples/${name}.jpg`, import.meta.url);
      const { image } = await decode(await readFile(file), { maxSide: 1280 });
      const x = { dims: [1, 3, SIZE, SIZE], data: new Float32Array(3 * SIZE * SIZE) };
      writeTensor(fitIntoSquare(image, SIZE, 'letterbox', FILL).image, NORMALISATION, x.data, 0);
      return [...(await beside.run({ x })).bottle.data];
    };
    const [empty, bottles] = await Promise.all([said('none-1'), said('several-1')]);
    expect(Math.max(...bottles)).toBeGreaterThan(Math.max(...empty) + 1);
  });
});
