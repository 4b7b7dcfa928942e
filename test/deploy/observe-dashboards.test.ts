// The dashboards as files: that Grafana can read them, and that a person can.
import { describe, expect, it } from 'vitest';
import { dashboards, panelsOf, queriesOf } from './dashboards.ts';
import { asGrafana, OPTIONS_FIT } from './grafana-types.ts';
import { dashboardFiles } from './observe-files.ts';
import { readQuery, withVariables } from './promql.ts';

const all = dashboards();

describe('dashboards', () => {
  it('are those of three kinds, named apart', () => {
    expect(dashboardFiles().map(([name]) => name)).toEqual(['model.json', 'resources.json', 'serving.json']);
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
  });

  it('are what Grafana’s own types say', () => {
    // The compiler is the check; grafana-types.ts does not compile otherwise.
    expect(all.map(asGrafana)).toEqual(all);
    expect(OPTIONS_FIT).not.toContain(false);
  });

  it('number their panels apart and lay none over another', () => {
    for (const { title, panels } of all) {
      expect(new Set(panels.map(({ id }) => id)).size, title).toBe(panels.length);
      const taken = new Set<string>();
      for (const { gridPos } of panels)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            expect(x, title).toBeLessThan(24);
            expect(taken.has(`${x},${y}`), `${title}: ${x},${y}`).toBe(false);
            taken.add(`${x},${y}`);
          }
    }
  });

  it('ask only for the servers that are chosen', () => {
    for (const { panels } of all)
      for (const { panel, expr } of queriesOf(panels))
        for (const { metric, matchers } of readQuery(withVariables(expr, { interval: '5m', range: '1h' }))
          .selectors)
          if (!metric.startsWith('tampinha:'))
            expect(
              matchers.map(({ label }) => label),
              panel,
            ).toEqual(expect.arrayContaining(['job', 'instance']));
  });

  it('show every key figure of the service', () => {
    const titles = all.flatMap(({ panels }) => panelsOf(panels).map(({ title }) => title));
    // Response time, errors, resources, throughput, verdict mix, drift, cache, queue, log.
    for (const wanted of [
      'Requests with pictures',
      'Refusals by code',
      'Memory',
      'Requests by route',
      'Verdict mix',
      'How far verdicts are from the week’s mix',
      'Where answers come from',
      'Queue',
      'Rows of the log',
    ])
      expect(titles).toContain(wanted);
  });
});

describe('readQuery', () => {
  it('finds metrics, labels and groupings', () => {
    expect(readQuery('sum by (le, route) (rate(a_bucket{x="1",y=~"b|c"}[5m])) / on (route) d:e')).toEqual({
      selectors: [
        {
          metric: 'a_bucket',
          matchers: [
            { label: 'x', operator: '=', value: '1' },
            { label: 'y', operator: '=~', value: 'b|c' },
          ],
        },
        { metric: 'd:e', matchers: [] },
      ],
      grouping: ['le', 'route', 'route'],
    });
  });

  it.each(['sum(rate(a[5m])', 'a{b=}', 'rate(a[])', 'a +'])('does not take %s', (text) => {
    expect(() => readQuery(text)).toThrow(SyntaxError);
  });
});
