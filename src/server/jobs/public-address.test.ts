import { describe, expect, it } from 'vitest';
import { allowedHosts, isPublicAddress, resolveTarget } from './public-address.ts';

const nobody = allowedHosts([]);

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '93.184.215.14', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
    '%s may be reached',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  // One address of each range of the IANA special-purpose registries, and the spellings that filters are fooled by.
  it.each([
    ['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.7'],
    ['203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '::', '::1'],
    ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1'],
    [
      '100::1',
      '2001::1',
      '2001:db8::1',
      '2002:7f00:1::',
      '3fff::1',
      'fc00::1',
      'fd12::1',
      'fe80::1',
      'ff02::1',
    ],
    ['', 'localhost', '127.1', '0x7f000001', '2130706433', '017700000001'],
  ])('%s and its like may not', (...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

describe('resolveTarget', () => {
  it.each([
    'http://127.0.0.1/x',
    'http://[::1]:80/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    // The URL parser turns each of these into 127.0.0.1.
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://169.254.169.254/latest/meta-data/',
    'https://user:pass@8.8.8.8/',
    'ftp://8.8.8.8/',
    'file:///etc/passwd',
    'gopher://8.8.8.8/',
    'no address',
    '',
    'http://no-such-host.invalid/',
  ])('refuses %s', (url) =>
    expect(resolveTarget(url, nobody)).rejects.toMatchObject({ code: 'WEBHOOK_REFUSED' }),
  );

  it('pins what it has checked', async () => {
    const { url, address } = await resolveTarget('https://8.8.8.8:8443/hook?a=1', nobody);
    expect([url.port, url.pathname, address]).toEqual(['8443', '/hook', '8.8.8.8']);
  });

  it('lets through what the operator names: an address, a network, a host', async () => {
    const at = (url: string, ...allowed: string[]) => resolveTarget(url, allowedHosts(allowed));
    expect((await at('http://127.0.0.1:1/', '127.0.0.1')).address).toBe('127.0.0.1');
    expect((await at('http://10.20.30.40/', '10.0.0.0/8')).address).toBe('10.20.30.40');
    expect((await at('http://LocalHost/', 'localhost')).address).toMatch(/^(127\.0\.0\.1|::1)$/);
    await expect(at('http://10.20.30.40/', '10.0.0.0/16')).rejects.toThrow();
    // Not a network of all addresses.
    await expect(at('http://192.168.0.1/', '10.0.0.0/')).rejects.toThrow();
  });
});
