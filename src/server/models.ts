import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_ALIASES, type ModelDetail, type ModelInfo } from '../contract/model-info.ts';
import { Card } from '../model/card.ts';
import type { Aliases } from './inference/models.ts';
import { jsonOf } from './json-of.ts';

// What is told about models. A model is a folder with a card.

export interface Placed {
  readonly folder: string;
  readonly card: Card;
}

export function describeModel({ folder, card }: Placed, aliases: Aliases): ModelInfo {
  return {
    id: card.id,
    folder,
    aliases: MODEL_ALIASES.filter((alias) => aliases[alias] === folder),
    name: card.name,
    version: card.version,
    created: card.created,
    architecture: card.architecture.arch,
    active: folder === aliases.champion,
    uncertain: [card.thresholds.closedBelow, card.thresholds.openAbove],
    accuracy: card.metrics.map(({ split, accuracy }) => ({ split, ...accuracy })),
  };
}

/** The model that answers, with its card. */
export function describeActive(card: Card, aliases: Aliases): ModelDetail {
  return { ...describeModel({ folder: aliases.champion, card }, aliases), card };
}

/** The models of a folder, the active one first whether or not it lies there. Folders without a sound card are none. */
export async function listModels(modelsDir: string, active: Card, aliases: Aliases): Promise<ModelInfo[]> {
  const names = await readdir(modelsDir).catch(() => []);
  const others = names.filter((name) => name !== aliases.champion).sort();
  const found = await Promise.all(others.map((folder) => readPlaced(modelsDir, folder)));
  const placed = [{ folder: aliases.champion, card: active }, ...found.flatMap((one) => one ?? [])];
  return placed.map((one) => describeModel(one, aliases));
}

async function readPlaced(modelsDir: string, folder: string): Promise<Placed | undefined> {
  const card = await readCard(join(modelsDir, folder));
  return card && { folder, card };
}

function readCard(folder: string): Promise<Card | undefined> {
  return readFile(join(folder, 'card.json'), 'utf8').then(
    (text) => jsonOf(Card, text),
    () => undefined,
  );
}
