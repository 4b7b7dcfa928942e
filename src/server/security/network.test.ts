import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopbackName } from './locality.ts';
import { networkOf } from './network.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  // Node's own list of networks decides which addresses belong together.
  it('puts two addresses together exactly when their first 64 bits agree', () => {
    // IPv4 addresses in IPv6 clothes are counted one by one.
    const address = fc.ipV6().filter((text) => !text.includes('.') && !networkOf(text).includes('.'));
    fc.assert(
      fc.property(address, address, fc.boolean(), (one, other, near) => {
        const second = near ? `${groups(one).slice(0, 4).join(':')}:1:2:3:4` : other;
        const list = new BlockList();
        list.addSubnet(one, 64, 'ipv6');
        expect(networkOf(one) === networkOf(second)).toBe(list.check(second, 'ipv6'));
      }),
    );
  });
});

function groups(address: string): string[] {
  const [left = '', right] = address.split('::').map((half) => half.split(':').filter(Boolean)) as string[][];
  if (!right) return [...left];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
}

it.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['[::1]', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
  ['10.0.0.1', false],
  ['', false],
])('isLoopbackName(%s) is %s', (name, expected) => {
  expect(isLoopbackName(name)).toBe(expected);
});
