import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readModelState, writeModelState } from './model-state.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the model that was activated last', () => {
  const state = { champion: 'b', previous: 'a', configured: 'a' };

  it('is remembered while the settings stay the same', async () => {
    expect(readModelState(folder, 'a')).toEqual({ champion: 'a', previous: null, configured: 'a' });
    await writeModelState(folder, state);
    expect(readModelState(folder, 'a')).toEqual(state);
    expect(readModelState(folder, 'c')).toEqual({ champion: 'c', previous: null, configured: 'c' });
  });

  it.each(['', '{', '{"champion":1}'])('is that of the settings where the file says "%s"', async (text) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await writeFile(join(folder, 'models.json'), text);
    expect(readModelState(folder, 'a')).toEqual({ champion: 'a', previous: null, configured: 'a' });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('models.json'));
    warn.mockRestore();
  });
});
