import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { StoreConfig } from './open.ts';
import { refused } from './test-entries.ts';
import { describeStores } from './test-stores.ts';

describeStores('log of a process killed in the middle of its work', (makePlace) => {
  // Three processes start one after the other: on a busy machine that takes its time.
  it('has every acknowledged entry once, and the database is sound', { timeout: 240_000 }, async () => {
    const place = await makePlace();
    const acknowledged: string[] = [];
    for (const lines of [1, 50, 500]) acknowledged.push(...(await appendUntilKilled(place.config, lines)));

    const store = await place.open();
    const stored: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.log.list({ limit: 500, cursor });
      stored.push(...page.entries.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const known = new Set(stored);
    expect(acknowledged.length).toBeGreaterThanOrEqual(551);
    expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);
    expect(known.size).toBe(stored.length);
    await store.close();
    expect(await place.faults()).toEqual([]);
    await place.remove();
  });
});

/** Lets another process append as fast as it can and kills it; the ids of what it had been promised. */
async function appendUntilKilled(config: StoreConfig, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  let seen = 0;
  for await (const line of createInterface(child.stdout)) {
    // The last line may be cut.
    if (line.length === 36) acknowledged.push(line);
    seen += 1;
    if (seen === lines) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

function program(config: StoreConfig): string {
  return `
    import { openStore } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)};
    import { randomUUIDv7 } from 'node:crypto';
    const { log } = await openStore(${JSON.stringify(config)});
    const entry = ${JSON.stringify(refused(1))};
    const forever = async () => {
      for (;;) {
        const id = randomUUIDv7();
        await log.append({ ...entry, id });
        // Waits for the reader, so that no more is promised than has been heard.
        await new Promise((written) => process.stdout.write(id + '\\n', written));
      }
    };
    await Promise.all(Array.from({ length: 16 }, forever));
  `;
}
