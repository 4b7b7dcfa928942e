import { describe, expect, it } from 'vitest';
import { WEBHOOKS_AT_ONCE, WEBHOOKS_AT_ONCE_PER_HOST, WebhookLine, webhookHost } from './webhook-line.ts';

/** Webhooks that are under way until they are ended, by their names. */
function standIn(line: WebhookLine) {
  const underWay = new Map<string, () => void>();
  return {
    names: () => [...underWay.keys()],
    add(host: string, name: string) {
      line.add(host, () => {
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
    for (let i = 0; i < 20; i++) add(`host ${i}`, `${i}`);
    expect(names()).toHaveLength(WEBHOOKS_AT_ONCE);
    await end('3');
    expect(names()).toEqual(['0', '1', '2', '4', '5', '6', '7', '8']);
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
