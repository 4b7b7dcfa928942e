import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeJpeg } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { run } from './test-run.ts';

let folder = '';

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

describe('tampinha validate', { timeout: 120_000 }, () => {
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

  it('says what a part said when it failed', async () => {
    const { status, err } = await validate('--only', 'g0');
    expect(status).toBe(2);
    expect(err).toContain('seed 1, part 1: no open picture is left to train on');
  });
});
