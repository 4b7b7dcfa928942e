import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { annotate } from './describe/annotate.ts';
import { describeSample, readSamples } from './samples.ts';

const folder = fileURLToPath(new URL('../../samples', import.meta.url));

describe('samples.json', () => {
  it('lists every picture of the folder, and no other', async () => {
    const listed = (await readSamples(folder)).map((s) => s.file).sort();
    expect((await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort()).toEqual(listed);
  });

  it('says of each what its scene holds', async () => {
    for (const sample of await readSamples(folder))
      expect([sample.file, annotate(describeSample(sample)).label]).toEqual([sample.file, sample.label]);
  });

  it('shows the hard ones: an empty closed bottle and a full open one', async () => {
    const samples = await readSamples(folder);
    const level = (file: string) => {
      const sample = samples.find((s) => s.file === file);
      return sample && describeSample(sample).bottles[0]?.liquid.level;
    };
    expect(level('hard-1.jpg')).toBeLessThan(0.1);
    expect(level('hard-2.jpg')).toBeGreaterThan(0.85);
  });

  it('keeps within 60 KB a picture', async () => {
    for (const { file } of await readSamples(folder))
      expect((await stat(join(folder, file))).size).toBeLessThanOrEqual(60 * 1024);
  });
});
