// The alert rules by Prometheus's own tool: that they can be read, when each fires and what it then says, when it does not.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertCase, FIRING, type FiringCase, SILENT } from './alert-cases.ts';
import {
  ALERT_FILE,
  type Alert,
  alerts,
  type Recording,
  ROOT,
  readRules,
  recordings,
} from './observe-files.ts';
import { readQuery } from './promql.ts';

const promtoolIsHere = spawnSync('promtool', ['--version']).status === 0;
const rules = readRules();

describe('alert rules', () => {
  it('each have a test that they fire and one that they stay silent', () => {
    const names = alerts(rules).map(({ alert }) => alert);
    expect(names.length).toBeGreaterThan(20);
    expect(Object.keys(FIRING)).toEqual(names);
    expect(Object.keys(SILENT)).toEqual(names);
  });

  it('say how urgent they are, and more than their name', () => {
    for (const { alert, labels, annotations } of alerts(rules)) {
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    }
  });
});

describe.skipIf(!promtoolIsHere)('promtool', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tampinha-promtool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('can read them', () => {
    const said = execFileSync('promtool', ['check', 'rules', ALERT_FILE], { encoding: 'utf8' });
    expect(said).toContain('SUCCESS');
  });

  it('takes the configuration of docs/operations.md', () => {
    const document = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const [, config = ''] = /^```yaml\n(rule_files:[\s\S]*?)^```/m.exec(document) ?? [];
    mkdirSync(join(folder, 'alerts'));
    copyFileSync(ALERT_FILE, join(folder, 'alerts/tampinha.yaml'));
    writeFileSync(join(folder, 'key'), 'a key');
    writeFileSync(join(folder, 'prometheus.yaml'), config.replaceAll('/etc/prometheus/tampinha', folder));
    const said = execFileSync('promtool', ['check', 'config', join(folder, 'prometheus.yaml')], {
      encoding: 'utf8',
    });
    expect(said).toContain('1 rule files found');
    expect(said).toContain(`SUCCESS: ${join(folder, 'prometheus.yaml')} is valid`);
  });

  it('finds each firing and silent as it should be', () => {
    const files = alerts(rules).map((rule) => writeTest(folder, rule));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`.match(/SUCCESS/g), `${stdout}${stderr}`).toHaveLength(files.length);
    expect(status).toBe(0);
  }, 240_000);
});

/** One alert with what it needs: every test evaluates all rules of its file, every minute of its time. */
function writeTest(folder: string, rule: Alert): string {
  const { alert, annotations } = rule;
  // A test has to repeat every annotation; the summary is the one with figures in it.
  const group = [...neededBy(rule), { ...rule, annotations: { summary: annotations.summary } }];
  writeFileSync(
    join(folder, `${alert}.rules.json`),
    JSON.stringify({ groups: [{ name: alert, rules: group }] }),
  );
  const cases = [...(FIRING[alert] ?? []), ...(SILENT[alert] ?? [])];
  const isLong = cases.some(({ at }) => at.endsWith('h'));
  writeFileSync(
    join(folder, `${alert}.json`),
    JSON.stringify({
      rule_files: [`${alert}.rules.json`],
      evaluation_interval: isLong ? '10m' : '1m',
      tests: cases.map((one) => asTest(rule, one)),
    }),
  );
  return `${alert}.json`;
}

function neededBy({ expr }: Alert): Recording[] {
  const names = new Set(readQuery(expr).selectors.map(({ metric }) => metric));
  return recordings(rules).filter(({ record }) => names.has(record));
}

function asTest({ alert, labels }: Alert, one: AlertCase | FiringCase): unknown {
  const says = 'says' in one ? one.says : [];
  const expected = says.map((said) => ({
    exp_labels: { ...said.labels, severity: labels.severity },
    exp_annotations: { summary: said.summary },
  }));
  return {
    name: alert,
    interval: '1m',
    input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
    alert_rule_test: [{ eval_time: one.at, alertname: alert, exp_alerts: expected }],
  };
}
