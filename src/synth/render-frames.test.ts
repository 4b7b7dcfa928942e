/** The renderer as a whole: real Chromium, real pictures. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../decode/index.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { openSceneRenderer, type SceneRenderer } from './chromium.ts';
import { annotate } from './describe/annotate.ts';
import { sampleScene } from './describe/sample-scene.ts';
import type { SceneDescription } from './describe/scene-description.ts';
import { annotationLines, renderFrames } from './render-frames.ts';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Without what a camera does to a picture, so that pixels can be compared. */
const still = (scene: SceneDescription): SceneDescription => ({
  ...scene,
  photo: {
    ...scene.photo,
    noise: 0,
    chromaNoise: 0,
    motion: [0, 0],
    defocus: 0,
    sharpen: 0,
    bloom: 0,
    contrast: 1,
    quality: 1,
  },
});

let renderer: SceneRenderer;
beforeAll(async () => {
  renderer = await openSceneRenderer(executable);
});
afterAll(() => renderer.close());

const picture = async (scene: SceneDescription) => (await decode(await renderer.render(scene))).image;

describe('the scene renderer', () => {
  it('draws one description twice into the same bytes, with another frame between', async () => {
    const scene = sampleScene(1042, { size: 64, kind: 'several' });
    const first = await renderer.render(scene);
    await renderer.render(sampleScene(5, { size: 64, kind: 'none' }));
    expect(await renderer.render(scene)).toEqual(first);
  });

  it('shows a crown cap where the annotation says, and hardly anything else changes', async () => {
    const [closed, open] = (['closed', 'open'] as const).map((state) =>
      still(sampleScene(48, { size: 112, kind: 'neck', state })),
    );
    if (closed === undefined || open === undefined) throw new Error('no scenes');
    const [mouth] = annotate(closed).mouths;
    if (mouth === undefined) throw new Error('no mouth in sight');
    const change = difference(await picture(closed), await picture(open));
    const width = mouth.diameter * closed.width;
    expect(change.share(mouth.x * closed.width, mouth.y * closed.height, width)).toBeGreaterThan(0.75);
    expect(Math.abs(change.x - mouth.x * closed.width)).toBeLessThan(width * 0.3);
    expect(Math.abs(change.y - mouth.y * closed.height)).toBeLessThan(width * 0.45);
  });
});

/** Where two pictures differ by more than a little exposure: centre, and the share within a circle. */
function difference(a: RgbImage, b: RgbImage) {
  const points: { readonly x: number; readonly y: number; readonly weight: number }[] = [];
  for (let i = 0; i < a.width * a.height; i++) {
    const weight = [0, 1, 2].reduce(
      (sum, c) => sum + Math.abs((a.data[i * 3 + c] ?? 0) - (b.data[i * 3 + c] ?? 0)),
      0,
    );
    if (weight > 75) points.push({ x: i % a.width, y: Math.floor(i / a.width), weight });
  }
  const sum = (part: (p: (typeof points)[number]) => number) =>
    points.reduce((s, p) => s + p.weight * part(p), 0);
  const total = sum(() => 1);
  return {
    x: sum((p) => p.x) / total,
    y: sum((p) => p.y) / total,
    share: (x: number, y: number, radius: number) =>
      sum((p) => (Math.hypot(p.x - x, p.y - y) < radius ? 1 : 0)) / total,
  };
}

describe('renderFrames', () => {
  it('writes pictures, annotations and a manifest that agree, and reports progress', async () => {
    const out = await mkdtemp(join(tmpdir(), 'synth-'));
    try {
      const steps: number[] = [];
      const onProgress = (done: number) => steps.push(done);
      const summary = await renderFrames({ count: 2, out, seed: 20, size: 48, renderer, onProgress });
      expect(summary).toEqual({ count: 2, device: renderer.device });
      expect(steps).toEqual([1, 2]);
      const manifest = (await readFile(join(out, 'manifest.csv'), 'utf8')).trim().split('\n');
      expect(manifest).toHaveLength(3);
      const annotations = await readFile(join(out, 'annotations.csv'), 'utf8');
      for (const [i, line] of manifest.slice(1).entries()) {
        const [file = '', label] = line.split(',');
        const scene = sampleScene(20 + i, { size: 48 });
        expect(label).toBe(annotate(scene).label);
        expect(annotations).toContain(annotationLines(file, annotate(scene)));
        const { image } = await decode(await readFile(join(out, file)));
        expect([image.width, image.height]).toEqual([scene.width, scene.height]);
      }
    } finally {
      await rm(out, { recursive: true });
    }
  });

  it('says so when the folder of backgrounds holds no picture', async () => {
    const out = await mkdtemp(join(tmpdir(), 'synth-'));
    try {
      const attempt = renderFrames({ count: 1, out, seed: 1, size: 64, renderer, backgrounds: out });
      await expect(attempt).rejects.toThrow('no JPEG, PNG or WebP picture');
    } finally {
      await rm(out, { recursive: true });
    }
  });
});

describe('annotationLines', () => {
  const mouth = { x: 0.51234, y: 0.25, diameter: 0.1, angle: -89.6, state: 'open' } as const;
  it('writes one line a mouth', () => {
    expect(annotationLines('a.jpg', { label: 'open', mouths: [mouth] })).toBe(
      'a.jpg,0.5123,0.2500,0.1000,-90,open,0\n',
    );
  });
  it('marks a crowd of more than twelve', () => {
    const lines = annotationLines('a.jpg', {
      label: 'open',
      mouths: Array.from({ length: 13 }, () => mouth),
    });
    expect(lines.split('\n').filter((l) => l.endsWith(',1'))).toHaveLength(13);
  });
  it('says when no mouth is visible, and nothing of frames without bottles', () => {
    expect(annotationLines('a.jpg', { label: 'unclear', mouths: [] })).toBe('a.jpg,,,,,none_visible,0\n');
    expect(annotationLines('a.jpg', { label: 'none', mouths: [] })).toBe('');
  });
});
