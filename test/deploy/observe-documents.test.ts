// What docs/deployment.md, docs/operations.md and docs/security.md promise: a section for every alert, commands that work,
// links that lead somewhere, a table that the command prints, statements that a database takes.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MEASURED } from '../../src/capacity/measured.ts';
import { runProgram } from '../../src/cli/program.ts';
import { ERROR_CODES } from '../../src/contract/errors.ts';
import { Settings } from '../../src/server/config.ts';
import { openStore } from '../../src/store/open.ts';
import { answered, id } from '../../src/store/test-entries.ts';
import { findPostgres, startPostgres } from '../../src/store/test-postgres.ts';
import { dashboards } from './dashboards.ts';
import { alerts, ROOT, readRules } from './observe-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const OURS = ['deployment', 'operations', 'security', 'settings'].map((name) => `docs/${name}.md`);
const documents = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
);

/** What a command line prints, and its exit status. */
async function run(args: readonly string[]): Promise<{ printed: string; status: number }> {
  let [printed, status] = ['', 0];
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      printed += chunk;
      done();
    },
  });
  await runProgram(args, {
    ...{ stdout, stderr: stdout, env: {}, now: () => new Date(0), stopAsked: () => Promise.resolve() },
    setStatus: (now) => {
      status = now;
    },
  });
  return { printed, status };
}

