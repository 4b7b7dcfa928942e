// The audit of data folders against rendered sets whose flaws are known because they were drawn into them, and
// against the photographs that misled the first system, where they are at hand.
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditDataset } from '../src/audit/audit.ts';
import { type Finding, findingsOf, verdictOf } from '../src/audit/findings.ts';
import { toJsonLines, toText } from '../src/audit/lines.ts';
import { renderAudit } from '../src/audit/report.ts';
import { readMouths, scanDataset } from '../src/dataset/index.ts';
import { decode, encodeWebp } from '../src/decode/index.ts';
import { openSceneRenderer, type SceneRenderer } from '../src/synth/chromium.ts';
import { annotate } from '../src/synth/describe/annotate.ts';
import { sampleScene } from '../src/synth/describe/sample-scene.ts';
import {
  ANNOTATION_HEADER,
  annotationLines,
  MANIFEST_HEADER,
  renderFrames,
} from '../src/synth/render-frames.ts';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const root = join(import.meta.dirname, '..');
const photographs = process.env.PHOTOS_DIR ?? join(root, 'data/photos');

async function check(folder: string, annotations = join(folder, 'annotations.csv'), prefix = '') {
  const samples = (await scanDataset(folder)).filter(({ group }) => group.startsWith(prefix));
  const audit = await auditDataset({ samples, mouths: await readMouths(annotations) });
  const findings = findingsOf(audit);
  return { audit, findings, verdict: verdictOf(findings) };
}

const messages = (findings: readonly Finding[], severity: Finding['severity']) =>
  findings.filter((one) => one.severity === severity).map(({ message }) => message);

// Drawing takes a tenth of a second a frame on an idle machine, and many times that on a busy one.
const PATIENCE = { timeout: 600_000 };

