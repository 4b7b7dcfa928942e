/** Renders random scenes into a folder: pictures, the annotation of every mouth, a manifest. */
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSceneRenderer, type SceneRenderer } from './chromium.ts';
import { annotate, type FrameAnnotation, isCrowd } from './describe/annotate.ts';
import { randomStream } from './describe/random.ts';
import type { Assortment } from './describe/sample-bottle.ts';
import { type SceneOptions, sampleScene } from './describe/sample-scene.ts';
import type { SceneKind } from './describe/scene-description.ts';

export interface RenderOptions {
  readonly count: number;
  /** Folder that receives the pictures, `annotations.csv` and `manifest.csv`. */
  readonly out: string;
  /** Seed of the first frame; the others follow. */
  readonly seed: number;
  /** Longest side, pixels. */
  readonly size: number;
  /** Folder of photographs that serve as backdrops. */
  readonly backgrounds?: string;
  /** Draw only this kind of scene. */
  readonly kind?: SceneKind;
  /** What bottles are drawn from; beer unless told otherwise. */
  readonly assortment?: Assortment;
  /** Where Chromium is; `/usr/bin/chromium` unless told otherwise. */
  readonly executable?: string;
  /** A renderer that is open already and stays open; otherwise one is started and closed. */
  readonly renderer?: SceneRenderer;
  readonly onProgress?: (done: number, count: number) => void;
}

export interface RenderSummary {
  readonly count: number;
  /** What drew, as WebGL names it. */
  readonly device: string;
}

export const ANNOTATION_HEADER = 'file,cx,cy,d,angle,state,crowd';
export const MANIFEST_HEADER = 'file,label,group,source,seed,kind';

/**
 * Frame i is drawn from seed + i alone, so any part of a set can be drawn again.
 * @throws Error when Chromium cannot be started or `backgrounds` holds no picture.
 */
export async function renderFrames(options: RenderOptions): Promise<RenderSummary> {
  await mkdir(options.out, { recursive: true });
  const photos = options.backgrounds ? await listPhotos(options.backgrounds) : [];
  await writeFile(join(options.out, 'annotations.csv'), `${ANNOTATION_HEADER}\n`);
  await writeFile(join(options.out, 'manifest.csv'), `${MANIFEST_HEADER}\n`);
  const renderer = options.renderer ?? (await openSceneRenderer(options.executable ?? '/usr/bin/chromium'));
  try {
    for (let i = 0; i < options.count; i++) {
      await renderFrame(renderer, options, options.seed + i, photos);
      options.onProgress?.(i + 1, options.count);
    }
  } finally {
    if (options.renderer === undefined) await renderer.close();
  }
  return { count: options.count, device: renderer.device };
}

async function renderFrame(
  renderer: SceneRenderer,
  options: RenderOptions,
  seed: number,
  photos: readonly string[],
) {
  const scene = sampleScene(seed, sceneOptions(options, photos.length > 0));
  const photo = scene.setting.backdrop.kind === 'photo' ? await pickPhoto(seed, photos) : undefined;
  const file = `synth-${String(seed).padStart(7, '0')}.jpg`;
  await writeFile(join(options.out, file), await renderer.render(scene, photo));
  const annotation = annotate(scene);
  await appendFile(join(options.out, 'annotations.csv'), annotationLines(file, annotation));
  const source = (options.assortment ?? 'beer') === 'beer' ? 'synth' : `synth-${options.assortment}`;
  const line = [file, annotation.label, `${source}/${seed}`, source, seed, scene.kind].join(',');
  await appendFile(join(options.out, 'manifest.csv'), `${line}\n`);
}

function sceneOptions(options: RenderOptions, photos: boolean): SceneOptions {
  const { size, kind, assortment } = options;
  return { size, photos, ...(kind && { kind }), ...(assortment && { assortment }) };
}

/** One line a mouth; a frame whose bottles show none gets one line without coordinates, a frame without bottles none. */
export function annotationLines(file: string, annotation: FrameAnnotation): string {
  if (annotation.label === 'none') return '';
  if (annotation.mouths.length === 0) return `${file},,,,,none_visible,0\n`;
  const crowd = isCrowd(annotation) ? 1 : 0;
  return annotation.mouths
    .map((m) =>
      [file, m.x.toFixed(4), m.y.toFixed(4), m.diameter.toFixed(4), Math.round(m.angle), m.state, crowd].join(
        ',',
      ),
    )
    .map((line) => `${line}\n`)
    .join('');
}

async function listPhotos(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
    .sort();
  if (names.length === 0) throw new Error(`no JPEG, PNG or WebP picture in ${folder}`);
  return names.map((name) => join(folder, name));
}

async function pickPhoto(seed: number, photos: readonly string[]): Promise<Uint8Array | undefined> {
  const path = photos[randomStream(seed, 'photograph').integer(0, photos.length - 1)];
  return path === undefined ? undefined : await readFile(path);
}
