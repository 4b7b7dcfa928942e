// The chart as Helm renders it, against the schemas of what it makes.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isScope } from '../../src/contract/access.ts';
import { CHART, render, SETS, template, templateAs } from './chart.ts';
import { findHelm, helm } from './helm-program.ts';
import { faultsOf, type KubernetesObject, readObjects } from './kubernetes-objects.ts';
import { withSettings } from './values-schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const program = findHelm() ?? '';

describe.skipIf(!program)('the chart', () => {
  const texts = new Map<string, string>();
  beforeAll(async () => {
    for (const [name, parameters] of Object.entries(SETS))
      texts.set(name, await template(program, ...parameters));
  });

  describe.each(Object.keys(SETS))('with the values “%s”', (name) => {
    it('passes Helm’s own lint', async () => {
      await helm(program, 'lint', '--strict', '--quiet', CHART, ...(SETS[name] ?? []));
    });

    it('makes objects that their schemas take', async () => {
      const objects = readObjects(texts.get(name) ?? '');
      expect(objects.length).toBeGreaterThan(4);
      expect((await Promise.all(objects.map(faultsOf))).flat()).toEqual([]);
    });

    it('names no object twice', () => {
      const names = readObjects(texts.get(name) ?? '').map(
        ({ kind, metadata }) => `${kind}/${metadata.name}`,
      );
      expect(new Set(names).size).toBe(names.length);
    });
  });

  it('has no template that no set of values shows', () => {
    const shown = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/^# Source: tampinha\/templates\/(\S+)$/gm)].map(([, name]) => name),
    );
    const all = readdirSync(join(ROOT, CHART, 'templates')).filter((name) => name.endsWith('.yaml'));
    expect([...new Set(shown)].sort()).toEqual(all.sort());
  });

  it('finds names that are short enough for the longest name of a release', async () => {
    const text = await templateAs(program, 'r'.repeat(53), ...(SETS.everything ?? []));
    for (const { metadata } of readObjects(text)) {
      // A job's number of the release grows: two more digits must fit.
      expect(`${metadata.name}${/-\d$/.test(metadata.name) ? '00' : ''}`).toMatch(
        /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
      );
      for (const value of Object.values(metadata.labels ?? {})) expect(value).toMatch(/^[\w][\w.-]{0,62}$/);
    }
  });

  it('has the version of the package', () => {
    const { version }: { version: string } = JSON.parse(read('package.json'));
    expect(parse(read(join(CHART, 'Chart.yaml')))).toMatchObject({ version, appVersion: version });
  });

  it('takes the commands of docs/kubernetes.md', async () => {
    const document = read('docs/kubernetes.md').replaceAll(/\\\n\s+/g, '');
    const commands = [...document.matchAll(/^ {4}helm (?:install|upgrade) (tampinha deploy\S+ .*)$/gm)];
    expect(commands.length).toBeGreaterThan(1);
    for (const [, words = ''] of commands) {
      const rest = words
        .split(' ')
        .filter((word) => !['--create-namespace', '--reuse-values'].includes(word));
      expect(readObjects(await helm(program, 'template', ...rest)).length).toBeGreaterThan(4);
    }
  });

  it('tells how to reach it and how to make the first key', async ({ skip }) => {
    // Helm 3 asks a cluster first.
    if (!(await helm(program, 'version', '--short')).startsWith('v4')) skip();
    const install = ['install', 'shop', CHART, '--dry-run=client', '--namespace', 'bottles'];
    const notes = (await helm(program, ...install)).split('NOTES:')[1] ?? '';
    expect(notes).toContain('port-forward service/shop-tampinha 8501:80');
    const words = /-- tampinha (.*)$/m.exec(notes)?.[1]?.split(' ') ?? [];
    expect(words.slice(0, 2)).toEqual(['keys', 'create']);
    const listed = words[words.indexOf('--scopes') + 1] ?? '';
    expect(listed.split(',').filter((scope) => !isScope(scope))).toEqual([]);
    const small = await helm(program, ...install, ...(SETS.small ?? []));
    expect(small).toContain('https://tampinha.example.com');
  });

  it('holds the one copy of the alert rules', async () => {
    expect(readlinkSync(join(ROOT, CHART, 'files/alerts'))).toBe('../../../observe/alerts');
    const [rule] = readObjects(
      await template(program, ...(SETS.production ?? []), '--show-only', 'templates/prometheusrule.yaml'),
    );
    const files = readdirSync(join(ROOT, 'deploy/observe/alerts')).filter((name) => name.endsWith('.yaml'));
    const groups = files.sort().flatMap((name) => parse(read(join('deploy/observe/alerts', name))).groups);
    expect(groups.length).toBeGreaterThan(1);
    expect(rule).toMatchObject({ kind: 'PrometheusRule', spec: { groups } });
  });

  it('writes numbers and switches as the server reads them', async () => {
    const [map] = await render(
      program,
      ...['--set', 'config.JOB_DISK_MB=100000000', '--set', 'config.REUSE_PORT=true'],
      ...['--set-string', 'config.OTEL_TRACES_SAMPLER_ARG=0.25', '--show-only', 'templates/configmap.yaml'],
    );
    expect(map).toMatchObject({
      data: { JOB_DISK_MB: '100000000', REUSE_PORT: 'true', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    });
  });

  it.each([
    ['a setting that does not exist', ['config.RATE_LIMIT=1'], 'RATE_LIMIT'],
    ['a value that the server would refuse', ['config.QUEUE_LENGTH=0'], 'QUEUE_LENGTH'],
    ['a password among the settings', ['config.DATABASE_URL=postgres://a:b@c/d'], 'DATABASE_URL'],
    ['what it derives itself', ['config.PORT=80'], 'PORT'],
    ['a word of its own that does not exist', ['replica=2'], 'replica'],
    ['two writers of the embedded database', ['replicas=2'], 'needs PostgreSQL'],
    ['growing with the embedded database', ['autoscaling.enabled=true'], 'needs PostgreSQL'],
    ['a secret’s key that is no setting', ['secret.name=s', 'secret.keys={PASSWORD}'], /secret[/.]keys/],
    ['a vault without a name', ['externalSecret.enabled=true'], 'externalSecret'],
    [
      'an ingress whose clients all have one address',
      ['ingress.enabled=true', 'ingress.hosts={a.example}'],
      'TRUST_PROXY',
    ],
    ['a route without a gateway', ['gateway.enabled=true', 'config.TRUST_PROXY=10.0.0.0/8'], 'parentRefs'],
    [
      'pictures kept where nothing lasts',
      ['config.KEEP_PICTURES=true', 'persistence.enabled=false'],
      'KEEP_PICTURES',
    ],
    ['a monitor without a key', ['metrics.serviceMonitor.enabled=true'], 'keySecret'],
    ['training without photographs', ['training.enabled=true'], 'dataClaim'],
  ])('refuses %s', async (_what, pairs, reason) => {
    const parameters = pairs.flatMap((pair) => ['--set', pair]);
    await expect(template(program, ...parameters)).rejects.toThrow(reason);
  });
});