describe.skipIf(!existsSync(executable))('the check of rendered folders', PATIENCE, () => {
  let folder = '';
  let renderer: SceneRenderer;
  let clean = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
    clean = join(folder, 'clean');
    renderer = await openSceneRenderer(executable);
    await renderFrames({ count: 40, out: clean, seed: 7460, size: 96, renderer });
  }, PATIENCE.timeout);
  afterAll(async () => {
    await renderer.close();
    await rm(folder, { recursive: true });
  });

  /** A folder with the lines of a manifest; files are written by the caller. */
  async function put(name: string, lines: readonly string[], annotations: readonly string[]) {
    const out = join(folder, name);
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'manifest.csv'), [MANIFEST_HEADER, ...lines, ''].join('\n'));
    await writeFile(join(out, 'annotations.csv'), `${ANNOTATION_HEADER}\n${annotations.join('')}`);
    return out;
  }

  it('calls frames clean whose states were drawn apart from everything else', async () => {
    const { audit, findings, verdict } = await check(clean);
    expect(messages(findings, 'serious').concat(messages(findings, 'doubtful'))).toEqual([]);
    expect(verdict).toBe('clean');
    const state = audit.scopes.find(({ asks }) => asks === 'state');
    expect(state?.measured[0]?.shortcuts.map(({ family }) => family)).toContain('background');
    expect(toText(audit, findings)).toContain('CLEAN');
  });

  it('sees that open bottles stand in one room and closed ones in another', async () => {
    const walls = { open: [0.1, 0.25, 0.7], closed: [0.7, 0.3, 0.06] } as const;
    const lines: string[] = [];
    const annotations: string[] = [];
    const out = await put('rooms', [], []);
    for (let seed = 100; lines.length < 24; seed++) {
      const state = lines.length % 2 === 0 ? 'open' : 'closed';
      const drawn = sampleScene(seed, { size: 96, kind: 'single', state });
      const backdrop = { ...drawn.setting.backdrop, kind: 'plain', colour: walls[state] } as const;
      const scene = { ...drawn, setting: { ...drawn.setting, backdrop, surface: null } };
      const annotation = annotate(scene);
      if (annotation.label !== state) continue;
      const file = `${seed}.jpg`;
      await writeFile(join(out, file), await renderer.render(scene));
      annotations.push(annotationLines(file, annotation));
      lines.push([file, state, seed, 'rooms', seed, 'single'].join(','));
    }
    const { audit, findings, verdict } = await check(await put('rooms', lines, annotations));
    expect(verdict).toBe('confounded');
    expect(messages(findings, 'serious').join()).toMatch(
      /can be told in pictures left out from .*border alone/,
    );
    expect(messages(findings, 'serious').join()).toContain('colours alone');
    const page = await renderAudit('rooms', audit, findings);
    expect(page).toContain('CONFOUNDED');
    expect(page).toContain('data:image/webp');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    for (const line of toJsonLines(audit, findings)) expect(typeof JSON.parse(line)).toBe('object');
  });

  it('sees that open bottles were saved by another program', async () => {
    const out = join(folder, 'saved');
    await cp(clean, out, { recursive: true });
    const rows = (await readFile(join(out, 'manifest.csv'), 'utf8')).trim().split('\n').slice(1);
    const lines = await Promise.all(
      rows.map(async (line) => {
        const [file = '', label, ...more] = line.split(',');
        if (label !== 'open') return line;
        const { image } = await decode(await readFile(join(out, file)));
        const renamed = file.replace('.jpg', '.webp');
        await writeFile(join(out, renamed), await encodeWebp(image, 80));
        return [renamed, label, ...more].join(',');
      }),
    );
    const { findings } = await check(await put('saved', lines, []));
    expect(messages(findings, 'serious').join()).toContain('file format and quality alone');
  });

  it('sees broken files, copies with other labels, and a split that puts one picture on both sides', async () => {
    const out = join(folder, 'copies');
    await cp(clean, out, { recursive: true });
    const manifest = await readFile(join(out, 'manifest.csv'), 'utf8');
    const rows = manifest.trim().split('\n').slice(1, 9);
    const [first = '', second = ''] = rows.map((line) => line.split(',')[0]);
    await cp(join(out, first), join(out, 'copy.jpg'));
    await writeFile(join(out, 'broken.jpg'), (await readFile(join(out, second))).subarray(0, 500));
    const [, label = ''] = rows[0]?.split(',') ?? [];
    const other = label === 'open' ? 'closed' : 'open';
    const lines = [...rows.map((row) => `${row},train`), `copy.jpg,${other},copy,synth,0,neck,test`];
    lines.push('broken.jpg,open,broken,synth,0,neck,test');
    await writeFile(join(out, 'manifest.csv'), [`${MANIFEST_HEADER},split`, ...lines, ''].join('\n'));
    const { findings } = await check(out);
    expect(messages(findings, 'doubtful').join()).toContain('bottles are too few');
    const serious = messages(findings, 'serious');
    expect(serious).toContainEqual(
      '1 pair of pictures that are byte for byte the same have different labels.',
    );
    expect(serious).toContainEqual(
      "The manifest's split (train 8, test 1) leaks: 1 pair of duplicates and 0 groups lie in two parts.",
    );
    expect(messages(findings, 'doubtful')).toContainEqual(
      expect.stringMatching(/^1 file cannot be read, broken\.jpg because: /),
    );
  });
});

describe.skipIf(!existsSync(photographs))('the check of the challenge frames', PATIENCE, () => {
  it('calls them confounded: the background alone gives the answer', async () => {
    const clicked = join(root, 'annotations/mouths.csv');
    const { audit, findings, verdict } = await check(photographs, clicked, 'challenge/');
    expect(verdict).toBe('confounded');
    expect(messages(findings, 'serious')).toContainEqual(
      expect.stringMatching(/^confounded: 140 of 140 bottles .* \(4 open, 2 closed\).*from background alone/),
    );
    const pictures = audit.scopes[0]?.measured.find(({ leftOut }) => leftOut === 'picture');
    const background = pictures?.shortcuts.find(({ family }) => family === 'background');
    expect(background?.auc.interval[0]).toBeGreaterThan(0.85);
  });
});
