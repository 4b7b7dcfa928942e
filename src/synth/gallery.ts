/** Contact sheets of the gallery: a few scenes of every kind, with what the annotation says of them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSceneRenderer, type SceneRenderer, type SheetCell } from './chromium.ts';
import { annotate } from './describe/annotate.ts';
import { ASSORTMENTS } from './describe/sample-bottle.ts';
import { type SceneOptions, sampleScene } from './describe/sample-scene.ts';
import { SCENE_KINDS } from './describe/scene-description.ts';

/** Frames a sheet and their first seed: seeds that no training run starts from. */
const FRAMES = 12;
const FIRST_SEED = 9_000_000;
const LAYOUT = { columns: 4, cell: 200, quality: 0.72 } as const;

export async function renderGallery(folder: string, executable: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const renderer = await openSceneRenderer(executable);
  try {
    for (const kind of SCENE_KINDS)
      await writeFile(join(folder, `${kind}.jpg`), await sheetOf(renderer, { kind }));
    for (const assortment of ASSORTMENTS.filter((name) => name !== 'beer'))
      await writeFile(
        join(folder, `${assortment}.jpg`),
        await sheetOf(renderer, { kind: 'neck', assortment }),
      );
  } finally {
    await renderer.close();
  }
}

async function sheetOf(
  renderer: SceneRenderer,
  options: Pick<SceneOptions, 'kind' | 'assortment'>,
): Promise<Uint8Array> {
  const cells: SheetCell[] = [];
  for (let i = 0; i < FRAMES; i++) {
    const scene = sampleScene(FIRST_SEED + i, { size: 320, ...options });
    cells.push({ jpeg: await renderer.render(scene), caption: annotate(scene).label });
  }
  return await renderer.sheet(cells, LAYOUT);
}
