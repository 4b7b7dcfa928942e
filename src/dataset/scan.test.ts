import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatasetError, groupBursts, type Sample, scanDataset } from './index.ts';
import { withoutRights } from './test-without-rights.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(file: string, text = ''): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

async function problems(): Promise<readonly string[]> {
  const error: unknown = await scanDataset(folder).catch((reason: unknown) => reason);
  if (error instanceof DatasetError) return error.problems.map((text) => text.replaceAll(folder, ''));
  throw new Error('the folder was not refused', { cause: error });
}

function brief(samples: readonly Sample[]): string[] {
  return samples.map(({ file, label, group, source }) => [file, label, group, source].join(' | '));
}

describe('folders', () => {
  it('are read by their names, in both languages and any case', async () => {
    const names = {
      open: ['open', 'Aberta', 'ABERTAS', 'img_path_aberta'],
      closed: ['closed', 'Fechada', 'fechadas', 'img_path_fechada'],
      none: ['None', 'nenhuma'],
      unclear: ['unclear'],
      mixed: ['mixed'],
    };
    for (const name of Object.values(names).flat()) await put(`${name}/1.JPG`);
    const samples = await scanDataset(folder);
    for (const [label, folders] of Object.entries(names))
      expect(samples.filter((sample) => sample.label === label)).toHaveLength(folders.length);
  });

  it('take subfolders as scenes and sources, and file names as bursts', async () => {
    const files = ['bar/left/1.jpg', 'bar/left/2.png', 'IMG_20250131_201502.jpg', 'IMG_20250131_201530.jpg'];
    const more = [
      'IMG_20250131_201702.jpg',
      'sofa_frame_001.webp',
      'sofa_frame_002.webp',
      '7.jpeg',
      '8.jpeg',
    ];
    for (const file of [...files, ...more]) await put(`open/${file}`);
    const source = folder.split('/').at(-1);
    expect(brief(await scanDataset(folder))).toEqual([
      `open/7.jpeg | open | open/7.jpeg | ${source}`,
      `open/8.jpeg | open | open/8.jpeg | ${source}`,
      `open/IMG_20250131_201502.jpg | open | open/IMG_20250131_201502.jpg | ${source}`,
      `open/IMG_20250131_201530.jpg | open | open/IMG_20250131_201502.jpg | ${source}`,
      `open/IMG_20250131_201702.jpg | open | open/IMG_20250131_201702.jpg | ${source}`,
      'open/bar/left/1.jpg | open | bar/left | bar',
      'open/bar/left/2.png | open | bar/left | bar',
      `open/sofa_frame_001.webp | open | open/sofa | ${source}`,
      `open/sofa_frame_002.webp | open | open/sofa | ${source}`,
    ]);
  });

  it('do not take a letter f at the end of a word for a frame of a recording', () => {
    const files = ['DSCF0001.JPG', 'DSCF0002.JPG', 'shelf_1.jpg', 'shelf_2.jpg', 'clip_f012.jpg', 'f3.jpg'];
    expect([...groupBursts(files).values()]).toEqual([...files.slice(0, 4), 'clip', '']);
  });

  it('follow links once, and never to what lies in the folder by another name', async () => {
    for (const file of ['open/1.jpg', 'closed/2.jpg']) await put(file);
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(elsewhere, '3.jpg'), '');
    const links = {
      'open/up': '..',
      'open/across': '../closed',
      'closed/a': '../open',
      'closed/b': elsewhere,
    };
    for (const [link, target] of Object.entries({ ...links, 'open/c': elsewhere, 'closed/d': '..' }))
      await symlink(target, join(folder, link));
    expect((await scanDataset(folder)).map(({ file }) => file)).toEqual([
      'closed/2.jpg',
      'closed/b/3.jpg',
      'open/1.jpg',
    ]);
    await rm(elsewhere, { recursive: true });
  });

  it('keep what calls itself a picture, even what cannot be read, but no folder', async () => {
    for (const file of ['open/1.heic', 'open/2.JFIF', 'open/3.avif', 'open/4.jpg/5.jpg']) await put(file);
    await symlink('gone', join(folder, 'open', '6.jpg'));
    const files = (await scanDataset(folder)).map(({ file }) => file);
    expect(files).toEqual(['open/1.heic', 'open/2.JFIF', 'open/3.avif', 'open/4.jpg/5.jpg', 'open/6.jpg']);
  });

  it('are refused when one of them cannot be listed', async () => {
    for (const file of ['open/1.jpg', 'open/bar/2.jpg']) await put(file);
    await chmod(folder, 0o755);
    const [said] = await withoutRights(join(folder, 'open', 'bar'), problems);
    expect(said).toBe('/open/bar: the folder cannot be listed');
  });

  it('leave out what is no picture, and what is hidden', async () => {
    for (const file of [
      'open/1.jpg',
      'open/1.txt',
      'open/.2.jpg',
      'labels/1.txt',
      'notes.md',
      '.cache/a/3.jpg',
    ])
      await put(file);
    expect(brief(await scanDataset(folder))).toHaveLength(1);
  });

  it('are refused by name when their pictures could be anything', async () => {
    for (const file of ['open/1.jpg', 'Opened/1.jpg', 'other/1.jpg']) await put(file);
    expect((await problems())[0]).toContain('found Opened, other');
  });

  it('are refused when there are none, or the folder is not there', async () => {
    expect((await problems())[0]).toContain('expected a manifest.csv, or folders named open, closed or none');
    await put('open/notes.txt');
    expect((await problems())[0]).toContain('found no pictures');
    await expect(scanDataset(join(folder, 'nowhere'))).rejects.toThrow('nowhere: there is no such folder');
    await expect(scanDataset(join(folder, 'open/notes.txt'))).rejects.toThrow('notes.txt is no folder');
  });
});