describe('the schema of the values', () => {
  it('has the settings of the server; `node test/deploy/write-values-schema.ts` puts them there', () => {
    const schema = read(join(CHART, 'values.schema.json'));
    expect(JSON.parse(schema)).toEqual(JSON.parse(withSettings(schema)));
  });
});

describe('the check of objects', () => {
  const deployment = (change: (container: Record<string, unknown>) => void): KubernetesObject => {
    const container: Record<string, unknown> = { name: 'a', image: 'b', ports: [{ containerPort: 1 }] };
    change(container);
    const labels = { app: 'a' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    };
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', labels }, spec };
    return object;
  };

  it('takes what is right', async () => {
    expect(await faultsOf(deployment(() => {}))).toEqual([]);
  });

  it.each([
    [
      'a misspelt field',
      (c: Record<string, unknown>) => {
        c.imagePullPolcy = 'Always';
      },
      'imagePullPolcy is no field',
    ],
    [
      'text for a number',
      (c: Record<string, unknown>) => {
        c.ports = [{ containerPort: 'http' }];
      },
      'containerPort must be integer',
    ],
    [
      'a missing name',
      (c: Record<string, unknown>) => {
        delete c.name;
      },
      'must have required property name',
    ],
    [
      'a misspelt field far within',
      (c: Record<string, unknown>) => {
        c.livenessProbe = { httpGet: { path: '/', prot: 1, port: 1 } };
      },
      'httpGet/prot is no field',
    ],
  ])('sees %s', async (_what, change, fault) => {
    expect((await faultsOf(deployment(change))).join('\n')).toContain(fault);
  });
});
