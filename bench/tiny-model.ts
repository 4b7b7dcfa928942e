// A model of two hundred weights that takes no time: for measuring or trying what is around a network.
import { join } from 'node:path';
import { encodePng } from '../src/decode/index.ts';
import { writeArtefact } from '../src/engine/artefact.ts';
import { testCard } from '../src/model/test-card.ts';
import { Graph } from '../src/nn/graph.ts';
import { encodeModel } from '../src/nn/onnx.ts';
import { dense, flatten } from '../src/nn/ops.ts';
import { initialiseWeights, storedScope, zeros } from '../src/nn/parameters.ts';
import { createImage } from '../src/vision/rgb-image.ts';

const SIZE = 8;

type Build = Parameters<typeof initialiseWeights>[0];

/** One dense layer of zeros: every picture is as likely open as closed. */
const network = (g: Graph, scope: Parameters<Build>[1]) => {
  const x = flatten(g, g.input('x', [1, 3, SIZE, SIZE]));
  const weight = scope.parameter('dense.weight', [x.shape[1], 1], zeros);
  return dense(g, x, weight, scope.parameter('dense.bias', [1], zeros));
};

/** Writes the model `tiny` into a folder of models. */
export async function writeTinyModel(modelsDir: string): Promise<void> {
  const g = new Graph();
  g.output(
    'state',
    network(
      g,
      storedScope(g, initialiseWeights(network, 1), () => 'float16'),
    ),
  );
  const { id: _id, ...draft } = testCard({
    name: 'tiny',
    architecture: {
      arch: 'seed-cnn',
      input: { size: SIZE, mean: 0, scale: 255, fit: 'stretch', fill: [0, 0, 0] },
    },
  });
  const golden = [{ name: 'grey.png', bytes: await encodePng(createImage(32, 32, [90, 90, 90])) }];
  const model = encodeModel(g.toModel('tiny', { dynamicBatch: true }));
  await writeArtefact(join(modelsDir, 'tiny'), draft, { model }, golden);
}
