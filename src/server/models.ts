import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import type { ModelDetail, ModelInfo } from '../contract/model-info.ts';
import { Card } from '../model/card.ts';

// What is told about models. A model is a folder with a card.

export function describeModel(card: Card, active: boolean): ModelInfo {
  return {
    id: card.id,
    name: card.name,
    version: card.version,
    created: card.created,
    architecture: card.architecture.arch,
    active,
    uncertain: [card.thresholds.closedBelow, card.thresholds.openAbove],
    accuracy: card.metrics.map(({ split, accuracy }) => ({ split, ...accuracy })),
  };
}

export function describeModelFully(card: Card): ModelDetail {
  return { ...describeModel(card, true), card };
}

/** The models of a folder, the active one first whether or not it lies there. Folders without a sound card are none. */
export async function listModels(modelsDir: string, active: Card): Promise<ModelInfo[]> {
  const folders = await readdir(modelsDir).catch(() => []);
  const cards = await Promise.all(folders.sort().map((folder) => readCard(join(modelsDir, folder))));
  const others = cards.flatMap((card) => (card && card.id !== active.id ? describeModel(card, false) : []));
  return [describeModel(active, true), ...others];
}

async function readCard(folder: string): Promise<Card | undefined> {
  try {
    const card: unknown = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8'));
    return Value.Check(Card, card) ? card : undefined;
  } catch {
    return undefined;
  }
}
