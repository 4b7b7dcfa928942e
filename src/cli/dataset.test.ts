import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutRights } from '../dataset/test-without-rights.ts';
import { encodeJpeg } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { run } from './test-run.ts';

const check = (...args: readonly string[]) => run(['dataset', 'check', ...args]);

let folder = '';
let data = '';
let out = '';

/** Open ones are light, closed ones are dark, all of them noise otherwise. */
async function put(label: 'open' | 'closed', index: number) {
  const image = createImage(40, 30);
  let state = index * 7919 + 17;
  for (let i = 0; i < image.data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image.data[i] = (state >>> 25) + (label === 'open' ? 120 : 0);
  }
  await writeFile(join(data, label, `${index}.jpg`), await encodeJpeg(image));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataset-check-'));
  [data, out] = [join(folder, 'data'), join(folder, 'out')];
  for (const label of ['open', 'closed'] as const) {
    await mkdir(join(data, label), { recursive: true });
    for (let i = 0; i < 10; i++) await put(label, 2 * i + Number(label === 'open'));
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('tampinha dataset check', { timeout: 300_000 }, () => {
  it('prints findings and figures as JSON lines, writes its report, and ends with 0', async () => {
    const { out: printed, status } = await check('--data', data, '--out', out, '--format', 'jsonl');
    const lines = printed.trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toEqual({ verdict: 'confounded', pictures: 20, broken: 0 });
    const shortcuts: { shortcut?: string; auc?: { value: number } }[] = lines.map((line) => JSON.parse(line));
    const brightness = shortcuts.find(({ shortcut }) => shortcut === 'brightness');
    expect(brightness).toMatchObject({ asks: 'state', zeros: 10, ones: 10, auc: { value: 1 } });
    expect(status).toBe(0);
    expect(await readFile(join(out, 'findings.jsonl'), 'utf8')).toBe(printed);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('CONFOUNDED');
  });

  it('ends with 1 when it is strict and finds something', async () => {
    const { out: printed, status } = await check('--data', data, '--out', out, '--strict');
    expect(printed).toContain('CONFOUNDED');
    expect(printed).toMatch(/^Brightness +100\.0 !!$/m);
    expect(status).toBe(1);
  });

  it('counts what cannot be opened among the broken files', async () => {
    const partly = join(folder, 'partly');
    await cp(data, partly, { recursive: true });
    await Promise.all([folder, partly].map((path) => chmod(path, 0o755)));
    await symlink('gone', join(partly, 'open', 'gone.jpg'));
    await writeFile(join(partly, 'open', 'phone.heic'), 'a format that is known and not read');
    const there = join(folder, 'partly-out');
    await mkdir(there);
    await chmod(there, 0o777);
    const { status, out: printed } = await withoutRights(join(partly, 'closed', '0.jpg'), () =>
      check('--data', partly, '--out', there, '--format', 'jsonl'),
    );
    expect(status).toBe(0);
    const [verdict = '', ...findings] = printed.trimEnd().split('\n');
    expect(JSON.parse(verdict)).toMatchObject({ pictures: 19, broken: 3 });
    const files = ['closed/0.jpg', 'open/gone.jpg', 'open/phone.heic'];
    expect(findings.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ check: 'broken', files }),
    );
  });

  it('ends with 2 and names what is wrong with the call', async () => {
    const nowhere = await check('--data', join(folder, 'nowhere'));
    expect(nowhere).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining('there is no such folder'),
    });
    const group = await check('--data', data, '--only', 'elsewhere/');
    expect(group).toMatchObject({ status: 2, err: expect.stringContaining('no picture has a group') });
    const results = await check('--data', data, '--results', join(data, 'open', '1.jpg'));
    expect(results).toMatchObject({ status: 2, err: expect.stringContaining('is not JSON') });
    const file = join(data, 'open', '1.jpg');
    expect(await check('--data', file)).toMatchObject({
      status: 2,
      err: expect.stringContaining('no folder'),
    });
    const there = await check('--data', data, '--out', file);
    expect(there).toMatchObject({ status: 2, out: '', err: expect.stringContaining('the folder is a file') });
    const mouths = join(folder, 'mouths.csv');
    await writeFile(mouths, 'file,cx,cy,d,angle,state,crowd\nelsewhere.jpg,0.5,0.5,0.1,0,open,0\n');
    const others = await check('--data', data, '--out', out, '--annotations', mouths);
    expect(others).toMatchObject({ status: 2, err: expect.stringContaining('such as elsewhere.jpg') });
    expect(await check('--format', 'jsonl')).toMatchObject({
      status: 2,
      err: expect.stringContaining('--data'),
    });
  });
});
