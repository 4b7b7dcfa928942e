import { glob, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import type { Measured } from '../../evaluate/measured.ts';
import type { Card } from '../../model/card.ts';
import { defaultModelFolder } from '../default-model.ts';
import { asUsageError, type Terminal, UsageError, writeLine } from '../terminal.ts';

export function cardCommand(terminal: Terminal): Command {
  return new Command('card')
    .description('print how accurate models are, as their cards state it, in Markdown')
    .argument('[dir...]', 'folders of models (default: all beside the bundled one)')
    .option('--update <file>', 'write the table between the accuracy marks of this document instead')
    .option('--document <file>', 'write the whole card of one model as a document instead')
    .action(async (folders: string[], { update, document }: { update?: string; document?: string }) => {
      if (document !== undefined) {
        const { cardDocument } = await import('../../evaluate/card-document.ts');
        const card = await readCard(folders[0] ?? defaultModelFolder(terminal));
        return writeFile(document, cardDocument(card, RECIPE)).catch(asUsageError());
      }
      const { accuracyTable, withAccuracyTable } = await import('../../evaluate/accuracy-table.ts');
      const models = dirname(defaultModelFolder(terminal));
      const cards =
        folders.length > 0 ? await Promise.all(folders.map(readCard)) : await everythingMeasured(models);
      const table = accuracyTable(cards);
      if (update === undefined) return writeLine(terminal.stdout, table.trimEnd());
      const before = await readFile(update, 'utf8').catch(asUsageError());
      await writeFile(update, withAccuracyTable(before, table)).catch(asUsageError());
    });
}

/** How the bundled model is made, in some hours on two cores; every command but `synth` goes on where it was stopped. */
export const RECIPE = `npm run -s tampinha -- synth --count 588 --seed 200000 --size 400 --out renders/mixed
npm run -s tampinha -- synth --count 1104 --seed 300000 --size 288 --kind neck --out renders/necks
npm run -s tampinha -- synth --count 1400 --seed 310000 --size 288 --kind neck --out renders/more-necks
npm run -s tampinha -- synth --count 1100 --seed 320000 --size 288 --kind neck --assortment cellar --out renders/cellar-necks
npm run -s tampinha -- synth --count 220 --seed 340000 --size 400 --assortment cellar --out renders/cellar
npm run -s tampinha -- train --data renders/mixed --with renders/necks --out runs/first --start pretrained \\
  --name renders --hold-out none --steps 600,1600
MORE="renders/necks renders/more-necks renders/cellar-necks renders/cellar"
npm run -s tampinha -- train --data renders/mixed --with $MORE --out runs/rendered --start runs/first \\
  --name renders --hold-out none --steps 200,1200
FRAMES="--with renders/mixed $MORE --start runs/rendered --steps 300,1500"
npm run -s tampinha -- validate --data PHOTOS $FRAMES --out runs/folds --folds 5 --seeds 1 --jobs 2 --threads 1 --workers 1
npm run -s tampinha -- train --data PHOTOS $FRAMES --out models/default --hold-out none \\
  --decide-from runs/folds/seed-1/raw/results.json`;

/** The cards of the models, then what was measured of networks that are too large to bundle. */
export async function everythingMeasured(models: string): Promise<Measured[]> {
  const { readMeasured } = await import('../../evaluate/measured.ts');
  return [...(await Promise.all((await cardFolders(models)).map(readCard))), ...(await readMeasured())];
}

/** The folders below `models` that hold a card, sorted by name. */
export async function cardFolders(models: string): Promise<string[]> {
  const folders: string[] = [];
  for await (const card of glob('*/card.json', { cwd: models })) folders.push(join(models, dirname(card)));
  return folders.sort();
}

/** Throws a UsageError that names the file and what is wrong with it. */
export async function readCard(folder: string): Promise<Card> {
  const { Card } = await import('../../model/card.ts');
  const { Value } = await import('typebox/value');
  const path = join(folder, 'card.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${folder}: no model here (card.json is missing)`, { cause });
  });
  const value: unknown = parseJson(text);
  if (!Value.Check(Card, value)) throw new UsageError(`${path} is no card`);
  return value;
}

/** Nothing where it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
