/** The eight groups of an IPv6 address, lower case and without leading zeros; its zone is left out. */
export function ipv6Groups(address: string): readonly string[] {
  const [bare = ''] = address.split('%');
  // The URL parser writes every spelling, dotted ones too, in the one canonical way.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [left = [], right] = canonical.split('::').map((half) => (half ? half.split(':') : []));
  if (!right) return left;
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
}
