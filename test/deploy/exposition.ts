// What a server says at /metrics: the Prometheus text format.

export interface Exposed {
  /** Labels with the values seen, by the names that a query can ask for. */
  readonly series: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
  /** Names that have a type but not necessarily a value yet. */
  readonly families: ReadonlySet<string>;
}

export function readExposition(text: string): Exposed {
  const series = new Map<string, Map<string, Set<string>>>();
  const families = new Set<string>();
  for (const line of text.split('\n')) {
    const family = /^# TYPE (\S+) /.exec(line)?.[1];
    if (family) families.add(family);
    const [, name, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (!name) continue;
    const known = series.get(name) ?? new Map<string, Set<string>>();
    series.set(name, known);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value));
  }
  return { series, families };
}
