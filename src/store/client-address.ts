import { createHmac } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import { ipv6Groups } from './ipv6-groups.ts';

// How much of a client's address the log keeps. An address is personal data, and often more than is needed.

/**
 * - `full`: as it is;
 * - `truncated`: the network, /24 of IPv4 and /48 of IPv6;
 * - `hashed`: a keyed hash, so that requests of one client can be told apart, and its address only be confirmed by
 *   whoever has the key;
 * - `none`: nothing.
 */
export const ADDRESS_POLICIES = ['full', 'truncated', 'hashed', 'none'] as const;
export type AddressPolicy = (typeof ADDRESS_POLICIES)[number];

/** What is kept of an address. `secret` is the key of `hashed`. */
export function keepAddress(policy: AddressPolicy, secret: string): (address: string) => string {
  if (policy === 'full') return (address) => address;
  if (policy === 'none') return () => '';
  if (policy === 'truncated') return truncated;
  return (address) => hashed(plain(address), secret);
}

/** HMAC-SHA-256, of which 128 bits are more than enough to tell addresses apart. */
function hashed(address: string, secret: string): string {
  return createHmac('sha256', secret).update(address).digest('hex').slice(0, 32);
}

/** Empty for what is no address. */
function truncated(given: string): string {
  const address = plain(given);
  if (isIPv6(address)) return `${ipv6Groups(address).slice(0, 3).join(':')}::`;
  return isIP(address) ? address.replace(/\.\d+$/, '.0') : '';
}

/** One spelling: an IPv4 address without its IPv6 prefix, no zone, lower case. */
function plain(address: string): string {
  const [withoutZone = ''] = address.toLowerCase().split('%');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(withoutZone)?.[1] ?? withoutZone;
}
