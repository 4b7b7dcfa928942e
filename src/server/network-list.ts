import { isIP } from 'node:net';

// What may stand in the settings that list addresses and networks, so that a slip is told at the start and opens nothing.

/** An address, or a network as `address/bits`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

/** A name as it stands in an address: lower or upper case, no port, and no number at its end, which would be an address. */
function isHostName(text: string): boolean {
  return /^([\w-]+\.)*[\w-]*[a-z_-][\w-]*\.?$/i.test(text);
}

/** Groups of networks that Fastify knows by these names. */
const PROXY_GROUPS = ['loopback', 'linklocal', 'uniquelocal'];

const ENTRIES: readonly { name: string; fits: (entry: string) => boolean; expected: string }[] = [
  {
    name: 'TRUST_PROXY',
    // A network of everyone would let every client choose its own address.
    fits: (entry) => (isNetwork(entry) && !/\/0+$/.test(entry)) || PROXY_GROUPS.includes(entry),
    expected: 'an address or a network, such as 10.0.0.0/8',
  },
  {
    name: 'WEBHOOK_ALLOW',
    fits: (entry) => isNetwork(entry) || isHostName(entry),
    expected: 'a host name, an address or a network, such as 10.0.0.0/8',
  },
];

/** What is wrong with entries of such settings, a line each. */
export function strangeEntries(environment: Readonly<Record<string, string | undefined>>): string[] {
  return ENTRIES.flatMap(({ name, fits, expected }) =>
    listed(environment[name] ?? '')
      .filter((entry) => !fits(entry))
      .map((entry) => `${name}=${environment[name]}: ${entry} is not ${expected}`),
  );
}

/** The entries of a list that commas separate. */
export function listed(text: string): string[] {
  return text.split(',').flatMap((entry) => entry.trim() || []);
}
