import { isIPv6 } from 'node:net';
import { ipv6Groups } from '../../store/ipv6-groups.ts';

/**
 * What a client is counted by: an IPv4 address, or the first half of an IPv6 address, since whoever has one of those
 * has the other 2^64 of its network too.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = ipv6Groups(address);
  const v4 = v4Inside(groups);
  return v4 ?? `${groups.slice(0, 4).join(':')}::/64`;
}

/** `::ffff:203.0.113.7` is an IPv4 client on a socket that takes both. */
function v4Inside(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined;
  const bytes = groups.slice(6).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return bytes.join('.');
}
