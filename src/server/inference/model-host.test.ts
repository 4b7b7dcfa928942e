import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { Value } from 'typebox/value';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadArtefact, writeArtefact } from '../../engine/artefact.ts';
import { Golden } from '../../model/golden.ts';
import { createReadiness } from '../observability/readiness.ts';
import { systemClock } from '../system.ts';
import type { Subject } from './inference.ts';
import { inProcess } from './look.ts';
import { ModelHost, type ModelHostOptions } from './model-host.ts';
import { measureModels } from './model-metrics.ts';
import type { Comparison } from './shadow.ts';

// Real processes with real models. A picture that hangs or crashes its decoder is played by stopping or killing the
// process that has it, which is what the server would see.

// Every test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const BUNDLED = resolve(import.meta.dirname, '../../../models/default');
let home: string;
let picture: Subject;
let host: ModelHost | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tampinha-models-'));
  const golden = Value.Parse(Golden, JSON.parse(await readFile(join(BUNDLED, 'golden.json'), 'utf8')));
  const pictures = golden.pictures.map(({ name, base64 }) => ({
    name,
    bytes: Buffer.from(base64, 'base64'),
  }));
  picture = { bytes: pictures[0]?.bytes ?? new Uint8Array(), sha256: 'a' };
  await cp(BUNDLED, join(home, 'one'), { recursive: true });
  // One golden picture is enough here, and every process checks it.
  const one = { ...golden, pictures: golden.pictures.slice(0, 1) };
  await writeFile(join(home, 'one', 'golden.json'), JSON.stringify(one));
  // The same networks with another card: another model, whose answers cannot be told from the first one's but by id.
  const { id, ...card } = (await loadArtefact(BUNDLED, { threads: 1 })).card;
  const networks = Object.fromEntries(
    await Promise.all(
      ['finder', 'reader'].map(async (name) => [name, await readFile(join(BUNDLED, `${name}.onnx`))]),
    ),
  );
  await writeArtefact(join(home, 'two'), { ...card, name: `${id} again` }, networks, pictures.slice(0, 1));
  await cp(join(home, 'two'), join(home, 'unfit'), { recursive: true });
  await writeFile(
    join(home, 'unfit', 'golden.json'),
    (await readFile(join(home, 'unfit', 'golden.json'), 'utf8')).replace(
      /"openLogit": (-?)/,
      '"openLogit": $19',
    ),
  );
});
afterEach(async () => {
  await host?.close();
  host = undefined;
});
afterAll(() => rm(home, { recursive: true }));

