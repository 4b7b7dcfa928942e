import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutRights } from '../dataset/test-without-rights.ts';
import { decode, encodeJpeg, encodePng, encodeWebp } from '../decode/index.ts';
import type { Classifier } from '../model/classification.ts';
import { testCard } from '../model/test-card.ts';
import { createImage } from '../vision/rgb-image.ts';
import { predict } from './commands/predict.ts';
import { listPictures } from './list-pictures.ts';
import { overlayNames } from './overlay-names.ts';
import { tableFormat } from './predict-lines.ts';
import { runProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** A terminal that keeps what is written, reading so slowly that every line has to wait. */
function recorder() {
  const kept = { stdout: '', stderr: '', status: 0 };
  const keep = (name: 'stdout' | 'stderr') =>
    new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        kept[name] += chunk;
        setImmediate(done);
      },
    });
  const terminal: Terminal = {
    stdout: keep('stdout'),
    stderr: keep('stderr'),
    env: {},
    setStatus: (status) => {
      kept.status = status;
    },
    now: () => new Date(0),
    stopAsked: () => Promise.resolve(),
  };
  return { kept, terminal };
}

const card = testCard({ name: 'brightness', maxSide: 64 });

/** Calls bright pictures open, and takes the longer the darker they are, so that order must be kept. */
const brightness: Classifier = {
  card,
  async classify({ width, height, data }) {
    const pOpen = (1 + (data[0] ?? 0)) / 257;
    await new Promise((resolve) => setTimeout(resolve, 20 * (1 - pOpen)));
    const verdict = pOpen > 0.5 ? 'open' : 'closed';
    const confidence = Math.max(pOpen, 1 - pOpen);
    return {
      verdict,
      pOpen,
      confidence,
      bottles: [{ box: [width / 4, 0, width / 2, height], state: verdict, pOpen, confidence, presence: 1 }],
      attention: { width: 1, height: 1, values: Float32Array.of(1) },
    };
  },
};

const grey = (level: number, width = 32, height = 24) => createImage(width, height, [level, level, level]);

function noise(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  return { width, height, data };
}

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-cli-'));
  await mkdir(join(folder, 'b', 'c'), { recursive: true });
  await writeFile(join(folder, 'a.jpg'), await encodeJpeg(grey(20)));
  await writeFile(join(folder, 'b', 'bright.PNG'), await encodePng(grey(230, 256, 128)));
  await writeFile(join(folder, 'b', 'c', 'no-extension'), await encodeWebp(grey(250)));
  await writeFile(join(folder, 'b', 'text.jpg'), 'not a picture at all');
  await writeFile(join(folder, 'manifest.csv'), 'file,label\n');
  await writeFile(join(folder, 'z.jpg'), (await encodeJpeg(noise(200, 200))).subarray(0, 9000));
  await symlink('..', join(folder, 'b', 'loop'));
});

afterAll(() => rm(folder, { recursive: true }));

const options = { format: 'jsonl', jobs: 4 } as const;

describe('the list of pictures', () => {
  it('is sorted, goes below, and leaves out what neither name nor content calls a picture', async () => {
    const { files, skipped } = await listPictures([folder]);
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      'a.jpg',
      'b/bright.PNG',
      'b/c/no-extension',
      'b/text.jpg',
      'z.jpg',
    ]);
    expect(skipped).toBe(1);
  });

  it('keeps a file that is named, whatever it is, even nothing', async () => {
    const named = join(folder, 'manifest.csv');
    const missing = join(folder, 'nowhere', 'at-all.jpg');
    expect(await listPictures([named, missing])).toEqual({ files: [named, missing], skipped: 0 });
  });

  it('has a folder that cannot be listed in its place, which is answered with an error', async () => {
    const partly = await mkdtemp(join(tmpdir(), 'partly-'));
    await chmod(partly, 0o755);
    for (const name of ['a', 'locked', 'z']) {
      await mkdir(join(partly, name));
      await writeFile(join(partly, name, '1.jpg'), await encodeJpeg(grey(20)));
    }
    const { kept, terminal } = recorder();
    const status = await withoutRights(join(partly, 'locked'), async () =>
      predict((await listPictures([partly])).files, options, brightness, terminal),
    );
    const lines = kept.stdout.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ file: join(partly, 'a', '1.jpg'), verdict: 'closed' }),
      { file: join(partly, 'locked'), error: expect.objectContaining({ code: 'EACCES' }) },
      expect.objectContaining({ file: join(partly, 'z', '1.jpg'), verdict: 'closed' }),
    ]);
    expect(status).toBe(1);
    await rm(partly, { recursive: true });
  });

  it('does not keep silent about a link to nothing that calls itself a picture', async () => {
    const links = await mkdtemp(join(tmpdir(), 'links-'));
    await symlink('gone', join(links, 'photo.jpg'));
    await symlink('gone', join(links, 'notes'));
    expect(await listPictures([links])).toEqual({ files: [join(links, 'photo.jpg')], skipped: 1 });
    await rm(links, { recursive: true });
  });
});

