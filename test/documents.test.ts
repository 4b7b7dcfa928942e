// What the documents promise: files that are there, commands that exist, figures that the cards state.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { everythingMeasured, RECIPE, readCard } from '../src/cli/commands/card.ts';
import { runProgram } from '../src/cli/program.ts';
import { ERROR_CODES } from '../src/contract/errors.ts';
import { accuracyTable, withAccuracyTable } from '../src/evaluate/accuracy-table.ts';
import { cardDocument } from '../src/evaluate/card-document.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...inDocs.map((name) => join('docs', name)),
].filter((path) => path.endsWith('.md'));

/** Targets of Markdown links and pictures that lie in the repository. */
function localLinks(path: string): string[] {
  const targets = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^(https?:|#|mailto:)/.test(target))
    .map((target) => target.replace(/#.*/, ''));
}

/** What a command prints when asked for help. */
async function help(command: string): Promise<string> {
  let printed = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      printed += chunk;
      done();
    },
  });
  const terminal = {
    stdout,
    stderr: stdout,
    env: {},
    setStatus() {},
    now: () => new Date(0),
    stopAsked: () => Promise.resolve(),
  };
  await runProgram([command, '--help'], terminal);
  return printed;
}

describe('documents', () => {
  it.each(documents)('%s points to files that are there', (path) => {
    const missing = localLinks(path).filter((target) => !existsSync(join(root, dirname(path), target)));
    expect(missing).toEqual([]);
  });

  it('name only commands that exist', async () => {
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/tampinha -- (\w+)/g)].map(([, name = '']) => name),
    );
    for (const command of new Set(named)) expect(await help(command)).toContain(`Usage: tampinha ${command}`);
    expect(await help('nonsense')).not.toContain('Usage: tampinha nonsense');
  });

  it('name only scripts that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('list every error, and none that is no more', () => {
    const listed = [...read('docs/errors.md').matchAll(/`([A-Z][A-Z_0-9]+)`/g)].map(([, code = '']) => code);
    expect(
      [...new Set(listed)].filter((code) => !/^(GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH)$/.test(code)).sort(),
    ).toEqual(ERROR_CODES.toSorted());
  });

  it('state the accuracy that the cards state (npm run -s tampinha -- card --update README.md)', async () => {
    const cards = await everythingMeasured(join(root, 'models'));
    expect(read('README.md')).toBe(withAccuracyTable(read('README.md'), accuracyTable(cards)));
  });

  it('hold the bundled model’s card (npm run -s tampinha -- card --document docs/model-card.md)', async () => {
    const card = await readCard(join(root, 'models/default'));
    const document = read('docs/model-card.md');
    expect(document).toBe(cardDocument(card, RECIPE));
    // Nothing that was measured is left out: every count stands with its denominator.
    for (const { accuracy, falseState } of card.metrics)
      for (const { count, of } of [accuracy, ...(falseState ? [falseState] : [])])
        expect(document).toContain(`${count} of ${of}`);
  });
});
