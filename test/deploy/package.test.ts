// What `npm pack` packs, and that it works where nothing else of the project is: unpacked into an empty folder, with no other
// packages beside it than those it asks for.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseTypes } from '../../deploy/package/erase-types.ts';

const project = join(import.meta.dirname, '../..');
const Packed = Type.Array(
  Type.Object({
    filename: Type.String(),
    size: Type.Integer(),
    files: Type.Array(Type.Object({ path: Type.String() })),
  }),
);
const Manifest = Type.Object({
  version: Type.String(),
  bin: Type.Object({ tampinha: Type.String() }),
  dependencies: Type.Record(Type.String(), Type.String()),
});

const folder = mkdtempSync(join(tmpdir(), 'tampinha-package-'));
const home = join(folder, 'node_modules/tampinha');
let paths: string[] = [];
let bytes = 0;

/** Of all that is packed, only the page is not made here: `npm test` has built it. */
beforeAll(async () => {
  eraseTypes(join(project, 'src'), join(project, 'dist'));
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: project, maxBuffer: 2 ** 24 });
  const [packed] = Value.Parse(Packed, JSON.parse(stdout));
  paths = packed?.files.map(({ path }) => path) ?? [];
  bytes = packed?.size ?? 0;
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed?.filename ?? ''), '--strip-components=1', '-C', home]);
  for (const name of Object.keys(manifest().dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(project, 'node_modules', name), link);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const manifest = () => Value.Parse(Manifest, JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));
const tampinha = () => join(home, manifest().bin.tampinha);

describe('the package', () => {
  it('holds what runs, what it says of itself, and nothing else', () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        'package.json',
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'dist/cli/main.js',
        'build/web/index.html',
        'models/default/card.json',
        'models/default/finder.onnx',
        'models/default/reader.onnx',
        'models/default/golden.json',
        'samples/open-1.jpg',
      ]),
    );
    const parts =
      /^(dist\/.*\.js|build\/web\/.*|models\/default\/.*|samples\/.*|docs\/.*|annotations\/mouths\.csv|package\.json|LICENSE|[A-Z]+\.md)$/;
    expect(paths.filter((path) => !parts.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.test\.|fixture|\/test-|\.ts$/.test(path))).toEqual([]);
    const pictures = paths.filter((path) => /\.(jpe?g|png|webp)$/i.test(path));
    expect(pictures.filter((path) => !/^(samples|docs|build\/web)\//.test(path))).toEqual([]);
  });

  it('stays small', () => {
    expect(bytes).toBeLessThan(13_000_000);
  });

  it('holds what its first documents point to', () => {
    const missing = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].flatMap((path) =>
      linksOf(path).filter((target) => !existsSync(join(home, target))),
    );
    expect(missing).toEqual([]);
  });

  it('predicts what the repository predicts', async () => {
    const [installed, here] = [tampinha(), join(project, 'src/cli/main.ts')];
    const answers = [];
    for (const main of [installed, here]) {
      const args = [main, 'predict', '--format', 'jsonl', 'samples/open-2.jpg', 'samples/closed-1.jpg'];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: home });
      answers.push(stdout.replace(/"ms":[\d.]+/g, ''));
    }
    expect(answers[0]).toMatch(/"verdict":"\w+".*\n.*"verdict":"\w+".*\n$/);
    expect(answers[0]).toBe(answers[1]);
  });

  it('serves the page and the API', async () => {
    const env = { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data') };
    const child = spawn(process.execPath, [tampinha(), 'serve'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    await Promise.race([once(child.stderr, 'data'), ended]);
    const url = /http:\S+/.exec(said)?.[0] ?? said;
    expect((await fetch(url)).headers.get('content-type')).toMatch(/^text\/html/);
    const form = new FormData();
    form.append('image', new Blob([readFileSync(join(home, 'samples/closed-1.jpg'))]), 'closed-1.jpg');
    const answer = await fetch(`${url}/classificar`, { method: 'POST', body: form });
    expect(await answer.json()).toMatchObject({ status: 'fechada' });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

describe('the release', () => {
  it('is the newest in the changelog', () => {
    const changelog = readFileSync(join(project, 'CHANGELOG.md'), 'utf8');
    const [, newest] = /^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$/m.exec(changelog) ?? [];
    expect(manifest().version).toBe(newest);
  });
});

/** Targets of a packed document's links, as paths within the package. */
function linksOf(path: string): string[] {
  const targets = [...readFileSync(join(home, path), 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)];
  return targets
    .map(([, target = '']) => target)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .map((target) => normalize(join(dirname(path), target)));
}
