import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './test-run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synth-'));
});
afterAll(() => rm(folder, { recursive: true }));

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const synth = (...more: string[]) =>
  run(['synth', '--count', '2', '--size', '64', '--out', join(folder, 'frames'), ...more], {
    env: { CHROMIUM: chromium },
  });

describe('tampinha synth', () => {
  it('names the kinds of scenes there are when asked for another', async () => {
    expect(await synth('--kind', 'table')).toMatchObject({
      status: 2,
      err: expect.stringContaining('neck, single, several, crowd, cut, none'),
    });
  });

  it.skipIf(!existsSync(chromium))('draws only the kind that it was asked for', async () => {
    expect(await synth('--kind', 'none', '--seed', '7')).toMatchObject({ status: 0 });
    const [, ...lines] = (await readFile(join(folder, 'frames', 'manifest.csv'), 'utf8'))
      .trimEnd()
      .split('\n');
    expect(lines).toEqual([
      'synth-0000007.jpg,none,synth/7,synth,7,none',
      'synth-0000008.jpg,none,synth/8,synth,8,none',
    ]);
  });

  it.skipIf(!existsSync(chromium)).each(['cellar', 'plastic'])(
    'keeps the assortment %s apart as a source of its own',
    async (assortment) => {
      expect(await synth('--kind', 'neck', '--assortment', assortment)).toMatchObject({ status: 0 });
      const manifest = await readFile(join(folder, 'frames', 'manifest.csv'), 'utf8');
      expect(manifest).toContain(`,synth-${assortment}/1,synth-${assortment},1,neck`);
    },
  );
});
