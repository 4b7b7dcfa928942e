import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetError, readMouths } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mouths-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(...rows: readonly string[]) {
  const path = join(folder, 'mouths.csv');
  await writeFile(path, ['file,cx,cy,d,angle,state,crowd', ...rows, ''].join('\n'));
  return readMouths(path);
}

describe('readMouths', () => {
  it('collects the mouths of each picture', async () => {
    const pictures = await read(
      'a.jpg,0.402,0.298,0.042,0,closed,0',
      'b.jpg,,,,,none_visible,0',
      'a.jpg,0.5,1,0.1,-90,open,1',
    );
    expect([...pictures.keys()]).toEqual(['a.jpg', 'b.jpg']);
    expect(pictures.get('a.jpg')).toEqual({
      file: 'a.jpg',
      crowd: true,
      mouths: [
        { cx: 0.402, cy: 0.298, d: 0.042, angle: 0, state: 'closed' },
        { cx: 0.5, cy: 1, d: 0.1, angle: -90, state: 'open' },
      ],
    });
    expect(pictures.get('b.jpg')).toEqual({ file: 'b.jpg', crowd: false, mouths: [] });
  });

  it.each([
    [270, -90],
    [180, 180],
    [-180, 180],
    [-360, 0],
    [200, -160],
  ])('writes %d degrees as %d', async (written, angle) => {
    const pictures = await read(`a.jpg,0.5,0.5,0.1,${written},open,0`);
    expect(pictures.get('a.jpg')?.mouths[0]?.angle).toBe(angle);
  });

  it.each([
    [',0.5,0.5,0.1,0,open,0', 'the file is missing'],
    ['a.jpg,1.2,0.5,0.1,0,open,0', 'the centre (1.2, 0.5) is not inside the picture (0–1)'],
    ['a.jpg,,0.5,0.1,0,open,0', 'the centre (, 0.5) is not inside the picture (0–1)'],
    ['a.jpg,0.5,0.5,0,0,open,0', 'the diameter "0" is not a fraction of the picture\'s width'],
    ['a.jpg,0.5,0.5,0.1,down,open,0', 'the angle "down" is not in degrees'],
    ['a.jpg,0.5,0.5,0.1,0,shut,0', 'the state "shut" is none of open, closed, unclear, none_visible'],
    ['a.jpg,0.5,0.5,0.1,0,open,yes', 'crowd "yes" is neither 0 nor 1'],
    ['a.jpg,0.5,,,,none_visible,0', 'none_visible has coordinates'],
  ])('refuses %s', async (row, problem) => {
    const error: unknown = await read('ok.jpg,0.5,0.5,0.1,0,open,0', row).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({ problems: [`${join(folder, 'mouths.csv')}:3: ${problem}`] });
  });

  it('refuses a picture that both has and has not a mouth', async () => {
    const lines = ['a.jpg,0.5,0.5,0.1,0,open,0', 'a.jpg,,,,,none_visible,0'];
    await expect(read(...lines)).rejects.toThrow(':3: a.jpg has a line none_visible and another line');
    await expect(read(...lines.reverse())).rejects.toThrow(':3: a.jpg has a line none_visible');
  });
});
