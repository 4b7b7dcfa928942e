/** The sample pictures of the page, the tests and the golden check, drawn anew from what samples.json says of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { openSceneRenderer } from './chromium.ts';
import { sampleScene } from './describe/sample-scene.ts';
import { SCENE_KINDS } from './describe/scene-description.ts';

const Sample = Type.Object({
  file: Type.String({ pattern: '^[a-z]+-\\d+\\.jpg$' }),
  /** What a person would say of it. */
  label: Type.Enum(['open', 'closed', 'none', 'unclear', 'mixed']),
  alt: Type.Object({ pt: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }),
  seed: Type.Integer(),
  kind: Type.Enum([...SCENE_KINDS]),
  state: Type.Optional(Type.Enum(['open', 'closed'])),
  size: Type.Integer({ minimum: 64, maximum: 1280 }),
});
export type Sample = Static<typeof Sample>;

/** @throws Error when samples.json is not a list of samples. */
export async function readSamples(folder: string): Promise<readonly Sample[]> {
  const list: unknown = JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8'));
  return Value.Parse(Type.Array(Sample), list);
}

export const describeSample = ({ seed, kind, size, state }: Sample) =>
  sampleScene(seed, { kind, size, ...(state ? { state } : {}) });

/** Draws every sample into the folder of samples.json. */
export async function renderSamples(folder: string, executable: string): Promise<void> {
  const samples = await readSamples(folder);
  const renderer = await openSceneRenderer(executable);
  try {
    for (const sample of samples)
      await writeFile(join(folder, sample.file), await renderer.render(describeSample(sample)));
  } finally {
    await renderer.close();
  }
}