/** Code of a document: blocks, indented lines and what stands between backticks, each on one line. */
function codeOf(text: string): string[] {
  const joined = text.replaceAll('\\\n', ' ');
  const blocks = [...joined.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const indented = [...joined.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line);
  const inline = [...joined.matchAll(/`([^`\n]+(?:\n[^`\n]+)?)`/g)].map(([, code = '']) =>
    code.replaceAll('\n', ' '),
  );
  return [...blocks, ...indented, ...inline];
}

/** By itself, by npm, or in a container; other things are called tampinha too. */
const CALL = /(?:^(?:[A-Z_]+=\S+ )*|npm run -s | -- |exec [\w-]+ )tampinha(?: --)? ([a-z].*)$/;

/** The words after `tampinha`, where it is called. */
function callsIn(path: string): string[][] {
  return codeOf(read(path)).flatMap((line) => {
    const [, call] = CALL.exec(line) ?? [];
    return call ? [call.replace(/ [|>&#].*$/, '').split(/\s+/)] : [];
  });
}

const calls = documents.flatMap((path) => callsIn(path).map((words) => ({ path, words })));

/** The command itself: one word, or two where there are commands inside. */
function commandOf([first = '', second = '']: readonly string[]): string[] {
  return ['keys', 'dataset'].includes(first) && /^[a-z]+$/.test(second) ? [first, second] : [first];
}

describe('commands in the documents', () => {
  it('are there, with their options', async () => {
    expect(calls.length).toBeGreaterThan(25);
    const helps = new Map<string, string>();
    const wrong: string[] = [];
    for (const { path, words } of calls) {
      const command = commandOf(words);
      const name = command.join(' ');
      const help = helps.get(name) ?? (await run([...command, '--help'])).printed;
      helps.set(name, help);
      if (!help.includes(`Usage: tampinha ${name}`)) wrong.push(`${path}: ${name}`);
      for (const option of words.filter((word) => /^--[a-z]/.test(word)))
        if (!help.includes(`${option} `) && !help.includes(`${option},`))
          wrong.push(`${path}: ${name} ${option}`);
    }
    expect(wrong).toEqual([]);
  });

  it('about capacity do as they are written', async () => {
    const asked = calls.filter(
      ({ path, words }) => OURS.includes(path) && words[0] === 'capacity' && words.length > 1,
    );
    expect(asked.length).toBeGreaterThan(4);
    for (const { words } of asked) {
      const here = words.map((word) => (word.startsWith('deploy/') ? join(ROOT, word) : word));
      expect(await run(here), words.join(' ')).toMatchObject({ status: 0 });
    }
  }, 240_000);

  // With `-u` the table is written anew.
  it('print the table of docs/deployment.md', async () => {
    const document = read('docs/deployment.md');
    const [, command = ''] =
      /^ {4}npm run -s tampinha -- (capacity .*--format markdown)$/m.exec(document) ?? [];
    const { printed } = await run(command.split(' '));
    const table = /(<!-- capacity -->\n)[\s\S]*?(<!-- \/capacity -->)/;
    expect(document).toMatch(table);
    for (const ms of [MEASURED.pictureCpuMs, MEASURED.repeatedCpuMs]) expect(document).toContain(` ${ms} ms`);
    await expect(document.replace(table, `$1\n${printed}\n$2`)).toMatchFileSnapshot(
      '../../docs/deployment.md',
    );
  }, 240_000);
});

describe('the runbook', () => {
  it('has a section for every alert, with cause, check and action, and for no other', () => {
    const [, ...sections] = read('docs/operations.md').split(/^### (?=Tampinha)/m);
    const byName = new Map(sections.map((text) => [text.slice(0, text.indexOf('\n')), text]));
    const all = alerts(readRules());
    expect([...byName.keys()]).toEqual(all.map(({ alert }) => alert));
    for (const { alert, labels } of all) {
      const text = byName.get(alert) ?? '';
      expect(text.toLowerCase()).toContain(`**${labels.severity}.**`);
      for (const part of ['Cause', 'Check', 'Do']) expect(text, alert).toContain(`- **${part}.** `);
    }
  });
});

/** GitHub’s rule: small letters, no punctuation, a hyphen for a blank. */
function anchorsOf(path: string): Set<string> {
  const titles = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it.each(documents)('%s links to sections that are there', (path) => {
  const targets = [...read(path).matchAll(/\]\(([^)\s#:]*\.md|)#([^)\s]+)\)/g)];
  const missing = targets.filter(([, file = '', anchor = '']) => {
    const target = file ? relative(ROOT, resolve(ROOT, dirname(path), file)) : path;
    return !anchorsOf(target).has(anchor);
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

describe('names in the documents', () => {
  const namesIn = (pattern: RegExp) =>
    OURS.flatMap((path) => [...read(path).matchAll(pattern)].map(([, name = '']) => ({ path, name })));

  it('are settings or error codes of the server where they are in capitals', () => {
    const known = new Set([...Object.keys(Settings.properties), ...ERROR_CODES, ...ELSEWHERE]);
    const unknown = namesIn(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:=[^`]*)?`/g).filter(
      ({ name }) => !known.has(name),
    );
    expect(unknown).toEqual([]);
  });

  it('are alerts, and panels of the dashboards, where they are meant to be', () => {
    const titles = dashboards().flatMap(({ panels }) => panels.map(({ title }) => title));
    const panels = namesIn(/(?<![*\w])\*([^*\n]+)\*(?!\*)/g).filter(
      ({ path, name }) => path.endsWith('operations.md') && !ON_THE_PAGE.includes(name),
    );
    expect(panels.length).toBeGreaterThan(15);
    expect(panels.filter(({ name }) => !titles.some((title) => title.startsWith(name)))).toEqual([]);
    const all = alerts(readRules()).map(({ alert }) => alert);
    expect(namesIn(/`(Tampinha[A-Za-z]+)`/g).filter(({ name }) => !all.includes(name))).toEqual([]);
  });
});

/** What is set or sent elsewhere. */
const ELSEWHERE = ['BACKUP_KEEP', 'SIGTERM'];
/** Views of the page, in its own words. */
const ON_THE_PAGE = ['Revisão', 'Mudou alguma coisa?', 'Painel'];

describe('the statements of docs/security.md', () => {
  const statements = [...read('docs/security.md').matchAll(/^```sql\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) => block.split(';'))
    .flatMap((statement) => statement.trim() || []);
  const ADDRESS = '203.0.113.7';

  /** Two of that address, one with feedback, and one of another. */
  async function fill(config: { dataDir: string; databaseUrl?: string }): Promise<void> {
    const store = await openStore(config);
    const client = { address: ADDRESS, key_id: null, user_agent: null };
    for (const entry of [{ ...answered(1), client }, { ...answered(2), client }, answered(3)])
      await store.log.append(entry);
    for (const prediction of [id(1), id(3)])
      await store.log.saveFeedback({
        ...{ prediction, label: 'closed', comment: null, reviewed: false },
        created: '2026-11-23T00:01:00.000Z',
      });
    await store.close();
  }

  it('show and forget a client in SQLite', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-forget-'));
    await fill({ dataDir });
    const database = new DatabaseSync(join(dataDir, 'tampinha.sqlite'));
    const found = statements.map((statement) => database.prepare(statement).all().length);
    expect(found).toEqual([2, 0, 0]);
    const left = ['predictions', 'feedback'].map(
      (table) => database.prepare(`select * from ${table}`).all().length,
    );
    expect(left).toEqual([1, 1]);
    database.close();
    await rm(dataDir, { recursive: true });
  });

  const programs = findPostgres();
  it.skipIf(!programs)('show and forget a client in PostgreSQL', async () => {
    if (!programs) return;
    const [postgres, dataDir] = await Promise.all([
      startPostgres(programs),
      mkdtemp(join(tmpdir(), 'tampinha-forget-')),
    ]);
    const databaseUrl = await postgres.createDatabase();
    await fill({ dataDir, databaseUrl });
    const found: number[] = [];
    for (const statement of statements) found.push((await postgres.query(databaseUrl, statement)).length);
    expect(found).toEqual([2, 0, 0]);
    const left = await postgres.query(
      databaseUrl,
      'select id from predictions union all select prediction from feedback',
    );
    expect(left).toHaveLength(2);
    await postgres.remove();
    await rm(dataDir, { recursive: true });
  });
});