describe('predict', () => {
  it('prints a line of JSON a picture, in order, failures in their place, and ends with status 1', async () => {
    const { files } = await listPictures([folder]);
    const { kept, terminal } = recorder();
    expect(await predict(files, options, brightness, terminal)).toBe(1);
    const lines = kept.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const box = (pixels: number[]) =>
      expect.objectContaining({ box: pixels, confidence: expect.any(Number) });
    expect(lines).toEqual([
      {
        file: files[0],
        verdict: 'closed',
        p_open: expect.closeTo(21 / 257, 2),
        confidence: expect.closeTo(1 - 21 / 257, 2),
        bottles: [box([8, 0, 16, 24])],
        model: card.id,
        ms: expect.any(Number),
      },
      // Classified at 64 pixels, answered in those of the original.
      expect.objectContaining({ file: files[1], verdict: 'open', bottles: [box([64, 0, 128, 128])] }),
      expect.objectContaining({ file: files[2], verdict: 'open' }),
      { file: files[3], error: { code: 'UNSUPPORTED_FORMAT', message: expect.stringContaining('JPEG') } },
      { file: files[4], error: { code: 'BROKEN_PICTURE', message: expect.stringContaining('damaged') } },
    ]);
    expect(kept.stderr).toBe('');
  });

  it('refuses a file of gigabytes without reading it', async () => {
    const huge = join(folder, 'huge.jpg');
    await writeFile(huge, '');
    // A sparse file: it has the length and takes no room.
    await truncate(huge, 3 * 1024 ** 3);
    const { kept, terminal } = recorder();
    expect(await predict([huge], options, brightness, terminal)).toBe(1);
    const error = { code: 'FILE_TOO_LARGE', message: expect.stringContaining('25 MB') };
    expect(JSON.parse(kept.stdout)).toEqual({ file: huge, error });
    await rm(huge);
  });

  it('ends with status 0 when every picture was answered', async () => {
    const { terminal } = recorder();
    expect(await predict([join(folder, 'a.jpg')], options, brightness, terminal)).toBe(0);
  });

  it('aligns a table for people', async () => {
    const { kept, terminal } = recorder();
    await predict(
      ['a.jpg', 'z.jpg'].map((name) => join(folder, name)),
      { ...options, format: 'table' },
      brightness,
      terminal,
    );
    const [header = '', first = '', second = ''] = kept.stdout.split('\n');
    expect(first.indexOf('closed')).toBe(header.indexOf('VERDICT'));
    expect(second.indexOf('error')).toBe(header.indexOf('VERDICT'));
    expect(first).toContain('91.8 %');
  });

  it('writes what the network looked at, warmer and outlined, in a picture of the same size', async () => {
    const heatmap = join(folder, 'heatmaps', 'deep');
    const { terminal } = recorder();
    const file = join(folder, 'a.jpg');
    await predict([file], { ...options, heatmap }, brightness, terminal);
    const name = `${file.slice(1).replaceAll('/', '__')}.jpg`;
    const { image } = await decode(await readFile(join(heatmap, name)));
    expect([image.width, image.height]).toEqual([32, 24]);
    const at = (x: number, y: number) => [...image.data.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)];
    const [red = 0, , blue = 0] = at(16, 12);
    expect(red).toBeGreaterThan(blue + 80);
    const [edgeRed = 0, , edgeBlue = 0] = at(8, 12);
    expect(edgeBlue).toBeGreaterThan(edgeRed + 80);
  });
});

