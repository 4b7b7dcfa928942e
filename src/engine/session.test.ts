import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Graph, int } from '../nn/graph.ts';
import { encodeModel } from '../nn/onnx.ts';
import { tensor } from '../nn/tensor.ts';
import { createSession } from './session.ts';

function double(): Uint8Array {
  const g = new Graph();
  const x = g.input('x', [3]);
  g.output('y', g.emit('Add', [x, x], [3]));
  g.output('z', g.emit('Neg', [x], [3]));
  return encodeModel(g.toModel('double'));
}

describe('createSession', () => {
  it('names its ports and gives every output', async () => {
    const session = await createSession(double(), { threads: 1 });
    expect(session.inputNames).toEqual(['x']);
    expect(session.outputNames).toEqual(['y', 'z']);
    const { y, z } = await session.run({ x: tensor([3], [1, 2, 3]) });
    expect([...y.data]).toEqual([2, 4, 6]);
    expect([...z.data]).toEqual([-1, -2, -3]);
  });

  it('writes into the buffers it is given, so that training allocates no new state', async () => {
    const session = await createSession(double(), { threads: 1 });
    const y = tensor([3], new Float32Array(3));
    await session.run({ x: tensor([3], [1, 2, 3]) }, { y });
    expect([...y.data]).toEqual([2, 4, 6]);
  });

  it('says which input was not fed, and refuses a wrong shape', async () => {
    const session = await createSession(double(), { threads: 1 });
    await expect(session.run({})).rejects.toThrow("the model's input x was not fed");
    await expect(session.run({ x: tensor([2], [1, 2]) })).rejects.toThrow('x');
  });

  it('refuses what is no model, and outputs that are no 32-bit floats', async () => {
    await expect(createSession(Buffer.from('no model'), { threads: 1 })).rejects.toThrow();
    const g = new Graph();
    g.output('y', g.emit('Cast', [g.input('x', [3])], [3], { to: int(11) }));
    await expect(createSession(encodeModel(g.toModel('double precision')), { threads: 1 })).rejects.toThrow(
      'Type Error',
    );
  });

  it('gives the same bits with and without the engine rewriting the graph', async () => {
    const x = tensor([3], [0.1, -7, 1e-30]);
    const [fast, plain] = await Promise.all(
      (['all', 'off'] as const).map(async (optimise) =>
        (await createSession(double(), { optimise, threads: 1 })).run({ x }),
      ),
    );
    expect(fast).toEqual(plain);
  });

  it('reports its use to nobody: the engine leaves no device id, and no events to be sent', async () => {
    const home = await mkdtemp(join(tmpdir(), 'tampinha-home-'));
    const model = Buffer.from(double()).toString('base64');
    const script = `const { createSession } = await import('./src/engine/session.ts');
      await createSession(Buffer.from('${model}', 'base64'), { threads: 1 });`;
    const env = { ...process.env, HOME: home, ORT_DISABLE_TELEMETRY: undefined };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(await readdir(home)).toEqual([]);
    await rm(home, { recursive: true });
  });
});
