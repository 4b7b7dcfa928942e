import { randomBytes } from 'node:crypto';
import type { Scope } from '../../src/contract/access.ts';
import { newApiKey } from '../../src/server/security/api-key.ts';
import type { TestApp } from '../../src/server/test-app.ts';

/** A key of a server that asks for one. */
export async function addKey({ keys }: TestApp, scope: Scope): Promise<string> {
  const { text, prefix, hash } = newApiKey(randomBytes);
  await keys.create({
    ...{ id: `key-${scope}`, name: scope, prefix, hash, scopes: [scope] },
    ...{ perMinute: null, created: new Date().toISOString(), expires: null },
  });
  return text;
}