describe('an overlay that cannot be written', () => {
  it('costs its picture no answer', async () => {
    const heatmap = join(folder, 'lost');
    const file = join(folder, 'a.jpg');
    await mkdir(join(heatmap, overlayNames([file])(file)), { recursive: true });
    const { kept, terminal } = recorder();
    expect(await predict([file], { ...options, heatmap }, brightness, terminal)).toBe(1);
    expect(JSON.parse(kept.stdout)).toMatchObject({ file, verdict: 'closed' });
    expect(kept.stderr).toContain(`${file}: its overlay could not be written`);
    await rm(heatmap, { recursive: true });
  });

  it('is not known before: every picture has a name of its own that a file system takes', async () => {
    const heatmap = join(folder, 'names');
    const long = join(folder, 'ü'.repeat(110), 'é'.repeat(110));
    const files = [
      join(folder, 'a__b.jpg'),
      join(folder, 'a', 'b.jpg'),
      join(long, '1.jpg'),
      join(long, '2.jpg'),
    ];
    for (const file of files) {
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, await encodeJpeg(grey(20)));
    }
    const { terminal } = recorder();
    expect(await predict(files, { ...options, heatmap }, brightness, terminal)).toBe(0);
    expect(await readdir(heatmap)).toHaveLength(4);
    for (const place of [join(folder, 'a'), files[0] ?? '', join(long, '..'), heatmap])
      await rm(place, { recursive: true });
  });
});

describe('a table', () => {
  it('is made of more files than a call has room for arguments', () => {
    const { header } = tableFormat(Array.from({ length: 300_000 }, (_, i) => `${i}.jpg`));
    expect(header).toMatch(/^FILE {6} {2}VERDICT/);
  });
});

describe('a path that leads nowhere', () => {
  it('has an error in its place, and the others are answered', async () => {
    const { kept, terminal } = recorder();
    const files = ['a.jpg', 'missing.jpg', 'b/bright.PNG'].map((name) => join(folder, name));
    expect(await predict(files, options, brightness, terminal)).toBe(1);
    const lines = kept.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ verdict: 'closed' }),
      { file: files[1], error: { code: 'ENOENT', message: 'There is no such file.' } },
      expect.objectContaining({ verdict: 'open' }),
    ]);
  });
});

describe('the command line', () => {
  const run = async (...args: string[]) => {
    const { kept, terminal } = recorder();
    await runProgram(args, terminal);
    return kept;
  };

  it.each([
    [['predict', tmpdir(), '--jobs', '0'], 'above 0'],
    [['predict', tmpdir(), '--format', 'xml'], 'table, jsonl'],
    [['predict'], "missing required argument 'path'"],
    [['fly'], "unknown command 'fly'"],
  ])('says on stderr what is wrong with %j and sets status 2', async (args, message) => {
    const { stdout, stderr, status } = await run(...args);
    expect(stderr).toContain(message);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  it('names the folder in which there is no model, and the one in which there is no picture', async () => {
    const noModel = await run('predict', join(folder, 'a.jpg'), '--model', folder);
    expect(noModel).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(`${folder}: no model here`),
    });
    await mkdir(join(folder, 'b', 'empty'), { recursive: true });
    const noPicture = await run('predict', join(folder, 'b', 'empty'));
    expect(noPicture).toMatchObject({ status: 2, stderr: expect.stringContaining('no picture in') });
  });

  it('refuses a file as the folder of overlays', async () => {
    const picture = join(folder, 'a.jpg');
    expect(await run('predict', picture, '--heatmap', picture)).toEqual({
      ...{ status: 2, stdout: '' },
      stderr: `tampinha: ${picture}: the folder is a file\n`,
    });
  });

  it('helps', async () => {
    const { stdout, status } = await run('predict', '--help');
    expect(stdout).toContain('--format');
    expect(status).toBe(0);
  });
});
