import { describe, expect, it } from 'vitest';
import {
  WEBHOOKS_AT_ONCE,
  WEBHOOKS_AT_ONCE_PER_CALLER,
  WEBHOOKS_AT_ONCE_PER_HOST,
  WebhookLine,
  webhookHost,
} from './webhook-line.ts';

/** Webhooks that are under way until they are ended, by their names. */
function standIn(line: WebhookLine) {
  const underWay = new Map<string, () => void>();
  return {
    names: () => [...underWay.keys()],
    add(host: string, name: string, caller: string | null = null) {
      line.add({ caller, host }, () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        underWay.set(name, resolve);
        return promise;
      });
    },
    async end(name: string) {
      underWay.get(name)?.();
      underWay.delete(name);
      await new Promise(setImmediate);
    },
  };
}

describe('WebhookLine', () => {
  it('gives a host few places, and the others to whoever comes next', async () => {
    const { add, end, names } = standIn(new WebhookLine());
    for (let i = 0; i < 20; i++) add('silent', `silent ${i}`);
    expect(names()).toEqual(['silent 0', 'silent 1']);
    add('other', 'other 0');
    expect(names()).toEqual(['silent 0', 'silent 1', 'other 0']);
    await end('silent 1');
    expect(names()).toEqual(['silent 0', 'other 0', 'silent 2']);
  });

  it('has no more under way than there are places', async () => {
    const { add, end, names } = standIn(new WebhookLine());
    for (let i = 0; i < 20; i++) add(`host ${i}`, `${i}`, `caller ${i}`);
    expect(names()).toHaveLength(WEBHOOKS_AT_ONCE);
    await end('3');
    expect(names()).toEqual(['0', '1', '2', '4', '5', '6', '7', '8']);
  });

  it('leaves half of the places to others, however many hosts a caller names', async () => {
    const { add, end, names } = standIn(new WebhookLine());
    for (let i = 0; i < 20; i++) add(`host ${i}`, `greedy ${i}`, 'greedy');
    expect(names()).toHaveLength(WEBHOOKS_AT_ONCE_PER_CALLER);
    add('host 0', 'another', 'another');
    add('their own', 'nobody', null);
    expect(names().slice(WEBHOOKS_AT_ONCE_PER_CALLER)).toEqual(['another', 'nobody']);
    await end('greedy 0');
    expect(names().at(-1)).toBe('greedy 4');
  });

  it('gives a place that comes free to whoever has fewest, not to whoever has waited longest', async () => {
    const { add, end, names } = standIn(new WebhookLine());
    for (const caller of ['one', 'two'])
      for (let i = 0; i < 20; i++) add(`${caller} ${i}`, `${caller} ${i}`, caller);
    expect(names()).toHaveLength(WEBHOOKS_AT_ONCE);
    add('third', 'third', 'third');
    await end('one 0');
    expect(names().at(-1)).toBe('third');
    await end('third');
    expect(names().at(-1)).toBe('one 4');
  });

  it('begins nothing after it was stopped, and waits for what has begun', async () => {
    const line = new WebhookLine();
    const { add, end, names } = standIn(line);
    for (let i = 0; i < 3; i++) add('a', `${i}`);
    let stopped = false;
    const stopping = line.stop().then(() => {
      stopped = true;
    });
    await end('0');
    expect([names(), stopped]).toEqual([['1'], false]);
    await end('1');
    await stopping;
    expect(names()).toEqual([]);
    expect(WEBHOOKS_AT_ONCE_PER_HOST).toBe(2);
  });
});

describe('webhookHost', () => {
  it.each([
    ['https://Example.ORG./hook', 'example.org'],
    ['http://example.org:8080/?a=1', 'example.org'],
    ['http://[2001:DB8::1]/', '[2001:db8::1]'],
    ['no address', '-'],
  ])('of %s is %s', (url, host) => {
    expect(webhookHost(url)).toBe(host);
  });
});