describe('manifest.csv', () => {
  it('says everything, quoted commas, a byte order mark and Windows line ends included', async () => {
    await put('a/1.jpg');
    await put('2.png');
    const lines = [
      '\ufefffile,label,beer,group,source,source_path,licence,kind,neck_box,cap_box,notes',
      'a/1.jpg,Open,1,scene-1,somebody/beers,x.jpg,CC0,phone,0.427 0.3256 0.228 0.3513,,"clear, wet"',
      '2.png,none,,,,,,,,,',
      '',
    ];
    await put('manifest.csv', lines.join('\r\n'));
    const [first, second] = await scanDataset(folder);
    expect(first).toEqual({
      file: 'a/1.jpg',
      path: join(folder, 'a/1.jpg'),
      label: 'open',
      group: 'scene-1',
      source: 'somebody/beers',
      kind: 'phone',
      beer: true,
      neckBox: [0.427, 0.3256, 0.228, 0.3513],
      notes: 'clear, wet',
    });
    expect(second).toMatchObject({ label: 'none', group: '2.png', beer: false, kind: '' });
    expect(second?.source).toBe(folder.split('/').at(-1));
  });

  it('goes before folders and needs two columns only', async () => {
    await put('whatever/1.jpg');
    await put('manifest.csv', 'label,file\nFechada,whatever/1.jpg\n');
    expect(brief(await scanDataset(folder))[0]).toContain('whatever/1.jpg | closed');
  });

  it('is read without walking the folder, and refused where it names a folder', async () => {
    await put('a/1.jpg');
    await symlink('..', join(folder, 'a', 'up'));
    await put('manifest.csv', 'file,label\na/up/a/1.jpg,open\n');
    expect(await scanDataset(folder)).toHaveLength(1);
    await put('manifest.csv', 'file,label\na,open\n');
    expect(await problems()).toEqual(['/manifest.csv:2: a is no file']);
  });

  it('is refused with every wrong line named', async () => {
    await put('1.jpg');
    const rows = [
      '1.jpg,open,',
      '1.jpg,closed,',
      '2.jpg,open,',
      '1.jpg,aberto,',
      '../1.jpg,open,',
      '/etc/x,open,',
    ];
    await put('manifest.csv', `file,label,cap_box\n${rows.join('\n')}\n1.jpg,open,0.1 0.2 3 0.1\n`);
    expect(await problems()).toEqual([
      '/manifest.csv:3: 1.jpg is already listed at /manifest.csv:2',
      '/manifest.csv:4: there is no file 2.jpg',
      '/manifest.csv:5: the label "aberto" is none of open, closed, none, unclear, mixed',
      '/manifest.csv:6: the path "../1.jpg" is not inside the data folder',
      '/manifest.csv:7: the path "/etc/x" is not inside the data folder',
      '/manifest.csv:8: a box is not four fractions "centre-x centre-y width height"',
    ]);
  });

  it('is refused without its columns, with a broken quote or a short line', async () => {
    await put('manifest.csv', 'file,name\n1.jpg,open\n');
    expect(await problems()).toEqual(['/manifest.csv:1: the column label is missing from the header']);
    await put('manifest.csv', 'file,label\n"1.jpg,open\n');
    expect((await problems())[0]).toMatch(/^\/manifest\.csv:\d+: Quote Not Closed/);
    await put('manifest.csv', 'file,label\n1.jpg\n');
    expect((await problems())[0]).toMatch(/^\/manifest\.csv:2: Invalid Record Length/);
    await put('manifest.csv', '');
    expect((await problems())[0]).toContain('the column file, label is missing');
    await put('manifest.csv', 'file,label\n');
    expect((await problems())[0]).toContain('there are no photographs');
  });

  it('counts the rest when very many lines are wrong', async () => {
    await put('manifest.csv', `file,label\n${'x.jpg,opened\n'.repeat(50)}`);
    await expect(scanDataset(folder)).rejects.toThrow('… and 38 more');
  });
});
