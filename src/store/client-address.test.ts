import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepAddress } from './client-address.ts';

const truncated = keepAddress('truncated', '');
const hashed = keepAddress('hashed', 'a secret of some length');

describe('a truncated address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3::'],
    ['2001:0DB8:0001:0002:3:4:5:6', '2001:db8:1::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
    ['::1', '0:0:0::'],
    ['1::2:3:4:5:6:7', '1:0:2::'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0::'],
    ['not an address', ''],
  ])('of %s is %s', (address, expected) => {
    expect(truncated(address)).toBe(expected);
  });

  it('is the network that the address lies in, for any address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const network = truncated(address);
        const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
        const list = new BlockList();
        list.addSubnet(network, family === 'ipv6' ? 48 : 24, family);
        expect(list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')).toBe(true);
        expect(truncated(network)).toBe(network);
      }),
    );
  });
});

describe('a hashed address', () => {
  it('is the same for the same client, and another for another client or secret', () => {
    expect(hashed('203.0.113.77')).toMatch(/^[0-9a-f]{32}$/);
    expect(hashed('::ffff:203.0.113.77')).toBe(hashed('203.0.113.77'));
    expect(hashed('203.0.113.78')).not.toBe(hashed('203.0.113.77'));
    expect(keepAddress('hashed', 'another secret')('203.0.113.77')).not.toBe(hashed('203.0.113.77'));
  });

  it('is the HMAC of RFC 4231, test case 2, cut to 128 bits', () => {
    expect(keepAddress('hashed', 'Jefe')('what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c7',
    );
  });
});

it('is nothing, or all of it, where that is asked for', () => {
  expect(keepAddress('none', '')('203.0.113.77')).toBe('');
  expect(keepAddress('full', '')('fe80::1%eth0')).toBe('fe80::1%eth0');
});
