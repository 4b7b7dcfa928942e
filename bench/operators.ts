// Why src/nn writes some operators as it does: pairs of graphs with the same result, CPU time on one thread.
// Run with `node bench/operators.ts`; each figure is the best of several runs.

import { createSession } from '../src/engine/session.ts';
import { Graph, int, ints, type Value } from '../src/nn/graph.ts';
import { encodeModel } from '../src/nn/onnx.ts';
import { depthwiseConv, mul, sum } from '../src/nn/ops.ts';
import { createRandom } from '../src/nn/random.ts';
import { sizeOf, tensor } from '../src/nn/tensor.ts';

const RUNS = 8;

type Build = (g: Graph, ...inputs: Value[]) => readonly Value[];

/** Best CPU milliseconds of one run of the graph. */
async function time(shapes: readonly (readonly number[])[], build: Build): Promise<number> {
  const g = new Graph();
  const inputs = shapes.map((shape, i) => g.input(`x${i}`, shape));
  build(g, ...inputs).forEach((value, i) => {
    g.output(`y${i}`, value);
  });
  const session = await createSession(encodeModel(g.toModel('operators')), { threads: 1 });
  const random = createRandom(1);
  const feeds = Object.fromEntries(
    shapes.map((shape, i) => [
      `x${i}`,
      tensor(
        shape,
        new Float32Array(sizeOf(shape)).map(() => random() - 0.5),
      ),
    ]),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await session.run(feeds);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

async function compare(what: string, shapes: readonly (readonly number[])[], plain: Build, chosen: Build) {
  const [a, b] = [await time(shapes, plain), await time(shapes, chosen)];
  process.stdout.write(`| ${what} | ${a.toFixed(1)} | ${b.toFixed(1)} |\n`);
}

process.stdout.write('| what | plain, CPU ms | as written, CPU ms |\n|---|---|---|\n');

const eight = (g: Graph, x: Value, factor: Value): Value =>
  Array.from({ length: 8 }).reduce<Value>((value) => g.emit('Mul', [value, factor], value.shape), x);
const weight = [320, 960, 1, 1];
await compare(
  `eight products of [${weight}] with a scalar: shaped, flat`,
  [weight, []],
  (g, x, factor) => [eight(g, x, factor)],
  (g, x, factor) => {
    const flat = g.emit('Reshape', [x, g.ints([320 * 960])], [320 * 960]);
    return [g.emit('Reshape', [eight(g, flat, factor), g.ints(weight)], weight)];
  },
);

const map = [16, 384, 16, 16];
const shut = (g: Graph, x: Value): Value =>
  g.emit('Equal', [x, g.emit('Clip', [x, g.scalar(0), g.scalar(6)], map)], map);
await compare(
  `gradient of relu6 on [${map}]: Where, Mul`,
  [map, map],
  (g, x, dy) => [g.emit('Where', [shut(g, x), dy, g.scalar(0)], map)],
  (g, x, dy) => [g.emit('Mul', [dy, g.emit('Cast', [shut(g, x)], map, { to: int(1) })], map)],
);

/** Forward and the filter's gradient as two grouped convolutions, the second with dy as its filter. */
function grouped(g: Graph, x: Value, w: Value, dy: Value): Value[] {
  const [n, c, h, side] = x.shape;
  const y = g.emit('Conv', [x, w], x.shape, { group: int(c), pads: ints(1, 1, 1, 1) });
  const input = g.emit('Reshape', [x, g.ints([1, n * c, h, side])], [1, n * c, h, side]);
  const filter = g.emit('Reshape', [dy, g.ints([n * c, 1, h, side])], [n * c, 1, h, side]);
  const dw = g.emit('Conv', [input, filter], [1, n * c, 3, 3], { group: int(n * c), pads: ints(1, 1, 1, 1) });
  return [y, dw];
}

for (const [n, c, side] of [
  [32, 960, 4],
  [32, 576, 8],
]) {
  const activation = [n, c, side, side];
  await compare(
    `depthwise 3 × 3 on [${activation}], forward and filter gradient: convolution, matrix`,
    [activation, [c, 1, 3, 3], activation],
    grouped,
    (g, x, w, dy) => {
      const bias = g.initializer('bias', tensor([c], new Float32Array(c)));
      const y = depthwiseConv(g, x, w, bias);
      return [y, ...g.gradients(sum(g, mul(g, y, dy)), [w]).values()];
    },
  );
}
