import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeJpeg } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { run } from './test-run.ts';
import { type TrainingOptions, trainingArguments } from './training-options.ts';

let folder = '';

/** About other pictures than those of this test. */
const OTHERS = join(import.meta.dirname, '../../annotations/mouths.csv');

async function truncated(): Promise<Uint8Array> {
  const whole = await readFile(join(folder, 'data', '2.jpg'));
  return whole.subarray(0, whole.length >> 1);
}

/** Four sources with an open and a closed picture each, all of them noise. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-'));
  await mkdir(join(folder, 'data'));
  const lines = ['file,label,group,source'];
  for (let i = 0; i < 8; i++) {
    const image = createImage(64, 64);
    for (let at = 0, state = i + 1; at < image.data.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      image.data[at] = state >>> 24;
    }
    await writeFile(join(folder, 'data', `${i}.jpg`), await encodeJpeg(image));
    lines.push(`${i}.jpg,${i % 2 ? 'open' : 'closed'},g${i},s${i >> 1}`);
  }
  await writeFile(join(folder, 'data', 'manifest.csv'), `${lines.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const validate = (...more: string[]) => {
  const where = [
    '--data',
    join(folder, 'data'),
    '--out',
    join(folder, 'runs'),
    '--cache',
    join(folder, 'cache'),
  ];
  const recipe = ['--arch', 'seed-cnn', '--epochs', '1', '--threads', '1', '--workers', '1'];
  const env = { PATH: process.env.PATH ?? '' };
  return run(['validate', ...where, ...recipe, '--folds', '2', '--seeds', '1', ...more], {
    env,
    stopAsked: new Promise(() => {}),
  });
};

describe('tampinha validate', { timeout: 240_000 }, () => {
  it('trains its parts in processes of their own, and once', async () => {
    const first = await validate('--jobs', '2');
    expect(first).toMatchObject({ status: 0, out: expect.stringContaining('of 8 right') });
    expect(first.err).toContain('seed 1, part 1: ');
    expect(first.err).toContain('seed 1, part 2: ');
    const parts = (await readdir(join(folder, 'runs', 'seed-1'))).filter((name) => name.startsWith('part-'));
    expect(parts.sort()).toEqual(['part-0', 'part-1']);
    const results: { rows: { file: string }[] } = JSON.parse(
      await readFile(join(folder, 'runs', 'seed-1', 'raw', 'results.json'), 'utf8'),
    );
    expect(results.rows.map(({ file }) => file).sort()).toEqual(
      Array.from({ length: 8 }, (_, i) => `${i}.jpg`),
    );
    const again = await validate('--jobs', '2');
    expect(again.out).toBe(first.out);
    expect(again.err).not.toContain('part 1: ');
  });

  it('leaves a checkpoint of every part when a terminal interrupts it and them at once', async () => {
    const out = join(folder, 'interrupted');
    const where = ['--data', join(folder, 'data'), '--out', out, '--cache', join(folder, 'cache')];
    const recipe = ['--arch', 'seed-cnn', '--epochs', '90', '--threads', '1', '--workers', '1'];
    const more = ['--folds', '2', '--seeds', '1', '--jobs', '2'];
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawn(process.execPath, [main, 'validate', ...where, ...recipe, ...more], {
      // A group of its own, as a shell gives to what it starts.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const heard = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      heard.out += chunk;
    });
    const training = Promise.withResolvers<void>();
    child.stderr.on('data', (chunk) => {
      heard.err += chunk;
      if ([1, 2].every((part) => heard.err.includes(`part ${part}: seed-cnn`))) training.resolve();
    });
    const closed = once(child, 'close');
    await Promise.race([training.promise, closed]);
    const pid = child.pid ?? Number.NaN;
    // It asks its parts to stop when they have already been told so and are writing: the worst moment.
    process.kill(pid, 'SIGSTOP');
    process.kill(-pid, 'SIGINT');
    const isWriting = async () =>
      (await readdir(join(out, 'seed-1'), { recursive: true })).some((name) => name.includes('.checkpoint'));
    for (let tries = 0; tries < 5_000 && !(await isWriting()); tries++) await setTimeout(5);
    process.kill(pid, 'SIGCONT');
    expect(await closed, heard.err).toEqual([0, null]);
    expect(heard.out).toContain('stopped; the same command goes on');
    for (const part of ['part-0', 'part-1'])
      expect(await readdir(join(out, 'seed-1', part, 'training'))).toContain('seed-cnn.checkpoint');
  });

  it('hands its options to its parts as they were given', () => {
    const options: TrainingOptions = {
      ...{ data: 'photos', with: ['a', 'b'], out: 'runs', arch: 'mouth', name: 'default' },
      ...{ only: 'challenge/', steps: [300, 1200], threads: 1, workers: 2, cache: '.cache' },
    };
    expect(trainingArguments(options)).toEqual([
      ...['--data', 'photos', '--with', 'a', 'b', '--out', 'runs', '--arch', 'mouth', '--name', 'default'],
      ...[
        '--only',
        'challenge/',
        '--steps',
        '300,1200',
        '--threads',
        '1',
        '--workers',
        '2',
        '--cache',
        '.cache',
      ],
    ]);
  });

  it('leaves out what cannot be read and what is held out already, and says so', async () => {
    const added = join(folder, 'added');
    await mkdir(join(added, 'open'), { recursive: true });
    await cp(join(folder, 'data', '1.jpg'), join(added, 'open', 'copy.jpg'));
    await writeFile(join(added, 'open', 'broken.jpg'), await truncated());
    const { status, err } = await validate('--jobs', '2', '--with', added);
    expect(status, err).toBe(0);
    expect(err).toContain(`${added}: 1 left out, since they cannot be read`);
    expect(err).toContain('the first is open/broken.jpg');
    expect(err).toMatch(/1 left out, since .*data has them too or nearly so; the first is open\/copy\.jpg/);
    const card: unknown = JSON.parse(
      await readFile(join(folder, 'runs', 'seed-1', 'part-0', 'card.json'), 'utf8'),
    );
    expect(card).toMatchObject({ data: { counts: { added: 0 } } });
  });

  it.each([
    [['--workers', '0'], 'above 0'],
    [['--steps', '1,2'], '--steps is of --arch mouth'],
    [['--steps', ',5'], '0 or more'],
    [['--start', 'pretrained'], '--start is of --arch mouth'],
    [['--arch', 'mouth'], '--epochs is of --arch seed-cnn'],
    [['--annotations', OTHERS], 'is a picture of'],
  ])('refuses %j', async (args, said) => {
    const { status, out, err } = await validate(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(said);
  });

  it('says what a part said when it failed', async () => {
    const { status, err } = await validate('--only', 'g0');
    expect(status).toBe(2);
    expect(err).toContain('seed 1, part 1: no open picture is left to train on');
  });
});
