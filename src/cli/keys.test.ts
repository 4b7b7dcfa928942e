import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store/open.ts';
import { run } from './test-run.ts';

let dataDir = '';
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tampinha-keys-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const NOW = new Date('2026-11-23T12:00:00Z');

const keys = (...args: string[]) => run(['keys', ...args], { env: { DATA_DIR: dataDir }, now: NOW });

describe('tampinha keys', () => {
  it('shows a new key once, alone, and keeps nothing of it but its hash', async () => {
    const { out, err, status } = await keys('create', '--name', 'Linha 3', '--scopes', 'predict,read');
    expect(status).toBe(0);
    expect(out).toMatch(/^tmp_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\n$/);
    expect(err).toContain('only now');
    const key = out.trim();
    for (const file of await readdir(dataDir)) {
      expect((await readFile(join(dataDir, file))).includes(key.slice(13))).toBe(false);
    }
    const store = await openStore({ dataDir });
    const kept = await store.keys.findByHash(createHash('sha256').update(key).digest('hex'));
    await store.close();
    expect(kept).toMatchObject({
      name: 'Linha 3',
      scopes: ['predict', 'read'],
      expires: null,
      perMinute: null,
    });
    expect((await keys('list')).out).toMatch(
      new RegExp(`${key.slice(0, 12)}….*Linha 3.*predict,read.*valid`),
    );
    expect((await keys('list')).out).not.toContain(key.slice(13));
  });

  it('speaks JSON lines, with the key in the answer to its making only', async () => {
    const args = ['--name', 'robot', '--expires', '90d', '--limit', '0', '--format', 'jsonl'];
    const made: unknown = JSON.parse((await keys('create', ...args)).out);
    expect(made).toMatchObject({ name: 'robot', expires: '2027-02-21T12:00:00.000Z', perMinute: 0 });
    expect(made).toHaveProperty('key');
    expect(made).not.toHaveProperty('hash');
    const [newest = ''] = (await keys('list', '--format', 'jsonl')).out.split('\n');
    expect(JSON.parse(newest)).toMatchObject({ name: 'robot', revoked: null, lastUsed: null });
    expect(newest).not.toMatch(/"hash"|"key"/);
  });

  it('takes a key back by its beginning or its id', async () => {
    const made: unknown = JSON.parse((await keys('create', '--name', 'x', '--format', 'jsonl')).out);
    const { id, prefix } = made as { id: string; prefix: string };
    expect((await keys('revoke', prefix)).out).toContain('revoked');
    expect((await keys('revoke', id)).out).toContain('was revoked before (2026-11-23T12:00:00.000Z)');
    expect((await keys('list')).out).toMatch(new RegExp(`${id}.*revoked 2026-11-23`));
  });

  it.each([
    [['revoke', 'tmp_00000000'], 'no key tmp_00000000'],
    [['create'], 'required option'],
    [['create', '--name', 'x', '--scopes', 'predict,everything'], 'predict, read, review, admin'],
    [['create', '--name', 'x', '--expires', 'soon'], '90d'],
    [['create', '--name', 'x', '--expires', '2027-02-31'], 'a date such as'],
    [['create', '--name', 'x', '--limit', '-1'], 'whole number'],
  ])('refuses %j in a line', async (args, reason) => {
    const { out, err, status } = await keys(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(reason);
  });
});
