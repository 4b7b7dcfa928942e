import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import { scanDataset } from '../../../dataset/index.ts';
import { folderFiles, isLabelled, zipFolder } from './data-folder.ts';
import type { HistoryEntry } from './entry.ts';

const SAMPLES = join(import.meta.dirname, '../../../../samples');

async function entryOf(
  file: string,
  id: string,
  label: FeedbackLabel | null,
  comment: string | null = null,
): Promise<HistoryEntry> {
  const bytes = await readFile(join(SAMPLES, file));
  return {
    id,
    name: file,
    picture: new Blob([bytes], { type: 'image/jpeg' }),
    thumbnail: null,
    given: label === null ? null : { label, comment },
    prediction: {
      id,
      created: '2026-11-23T10:00:00.000Z',
      file,
      verdict: 'closed',
      p_open: 0.125,
      confidence: 0.875,
      bottles: [],
      model: '0123456789ab',
      ms: 1,
      timings: { decode: 1, infer: 1, total: 2 },
      width: 1,
      height: 1,
      format: 'jpeg',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
  };
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function unpack(zip: Blob): Promise<void> {
  for (const [path, bytes] of Object.entries(unzipSync(new Uint8Array(await zip.arrayBuffer())))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

describe('the exported folder', () => {
  test('is what training reads: labels, comments and the very bytes', async () => {
    const entries = [
      await entryOf('open-1.jpg', 'd', 'open', 'wet, "cold"\r\nand green'),
      await entryOf('closed-1.jpg', 'c', 'closed'),
      await entryOf('none-1.jpg', 'b', 'none'),
      await entryOf('hard-1.jpg', 'a', 'unclear', '=1+1'),
    ];
    await unpack(await zipFolder(folderFiles(entries.filter(isLabelled))));
    const samples = await scanDataset(folder);
    expect(samples.map(({ label, notes, source }) => [label, notes, source])).toEqual([
      ['open', 'wet, "cold" and green', 'feedback'],
      ['closed', '', 'feedback'],
      ['none', '', 'feedback'],
      ['unclear', "'=1+1", 'feedback'],
    ]);
    for (const [index, file] of ['open-1.jpg', 'closed-1.jpg', 'none-1.jpg', 'hard-1.jpg'].entries()) {
      const path = samples[index]?.path ?? '';
      expect(await readFile(path)).toEqual(await readFile(join(SAMPLES, file)));
    }
  });

  test('is sound without its manifest too: the folders say the same', async () => {
    await unpack(await zipFolder(folderFiles([await entryOf('open-1.jpg', 'a', 'open')].filter(isLabelled))));
    await rm(join(folder, 'manifest.csv'));
    expect((await scanDataset(folder)).map(({ label }) => label)).toEqual(['open']);
  });

  test('holds a picture that was judged twice once, with what was said last', async () => {
    const entries = [
      await entryOf('open-1.jpg', 'c', null),
      await entryOf('open-1.jpg', 'b', 'closed'),
      await entryOf('open-1.jpg', 'a', 'open'),
    ];
    const files = folderFiles(entries.filter(isLabelled));
    expect(files.map(({ path }) => path.split('/')[0])).toEqual(['closed']);
  });
});
