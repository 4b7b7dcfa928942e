// Dashboards, alerts and the table of docs/operations.md beside what a running server measures, and every query as a real
// Prometheus answers it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/contract/errors.ts';
import { VERDICTS } from '../../src/contract/verdict.ts';
import { redisIsHere } from '../../src/server/redis/test-redis.ts';
import { dashboards, queriesOf } from './dashboards.ts';
import { type Exposed, readExposition } from './exposition.ts';
import { alerts, ROOT, readRules, recordings } from './observe-files.ts';
import { type ObservedServer, startObserved } from './observed-server.ts';
import { prometheusIsHere, type Sample, startPrometheus, type TestPrometheus } from './prometheus.ts';
import { type Matcher, readQuery, type Selector, withVariables } from './promql.ts';

const rules = readRules();
const recorded = new Set(recordings(rules).map(({ record }) => record));
const IN_TEST = { interval: '2m', range: '2m' };
const asked = [
  ...recordings(rules).map(({ record, expr }) => ({ where: record, expr })),
  ...alerts(rules).map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboards().flatMap(({ title, panels, annotations }) => [
    ...annotations.list.map(({ name, expr }) => ({ where: `${title}: ${name}`, expr })),
    ...queriesOf(panels).map(({ panel, expr }) => ({ where: `${title}: ${panel}`, expr })),
  ]),
].map(({ where, expr }) => ({ where, expr: withVariables(expr, IN_TEST) }));

/** What Prometheus itself adds to every series of a job. */
const ADDED = ['job', 'instance'];
/** Labels whose values the project has a list of, of which a short test sees a few. */
const LISTED: Readonly<Record<string, readonly string[]>> = { code: ERROR_CODES, verdict: VERDICTS };

describe.skipIf(!redisIsHere)('a running server', () => {
  let server: ObservedServer;
  let exposed: Exposed;
  beforeAll(async () => {
    server = await startObserved();
    exposed = readExposition(await server.metrics());
  }, 240_000);
  afterAll(() => server?.stop());

  const labelsOf = (metric: string) => exposed.series.get(metric) ?? new Map<string, Set<string>>();

  function wrongIn({ metric, matchers }: Selector): string[] {
    if (recorded.has(metric) || metric === 'up') return [];
    if (!exposed.series.has(metric)) return [`there is no ${metric}`];
    return matchers.flatMap((matcher) => {
      const { label } = matcher;
      if (ADDED.includes(label)) return [];
      const values = LISTED[label] ?? [...(labelsOf(metric).get(label) ?? [])];
      if (values.length === 0) return [`${metric} has no label ${label}`];
      return wrongValues(matcher, values).map((value) => `${metric}: no ${label} is ${value}`);
    });
  }

  it('has every metric, label and value that is asked for', () => {
    const wrong = asked.flatMap(({ where, expr }) =>
      readQuery(expr).selectors.flatMap((selector) => wrongIn(selector).map((what) => `${where}: ${what}`)),
    );
    expect(asked.length).toBeGreaterThan(80);
    expect(wrong).toEqual([]);
  });

  it('has every label that is grouped by', () => {
    const wrong = asked.flatMap(({ where, expr }) => {
      const { selectors, grouping } = readQuery(expr);
      const known = new Set([
        'job',
        'instance',
        ...selectors.flatMap(({ metric }) => [...labelsOf(metric).keys()]),
      ]);
      return grouping.filter((label) => !known.has(label)).map((label) => `${where}: ${label}`);
    });
    expect(wrong).toEqual([]);
  });

  it('measures what docs/operations.md says, all of it', () => {
    const document = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const rows = [...document.matchAll(/^\| (`tampinha_.*?) \| (.*?) ?\| /gm)];
    const written = rows.flatMap(([, metrics = '', labels = '']) =>
      [...metrics.matchAll(/`(\w+)`/g)].map(([, metric = '']) => ({
        metric,
        labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).sort(),
      })),
    );
    const measured = [...exposed.families]
      .filter((family) => family.startsWith('tampinha_'))
      .map((metric) => {
        const series = exposed.series.get(metric) ?? exposed.series.get(`${metric}_count`);
        return { metric, labels: [...(series?.keys() ?? [])].sort() };
      });
    const byName = (a: { metric: string }, b: { metric: string }) => (a.metric < b.metric ? -1 : 1);
    expect(written.sort(byName)).toEqual(measured.sort(byName));
  });

  describe.skipIf(!prometheusIsHere)('and Prometheus', () => {
    let prometheus: TestPrometheus;
    beforeAll(async () => {
      prometheus = await startPrometheus(server.address);
      // Until it has seen enough of the load; on a busy machine it comes to its scrapes late.
      for (let scrapes = 0; scrapes < 8; scrapes = await prometheus.value('count_over_time(up[5m])'))
        await Promise.all([server.load(), sleep(1_000)]);
    }, 240_000);
    afterAll(() => prometheus?.stop());

    it('evaluate every rule', async () => {
      const states = await prometheus.rules();
      expect(states.length).toBeGreaterThan(30);
      expect(states.map(({ name }) => name).sort()).toEqual(
        [...recorded, ...alerts(rules).map(({ alert }) => alert)].sort(),
      );
      expect(states.filter(({ health }) => health !== 'ok')).toEqual([]);
    });

    it('draw every panel, with the labels that its legend names', async () => {
      const empty: string[] = [];
      for (const { title, panels } of dashboards())
        for (const { panel, expr, legend } of queriesOf(panels)) {
          // There is no last week yet.
          if (expr.includes('offset 7d')) continue;
          const result = await patiently(() => prometheus.query(withVariables(expr, IN_TEST)));
          if (result.length === 0) empty.push(`${title}: ${panel}: ${expr}`);
          for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g))
            for (const { metric } of result) expect(Object.keys(metric), panel).toContain(label);
        }
      expect(empty).toEqual([]);
    }, 240_000);

    it('see nothing to complain of', async () => {
      const firing = await prometheus.query('ALERTS{alertstate="firing"}');
      expect(firing.map(({ metric }) => metric.alertname)).toEqual([]);
    });
  });
});

/** A scrape that is late on a busy machine leaves nothing for a moment. */
async function patiently(ask: () => Promise<Sample[]>): Promise<Sample[]> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const result = await ask();
    if (result.length > 0) return result;
    await sleep(500);
  }
  return [];
}

/** Values that are asked for and do not occur, be it in a list of alternatives. */
function wrongValues({ operator, value }: Matcher, values: readonly string[]): string[] {
  if (operator === '=' || operator === '!=') return values.includes(value) ? [] : [value];
  return value.split('|').filter((one) => {
    // Statuses and routes that a healthy server does not have are none the less spelt right.
    if (/^[1-5]\.\.$/.test(one)) return false;
    return !values.some((known) => new RegExp(`^(?:${one})$`).test(known));
  });
}
