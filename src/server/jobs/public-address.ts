import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { Refusal } from '../../contract/errors.ts';
import type { Rule } from '../../contract/rules.ts';
import { isNetwork } from '../network-list.ts';

// Where this server may be sent to by a client. A server reaches what its clients cannot: its own machine, the
// network around it, a cloud's metadata address. None of these may be asked on a client's behalf.

/** The special-purpose registries of IANA (RFC 6890 and later), multicast and reserved ranges included. */
const SPECIAL = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]);

/** Of IPv6 only what is given out to the public is public; these parts of it are not. */
const GLOBAL_IPV6 = blockList(['2000::/3']);
const SPECIAL_IPV6 = blockList([
  // Teredo, ORCHID, benchmarking, documentation, and 6to4, which carries any IPv4 address inside.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
]);

/** Of what `isNetwork` says is one. */
function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return isIP(address) === 4 && !SPECIAL.check(address);
  // An IPv4 address in its IPv6 spelling is outside 2000::/3 and so refused with the rest.
  return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6');
}

export interface Target {
  readonly url: URL;
  /** The address to connect to, whatever the name may mean a moment later. */
  readonly address: string;
}

/** Host names, addresses or networks that may be reached although they are not public. */
export interface AllowedHosts {
  readonly names: ReadonlySet<string>;
  readonly networks: BlockList;
}

export function allowedHosts(list: readonly string[]): AllowedHosts {
  return {
    names: new Set(list.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase())),
    networks: blockList(list.filter(isNetwork)),
  };
}

/** Where an address given by a client leads. Throws WEBHOOK_REFUSED unless that may be reached. */
export async function resolveTarget(text: string, allowed: AllowedHosts): Promise<Target> {
  const url = URL.parse(text);
  // The parser would drop some control characters, and databases take no zero.
  if (!url || /\p{Cc}/u.test(text) || !/^https?:$/.test(url.protocol)) throw refused('no-http');
  if (url.username || url.password) throw refused('has-password');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const addresses = isIP(host) ? [host] : await resolve(host);
  const open = (address: string) =>
    isPublicAddress(address) ||
    allowed.names.has(host) ||
    allowed.networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  const [address] = addresses;
  if (!address || !addresses.every(open)) throw refused('not-public');
  return { url, address };
}

async function resolve(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  if (found.length === 0) throw refused('unknown-host');
  return found.map(({ address }) => address);
}

function refused(rule: Rule): Refusal {
  return new Refusal('WEBHOOK_REFUSED', { rule });
}
