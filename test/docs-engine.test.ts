// The worked example of docs/engine.md, run as it stands there.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);

it('the example in docs/engine.md fits y = 3x', async () => {
  const text = await readFile(new URL('docs/engine.md', root), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-engine-'));
  const file = join(folder, 'example.ts');
  try {
    // Its imports are written from the repository's root.
    await writeFile(file, example.replaceAll("'./src/", `'${root.href}src/`));
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(Math.abs(Number(stdout) - 3)).toBeLessThan(0.05);
  } finally {
    await rm(folder, { recursive: true });
  }
});
