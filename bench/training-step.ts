// What a training step costs, beside PyTorch on the same network:
//   node bench/training-step.ts [--threads 2] [--rounds 5] [name…]
// Needs Debian's python3-torch. Both run by turns in the same minutes, so that what else the machine does
// falls on both; the ratio of a round is the figure to trust, the milliseconds belong to this machine and hour.
// On a busy machine only the CPU time of one thread says something: with more, waiting threads spin.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createSession } from '../src/engine/session.ts';
import { trunkPrefix } from '../src/model/mobilenet.ts';
import { seedCnn } from '../src/model/seed-cnn.ts';
import { Graph } from '../src/nn/graph.ts';
import { binaryCrossEntropy } from '../src/nn/losses.ts';
import { encodeModel } from '../src/nn/onnx.ts';
import { ADAMW } from '../src/nn/optimiser.ts';
import { initialiseWeights, type Scope } from '../src/nn/parameters.ts';
import { createRandom } from '../src/nn/random.ts';
import { sizeOf, type Tensor, tensor } from '../src/nn/tensor.ts';
import { type Loss, runTrainingStep, spareState, writeTrainingStep } from '../src/nn/training-step.ts';
import { finderLoss } from '../src/train/finder-loss.ts';
import { readerLoss } from '../src/train/reader-loss.ts';

const { values: options, positionals: wanted } = parseArgs({
  options: { threads: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const THREADS = Number(options.threads);
const ROUNDS = Number(options.rounds);
const WARM_UP = 2;

type LossOf = (g: Graph, scope: Scope, n: number, size: number) => Loss;

interface Case {
  readonly name: string;
  readonly network: string;
  readonly loss: LossOf;
  readonly batch: number;
  readonly size: number;
  /** Last block of the trunk that is frozen, or none. */
  readonly frozenBlock?: number;
  readonly stepsARound: number;
}

const seedLoss: LossOf = (g, scope, n, size) => {
  const y = seedCnn(g, scope, g.input('x', [n, 3, size, size]));
  const [target, weight] = [g.input('target', [n, 1]), g.input('weight', [n, 1])];
  return { loss: binaryCrossEntropy(g, y, target, weight, g.input('norm', [])), report: {} };
};

const mouth = {
  finder: { loss: finderLoss, batch: 16, size: 256 },
  reader: { loss: readerLoss, batch: 32, size: 128 },
};
const CASES: readonly Case[] = [
  { name: 'seed-cnn', network: 'seed-cnn', loss: seedLoss, batch: 32, size: 224, stepsARound: 1 },
  { name: 'finder', network: 'finder', ...mouth.finder, stepsARound: 1 },
  { name: 'finder-frozen', network: 'finder', ...mouth.finder, frozenBlock: 5, stepsARound: 2 },
  { name: 'reader', network: 'reader', ...mouth.reader, stepsARound: 2 },
  { name: 'reader-frozen', network: 'reader', ...mouth.reader, frozenBlock: 5, stepsARound: 3 },
];

interface Timing {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

/** One of the two sides: runs that many steps and says what each took, in milliseconds. */
interface Side {
  readonly run: (steps: number) => Promise<Timing>;
  readonly close: () => void;
}

function feed(name: string, shape: readonly number[], batch: number): Tensor {
  const random = createRandom(1);
  const value = (): number => {
    if (/target$/i.test(name)) return Math.round(random());
    return /norm$/i.test(name) ? 1 / batch : random();
  };
  return tensor(shape, new Float32Array(sizeOf(shape)).map(value));
}

async function ours({ loss, batch, size, frozenBlock }: Case): Promise<Side> {
  const declared = new Graph();
  const weights = initialiseWeights((_, scope) => loss(declared, scope, batch, size), 1);
  const frozen = frozenBlock === undefined ? () => false : trunkPrefix(frozenBlock);
  const settings = { adamW: ADAMW, frozen, rate: () => 1 };
  const step = writeTrainingStep(weights, (g, scope) => loss(g, scope, batch, size), settings);
  const session = await createSession(encodeModel(step.model), { threads: THREADS });
  const feeds = Object.fromEntries(
    declared.inputs.map(({ name, shape }) => [name, feed(name, shape, batch)]),
  );
  let [state, spare] = [step.initialState, spareState(step.initialState)];
  let at = 0;
  const run = async (steps: number): Promise<Timing> => {
    const [wall, cpu]: [number[], number[]] = [[], []];
    for (let i = 0; i < steps; i++) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      await runTrainingStep(session, ADAMW, state, spare, feeds, {
        step: at++,
        learningRate: 1e-4,
        averagingShare: 0.01,
      });
      [state, spare] = [spare, state];
      const { user, system } = process.cpuUsage(used);
      wall.push(performance.now() - started);
      cpu.push((user + system) / 1000);
    }
    return { wall, cpu };
  };
  return { run, close: () => undefined };
}

async function theirs({ network, batch, size, frozenBlock }: Case): Promise<Side & { version: string }> {
  const script = new URL('training_step.py', import.meta.url).pathname;
  const blocks = Array.from({ length: (frozenBlock ?? -1) + 1 }, (_, i) =>
    i ? `expanded_conv_${i}` : 'expanded_conv',
  );
  const prefixes = blocks.length > 0 ? ['Conv', ...blocks].map((block) => `trunk.${block}.`) : [];
  const child = spawn(
    '/usr/bin/python3',
    [script, network, `${batch}`, `${size}`, prefixes.join(), `${THREADS}`],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('python3 with torch ended; is python3-torch installed?');
    return JSON.parse(value);
  };
  const { version } = await next();
  const run = (steps: number): Promise<Timing> => {
    child.stdin.write(`${steps}\n`);
    return next();
  };
  return { run, close: () => child.stdin.end(), version };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function measure(which: Case): Promise<string> {
  const [a, b] = [await ours(which), await theirs(which)];
  await a.run(WARM_UP);
  await b.run(WARM_UP);
  const rounds: { a: Timing; b: Timing }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ a: await a.run(which.stepsARound), b: await b.run(which.stepsARound) });
  }
  a.close();
  b.close();
  const perPicture = (side: 'a' | 'b', what: 'wall' | 'cpu'): number =>
    median(rounds.flatMap((round) => round[side][what])) / which.batch;
  const ratio = (what: 'wall' | 'cpu'): number =>
    median(rounds.map((r) => median(r.a[what]) / median(r.b[what])));
  const cells = [
    which.name,
    `${which.size} px × ${which.batch}, ${THREADS}`,
    ...[perPicture('a', 'wall'), perPicture('b', 'wall')].map((ms) => ms.toFixed(1)),
    ratio('wall').toFixed(2),
    ...[perPicture('a', 'cpu'), perPicture('b', 'cpu')].map((ms) => ms.toFixed(1)),
    ratio('cpu').toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

const chosen = CASES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) throw new Error(`choose from ${CASES.map(({ name }) => name).join(', ')}`);
process.stdout.write(
  '| network | input, threads | ms/img | PyTorch | ratio | CPU ms/img | PyTorch | ratio |\n|---|---|---|---|---|---|---|---|\n',
);
for (const which of chosen) process.stdout.write(`${await measure(which)}\n`);
