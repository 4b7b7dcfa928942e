// What a query asks for, by the grammar that Prometheus's own page is made with.
import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `on`, `group_left` and the like. */
  readonly grouping: readonly string[];
}

/** Throws a SyntaxError where Prometheus would. */
export function readQuery(text: string): Query {
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const grouping: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const said = text.slice(node.from, node.to);
      if (node.type.isError) throw new SyntaxError(`${text}\n${' '.repeat(node.from)}^ is no PromQL`);
      if (node.name === 'VectorSelector')
        selectors.push({ metric: /^[\w:]*/.exec(said)?.[0] ?? '', matchers: [] });
      if (node.name === 'UnquotedLabelMatcher') selectors.at(-1)?.matchers.push(matcherOf(said));
      if (node.name === 'LabelName' && node.node.parent?.name === 'GroupingLabels') grouping.push(said);
    },
  });
  return { selectors, grouping };
}

function matcherOf(text: string): Matcher {
  const [, label = '', operator = '', quoted = '""'] = /^(\w+)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(text) ?? [];
  return { label, operator, value: quoted.slice(1, -1).replaceAll('\\\\', '\\') };
}

/** As Grafana would ask, for the variables that the dashboards have. */
export function withVariables(
  expr: string,
  { interval, range }: { interval: string; range: string },
): string {
  return expr
    .replaceAll('$__rate_interval', interval)
    .replaceAll('$__range', range)
    .replaceAll(/\$(job|instance)\b/g, '.*');
}
