// Disjoint sets (Tarjan 1975): who belongs together once some pairs are known to.

export interface DisjointSets {
  /** The member that stands for the whole set of `i`: its smallest. */
  find(i: number): number;
  join(i: number, j: number): void;
}

/** `count` members 0…count − 1, each alone at first. */
export function disjointSets(count: number): DisjointSets {
  const parents = Int32Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parents[root] !== root) root = parents[root];
    for (let at = i; at !== root; ) {
      const next = parents[at];
      parents[at] = root;
      at = next;
    }
    return root;
  };
  const join = (i: number, j: number) => {
    const [one, other] = [find(i), find(j)];
    parents[Math.max(one, other)] = Math.min(one, other);
  };
  return { find, join };
}