async function start(options: Partial<ModelHostOptions> = {}): Promise<ModelHost> {
  host = await ModelHost.start({
    ...{ modelsDir: home, dataDir: await mkdtemp(join(home, 'data-')), model: 'one', size: 1 },
    pictureTimeoutMs: 30_000,
    memoryLimitBytes: 2e9,
    onTrouble: () => {},
    onDisagreement: () => {},
    ...options,
  });
  return host;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** Holds the only process of a host still while it has a picture. */
async function heldLook(host: ModelHost, subject: Subject) {
  const [processId = 0] = host.processes;
  process.kill(processId, 'SIGSTOP');
  const answer = host.look(subject);
  answer.catch(() => {});
  return { processId, answer };
}

describe('a process of its own', () => {
  it('answers what the same model answers in this one, heatmap included', async () => {
    const here = await inProcess(await loadArtefact(BUNDLED, { threads: 1 }), systemClock).look(picture, {
      heatmap: true,
    });
    const there = await (await start()).look(picture, { heatmap: true });
    const { decodeMs, inferMs, ...same } = here;
    expect(there).toEqual({ ...same, decodeMs: expect.any(Number), inferMs: expect.any(Number) });
    expect(there.decodeMs + there.inferMs).toBeGreaterThan(0);
  });

  it('refuses what is no picture, and goes on', async () => {
    const host = await start();
    const processes = host.processes;
    const cut = { bytes: picture.bytes.subarray(0, 1_000), sha256: 'b' };
    await expect(host.look(cut)).rejects.toMatchObject({
      code: 'BROKEN_PICTURE',
      values: { format: 'jpeg' },
    });
    await expect(host.look({ bytes: new Uint8Array(), sha256: 'c' })).rejects.toMatchObject({
      code: 'EMPTY_FILE',
    });
    expect((await host.look(picture)).verdict).toBeDefined();
    expect(host.processes).toEqual(processes);
  });

  it('is replaced when it was killed, and the picture that it had is answered by another', async () => {
    const host = await start();
    const { processId, answer } = await heldLook(host, picture);
    process.kill(processId, 'SIGKILL');
    expect((await answer).verdict).toBeDefined();
    expect(host.processes).not.toContain(processId);
    expect(host.figures).toMatchObject({ pools: { champion: { processes: 1 } }, replaced: { crash: 1 } });
  });

  it('is not given a picture again that has ended two', async () => {
    const host = await start();
    const deadly = { ...picture, sha256: 'deadly' };
    const { processId, answer } = await heldLook(host, deadly);
    process.kill(processId, 'SIGKILL');
    // The second attempt begins the moment the replacement is there: it is stopped before anyone else can see it.
    await until(() => host.processes.some((each) => each !== processId));
    const second = host.processes[0] ?? 0;
    process.kill(second, 'SIGKILL');
    await expect(answer).rejects.toMatchObject({ code: 'DECODER_FAILED', values: { reason: 'crash' } });
    await until(() => host.figures.pools.champion.processes === 1);
    await expect(host.look(deadly)).rejects.toMatchObject({ code: 'DECODER_FAILED' });
    expect(host.figures.replaced.crash).toBe(2);
    expect((await host.look(picture)).verdict).toBeDefined();
  });

  it('is ended when a picture takes too long', async () => {
    const host = await start({ pictureTimeoutMs: 300 });
    const { processId, answer } = await heldLook(host, picture);
    await expect(answer).rejects.toMatchObject({
      code: 'DECODER_FAILED',
      values: { reason: 'timeout', seconds: 0.3 },
    });
    expect(host.figures.replaced.timeout).toBe(1);
    await until(() => !isRunning(processId));
  });

  it('is not given a picture again that has stalled two, but is if it answered in between', async () => {
    const host = await start({ pictureTimeoutMs: 2_000 });
    const stalling = { ...picture, sha256: 'stalling' };
    const timeout = { code: 'DECODER_FAILED', values: { reason: 'timeout' } };
    const stall = async () => {
      const { answer } = await heldLook(host, stalling);
      await expect(answer).rejects.toMatchObject(timeout);
      await until(() => host.figures.pools.champion.processes === 1);
    };
    await stall();
    // The machine may have been busy: the second time it is looked at like any other.
    expect((await host.look(stalling)).verdict).toBeDefined();
    await stall();
    await stall();
    const processes = host.processes;
    await expect(host.look(stalling)).rejects.toMatchObject(timeout);
    expect(host.processes).toEqual(processes);
    expect(host.figures.replaced.timeout).toBe(3);
    expect((await host.look(picture)).verdict).toBeDefined();
  });

  it('is replaced when it has grown too large, without a picture lost', async () => {
    const host = await start({ memoryLimitBytes: 1 });
    const [first = 0] = host.processes;
    const answers = await Promise.all([1, 2].map((n) => host.look({ ...picture, sha256: `${n}` })));
    expect(answers.map(({ model }) => model)).toEqual([host.card.id, host.card.id]);
    expect(host.figures.replaced.memory).toBe(2);
    await until(() => !isRunning(first));
  });

  it('is replaced although there were no file descriptors left to start another with', async () => {
    const program = join(import.meta.dirname, 'test-without-descriptors.ts');
    const command = 'ulimit -n 200 && exec "$@"';
    const run = promisify(execFile);
    const { stdout } = await run('sh', ['-c', command, 'sh', process.execPath, program, join(home, 'one')]);
    expect(JSON.parse(stdout)).toEqual({ cause: expect.stringMatching(/E[MN]FILE/) });
  });

  it('is ended by the end of the server, however that ends, and by no signal meant for the server', async () => {
    const host = await start();
    const [processId = 0] = host.processes;
    for (const signal of ['SIGINT', 'SIGTERM']) process.kill(processId, signal);
    expect((await host.look(picture)).verdict).toBeDefined();
    expect(host.processes).toEqual([processId]);

    const main = join(import.meta.dirname, 'worker-main.ts');
    const orphan = spawn(process.execPath, [main, BUNDLED], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const socket = orphan.stdio[3];
    if (socket instanceof Duplex) socket.once('data', () => socket.destroy());
    const [status] = await once(orphan, 'exit');
    expect(status).toBe(0);
  });

  it('ends with the host, which waits for what was asked', async () => {
    const host = await start();
    const processes = host.processes;
    const answers = [1, 2, 3].map((n) => host.look({ ...picture, sha256: `${n}` }));
    const closed = host.close();
    expect((await Promise.all(answers)).length).toBe(3);
    await closed;
    expect(processes.filter(isRunning)).toEqual([]);
  });
});

describe('a pool whose processes cannot be replaced', () => {
  it('closes once nobody waits for one any more', async () => {
    const models = await mkdtemp(join(home, 'models-'));
    await cp(join(home, 'one'), join(models, 'one'), { recursive: true });
    const host = await start({ modelsDir: models, pictureTimeoutMs: 2_000 });
    const [processId = 0] = host.processes;
    await rm(join(models, 'one'), { recursive: true });
    process.kill(processId, 'SIGKILL');
    await until(() => host.processes.length === 0);
    const answer = host.look(picture);
    const [outcome] = await Promise.allSettled([answer, host.close()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'NOT_READY' } });
  });
});

describe('another model', () => {
  it('takes over under load without a lost picture, and hands back', async () => {
    const host = await start({ size: 2 });
    const before = host.card.id;
    const [first = 0] = host.processes;
    const models: string[] = [];
    let stop = false;
    const clients = [1, 2, 3].map(async (client) => {
      for (let n = 0; !stop; n += 1)
        models.push((await host.look({ ...picture, sha256: `${client} ${n}` })).model);
    });
    const { id: after } = await host.activate('two');
    expect(after).not.toBe(before);
    expect(host.aliases).toEqual({ champion: 'two', previous: 'one', challenger: null });
    expect((await host.look(picture)).model).toBe(after);
    await until(() => !isRunning(first));
    expect((await host.rollback()).id).toBe(before);
    expect(host.aliases).toEqual({ champion: 'one', previous: 'two', challenger: null });
    stop = true;
    await Promise.all(clients);
    expect(new Set(models)).toEqual(new Set([before, after]));
    expect(host.figures).toMatchObject({ pools: { champion: { processes: 2 } }, replaced: { crash: 0 } });
  });

  it('does not take over when it is not there or not fit', async () => {
    const host = await start();
    await expect(host.rollback()).rejects.toMatchObject({ code: 'NO_PREVIOUS_MODEL' });
    await expect(host.activate('three')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(host.activate('unfit')).rejects.toMatchObject({
      code: 'MODEL_UNFIT',
      values: { name: 'unfit', reason: expect.stringContaining('golden picture') },
    });
    expect((await host.look(picture)).model).toBe(host.card.id);
    expect(host.aliases.champion).toBe('one');
    await expect(start({ model: 'unfit' })).rejects.toThrow('golden picture');
  });

  it('is still the one that answers after a restart, until the settings name another', async () => {
    const dataDir = await mkdtemp(join(home, 'data-'));
    const { id } = await (await start({ dataDir })).activate('two');
    await host?.close();
    expect((await start({ dataDir })).card.id).toBe(id);
    await host?.close();
    expect((await start({ dataDir, model: 'two' })).aliases.previous).toBeNull();
  });

  it('is not taken for the one that answers when that one has no process left', async () => {
    const models = await mkdtemp(join(home, 'models-'));
    await cp(join(home, 'one'), join(models, 'one'), { recursive: true });
    await cp(join(home, 'two'), join(models, 'two'), { recursive: true });
    const host = await start({ modelsDir: models, shadow: { model: 'two', percent: 50 } });
    const [processId = 0] = host.processes;
    const readiness = createReadiness({
      log: { check: async () => {} },
      models: host,
      dataDir: home,
      minFreeBytes: 0,
    });
    await readiness.check();
    await rm(join(models, 'one'), { recursive: true });
    process.kill(processId, 'SIGKILL');
    await until(() => host.processes.length === 0);
    await expect(readiness.check()).rejects.toMatchObject({ code: 'NOT_READY' });
    expect(host.figures.pools).toMatchObject({ champion: { processes: 0 }, challenger: { processes: 1 } });
    const registry = new Registry();
    measureModels(registry, host, host);
    const metrics = await registry.metrics();
    expect(metrics).toContain('tampinha_worker_processes{role="champion"} 0');
    expect(metrics).toContain('tampinha_worker_processes{role="challenger"} 1');
  });

  it('can be watched beside the one that answers', async () => {
    const compared: Comparison[] = [];
    const host = await start({
      shadow: { model: 'two', percent: 50 },
      onDisagreement: (comparison) => compared.push(comparison),
    });
    for (let n = 0; n < 4; n += 1) {
      expect((await host.look({ ...picture, sha256: `${n}` })).model).toBe(host.card.id);
      await until(() => host.figures.shadow.agreed === Math.floor((n + 1) / 2));
    }
    expect(host.aliases.challenger).toBe('two');
    expect(host.figures).toMatchObject({
      pools: { champion: { processes: 1 }, challenger: { processes: 1 } },
      shadow: { agreed: 2, disagreed: 0, failed: 0 },
    });
    expect(compared).toEqual([]);
  });

  it('is missed when it no longer answers, and nobody waits for it', async () => {
    const models = await mkdtemp(join(home, 'models-'));
    await cp(join(home, 'one'), join(models, 'one'), { recursive: true });
    await cp(join(home, 'two'), join(models, 'two'), { recursive: true });
    // Too large after a picture, its process ends, and there is nothing left to start another from.
    const limits = { memoryLimitBytes: 1, pictureTimeoutMs: 3_000 };
    const host = await start({
      ...{ modelsDir: models, size: 2, ...limits },
      shadow: { model: 'two', percent: 100 },
    });
    await rm(join(models, 'two'), { recursive: true });
    await host.look(picture);
    await until(() => host.figures.shadow.agreed === 1);
    expect((await host.look(picture)).model).toBe(host.card.id);
    await until(() => host.figures.shadow.failed === 1);
    const registry = new Registry();
    measureModels(registry, host, host);
    const metrics = await registry.metrics();
    expect(metrics).toContain('tampinha_worker_processes{role="challenger"} 0');
    expect(metrics).toContain('tampinha_shadow_failed_total 1');
  });
});
