import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isScope, SCOPES, type Scope } from '../../contract/access.ts';
import type { ApiKey, KeyStore } from '../../store/key-store.ts';
import { wholeNumber } from '../arguments.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';
import { withStore } from '../with-store.ts';

interface CreateOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expires?: Expiry;
  readonly limit?: number;
  readonly format: Format;
}

type Format = 'table' | 'jsonl';
/** Days from now, or a moment. */
type Expiry = { readonly days: number } | { readonly at: Date };

export function keysCommand(terminal: Terminal): Command {
  const format = () =>
    new Option('--format <format>', 'lines for people or for programs')
      .choices(['table', 'jsonl'])
      .default('table');
  const create = new Command('create')
    .description('make a key and show it, this once')
    .requiredOption('--name <name>', 'who or what it is for')
    .option('--scopes <list>', `what it may do: ${SCOPES.join(', ')} (which is everything)`, readScopes, [
      'predict',
    ] as const)
    .option('--expires <when>', 'a date, or days from now as in 90d (default: never)', readExpiry)
    .option('--limit <n>', 'requests a minute, 0 for no limit (default: the server’s)', wholeNumber)
    .addOption(format())
    .action((options: CreateOptions) => withKeys(terminal, (keys) => createKey(keys, options, terminal)));
  const list = new Command('list')
    .description('show the keys, newest first, without what makes them work')
    .addOption(format())
    .action((options: { format: Format }) => withKeys(terminal, (keys) => listKeys(keys, options, terminal)));
  const revoke = new Command('revoke')
    .description('take a key back; every server refuses it within seconds')
    .argument('<key>', 'its id, or its beginning as `list` shows it')
    .action((key: string) => withKeys(terminal, (keys) => revokeKey(keys, key, terminal)));
  const command = new Command('keys').description('API keys; where they are kept comes from the environment');
  for (const one of [create, list, revoke]) command.addCommand(one);
  return command;
}

function withKeys(terminal: Terminal, use: (keys: KeyStore) => Promise<void>): Promise<void> {
  return withStore(terminal, ({ keys }) => use(keys));
}

async function createKey(keys: KeyStore, options: CreateOptions, terminal: Terminal): Promise<void> {
  const { newApiKey } = await import('../../server/security/api-key.ts');
  const { name, scopes, limit, expires, format } = options;
  const now = terminal.now();
  const { text, prefix, hash } = newApiKey(randomBytes);
  const key = {
    ...{ id: randomUUIDv7(), name, prefix, hash, scopes },
    perMinute: limit ?? null,
    created: now.toISOString(),
    expires: expires ? momentOf(expires, now).toISOString() : null,
  };
  await keys.create(key);
  if (format === 'jsonl') return writeLine(terminal.stdout, JSON.stringify({ ...shown(key), key: text }));
  // Alone on stdout, so that it can be piped to where it belongs.
  await writeLine(terminal.stdout, text);
  terminal.stderr.write('This key is shown only now: nothing but its hash is kept.\n');
}

async function listKeys(keys: KeyStore, { format }: { format: Format }, terminal: Terminal): Promise<void> {
  const { stdout } = terminal;
  const all = await keys.list();
  if (format === 'jsonl') {
    for (const key of all) await writeLine(stdout, JSON.stringify(shown(key)));
    return;
  }
  const rows = [HEADER, ...all.map((key) => row(key, terminal.now()))];
  const widths = HEADER.map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  for (const cells of rows) {
    await writeLine(
      stdout,
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

async function revokeKey(keys: KeyStore, wanted: string, terminal: Terminal): Promise<void> {
  const all = await keys.list();
  const [key, ...others] = all.filter(({ id, prefix }) => id === wanted || prefix === wanted);
  if (!key) throw new UsageError(`no key ${wanted}`);
  if (others.length > 0) throw new UsageError(`several keys begin with ${wanted}: say the id`);
  const now = await keys.revoke(key.id, terminal.now().toISOString());
  const state = now ? 'revoked' : `was revoked before (${key.revoked})`;
  await writeLine(terminal.stdout, `${key.prefix} ${key.name}: ${state}`);
}

const HEADER = ['ID', 'KEY', 'NAME', 'SCOPES', 'LIMIT', 'CREATED', 'LAST USED', 'STATE'];

function row(key: ApiKey, now: Date): string[] {
  const { id, prefix, name, scopes, perMinute, created, lastUsed } = key;
  const limit = perMinute === null ? 'default' : perMinute === 0 ? 'none' : `${perMinute}/min`;
  const day = (time: string) => time.slice(0, 16).replace('T', ' ');
  const used = lastUsed ? day(lastUsed) : 'never';
  return [id, `${prefix}…`, name, scopes.join(','), limit, day(created), used, stateOf(key, now)];
}

function stateOf({ revoked, expires }: ApiKey, now: Date): string {
  if (revoked) return `revoked ${revoked.slice(0, 10)}`;
  if (!expires) return 'valid';
  return `${new Date(expires) <= now ? 'expired' : 'valid until'} ${expires.slice(0, 10)}`;
}

/** What programs are shown: never the hash. */
function shown<K extends { readonly hash: string }>({ hash: _hash, ...rest }: K): Omit<K, 'hash'> {
  return rest;
}

function readScopes(text: string): Scope[] {
  const words = text.split(',').map((word) => word.trim());
  const scopes = words.filter(isScope);
  if (scopes.length < words.length) throw new InvalidArgumentError(`Possible are ${SCOPES.join(', ')}.`);
  return [...new Set(scopes)];
}

function readExpiry(text: string): Expiry {
  const days = /^([1-9]\d{0,4})d$/.exec(text)?.[1];
  if (days) return { days: Number(days) };
  const at = new Date(text);
  // Date takes 31 February for 3 March.
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (Number.isNaN(at.getTime()) || !isDay) {
    throw new InvalidArgumentError('It must be a date such as 2027-01-31, or days such as 90d.');
  }
  return { at };
}

function momentOf(expiry: Expiry, now: Date): Date {
  return 'at' in expiry ? expiry.at : new Date(now.getTime() + expiry.days * 86_400_000);
}
