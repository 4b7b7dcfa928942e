// The chart beside the server that it starts: settings, ports, probes, metrics, times, users, commands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../src/cli/program.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import { readConfig } from '../../src/server/config.ts';
import { PATIENCE_MS } from '../../src/server/start-server.ts';
import { type TestApp, testApp } from '../../src/server/test-app.ts';
import { addKey } from './add-key.ts';
import { render, SETS } from './chart.ts';
import { findHelm } from './helm-program.ts';
import type { KubernetesObject } from './kubernetes-objects.ts';

const ROOT = join(import.meta.dirname, '../..');
const program = findHelm() ?? '';

// What is read of the objects here; helm.test.ts has checked them as a whole.
const Words = Type.Record(Type.String(), Type.String());
const Selector = Type.Object({ matchLabels: Words });
const Port = Type.Union([Type.String(), Type.Integer()]);
const Probe = Type.Object({ httpGet: Type.Object({ path: Type.String(), port: Port }) });
const Variable = Type.Object({
  name: Type.String(),
  value: Type.Optional(Type.String()),
  valueFrom: Type.Optional(
    Type.Object({
      secretKeyRef: Type.Optional(Type.Object({ name: Type.String(), key: Type.String() })),
      resourceFieldRef: Type.Optional(Type.Object({ containerName: Type.String(), resource: Type.String() })),
    }),
  ),
});
const Container = Type.Object({
  name: Type.String(),
  image: Type.String(),
  args: Type.Array(Type.String()),
  ports: Type.Optional(Type.Array(Type.Object({ name: Type.String(), containerPort: Type.Integer() }))),
  env: Type.Optional(Type.Array(Variable)),
  envFrom: Type.Optional(Type.Array(Type.Object({ configMapRef: Type.Object({ name: Type.String() }) }))),
  resources: Type.Object({ requests: Type.Object({ cpu: Type.Union([Type.Integer(), Type.String()]) }) }),
  securityContext: Type.Unknown(),
  startupProbe: Type.Optional(Probe),
  livenessProbe: Type.Optional(Probe),
  readinessProbe: Type.Optional(Probe),
  volumeMounts: Type.Optional(
    Type.Array(
      Type.Object({ name: Type.String(), mountPath: Type.String(), readOnly: Type.Optional(Type.Boolean()) }),
    ),
  ),
});
const PodTemplate = Type.Object({
  metadata: Type.Object({ labels: Words }),
  spec: Type.Object({
    serviceAccountName: Type.Optional(Type.String()),
    automountServiceAccountToken: Type.Boolean(),
    securityContext: Type.Unknown(),
    terminationGracePeriodSeconds: Type.Optional(Type.Integer()),
    topologySpreadConstraints: Type.Optional(Type.Array(Type.Object({ labelSelector: Selector }))),
    containers: Type.Tuple([Container]),
    volumes: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
  }),
});
const Workload = Type.Object({ spec: Type.Object({ template: PodTemplate }) });
type Container = Static<typeof Container>;

const SHAPES = {
  Deployment: Type.Object({ spec: Type.Object({ selector: Selector, template: PodTemplate }) }),
  Service: Type.Object({
    metadata: Type.Object({ name: Type.String(), labels: Words }),
    spec: Type.Object({
      selector: Words,
      ports: Type.Array(Type.Object({ name: Type.String(), port: Type.Integer(), targetPort: Port })),
    }),
  }),
  ConfigMap: Type.Object({ data: Words }),
  Ingress: Type.Object({
    metadata: Type.Object({ annotations: Words }),
    spec: Type.Object({
      rules: Type.Array(
        Type.Object({
          http: Type.Object({
            paths: Type.Array(
              Type.Object({
                backend: Type.Object({
                  service: Type.Object({
                    name: Type.String(),
                    port: Type.Object({ name: Type.String() }),
                  }),
                }),
              }),
            ),
          }),
        }),
      ),
    }),
  }),
  HTTPRoute: Type.Object({
    spec: Type.Object({
      rules: Type.Array(
        Type.Object({ backendRefs: Type.Array(Type.Object({ name: Type.String(), port: Type.Integer() })) }),
      ),
    }),
  }),
  HorizontalPodAutoscaler: Type.Object({
    spec: Type.Object({
      scaleTargetRef: Type.Object({ apiVersion: Type.String(), kind: Type.String(), name: Type.String() }),
      metrics: Type.Array(
        Type.Object({
          type: Type.String(),
          pods: Type.Optional(Type.Object({ metric: Type.Object({ name: Type.String() }) })),
        }),
      ),
    }),
  }),
  PodDisruptionBudget: Type.Object({ spec: Type.Object({ selector: Selector }) }),
  ServiceMonitor: Type.Object({
    spec: Type.Object({
      jobLabel: Type.String(),
      selector: Selector,
      endpoints: Type.Tuple([
        Type.Object({
          port: Type.String(),
          path: Type.String(),
          authorization: Type.Object({ type: Type.String() }),
        }),
      ]),
    }),
  }),
  ExternalSecret: Type.Object({
    spec: Type.Object({
      target: Type.Object({ name: Type.String() }),
      data: Type.Array(Type.Object({ secretKey: Type.String() })),
    }),
  }),
};

/** Both shipped sets with an ingress, one with each database. */
const rendered = new Map<string, readonly KubernetesObject[]>();

function one<K extends keyof typeof SHAPES>(kind: K, name = 'everything'): Static<(typeof SHAPES)[K]> {
  const [object, ...others] = (rendered.get(name) ?? []).filter((candidate) => candidate.kind === kind);
  if (others.length > 0) throw new Error(`several of ${kind}`);
  return Value.Parse(SHAPES[kind], object);
}

/** Deployment and jobs, with the label that tells them apart. */
function workloads(name = 'everything') {
  return (rendered.get(name) ?? [])
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map((object) => Value.Parse(Workload, object).spec.template)
    .map((pod) => ({ ...pod, component: pod.metadata.labels['app.kubernetes.io/component'] }));
}

const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://tampinha:word@db/tampinha',
  DATABASE_READ_URL: 'postgres://tampinha:word@replica/tampinha',
  REDIS_URL: 'redis://redis:6379',
  CLIENT_ADDRESS_SECRET: '0123456789abcdef',
  WEBHOOK_SECRET: '0123456789abcdef01234567',
};

/** The environment of a container as Kubernetes makes it, with these passwords. */
function environmentOf(
  { env = [], envFrom = [], resources }: Container,
  name: string,
): Record<string, string> {
  const fromMap = envFrom.length > 0 ? one('ConfigMap', name).data : {};
  const own = env.map(({ name: variable, value, valueFrom }) => {
    if (valueFrom?.secretKeyRef) return [variable, SECRETS[valueFrom.secretKeyRef.key] ?? ''];
    if (valueFrom?.resourceFieldRef?.resource === 'requests.cpu')
      return [variable, String(resources.requests.cpu)];
    return [variable, value ?? ''];
  });
  return { ...fromMap, ...Object.fromEntries(own) };
}

const serverOf = (name: string) => one('Deployment', name).spec.template.spec;
const isPartOf = (part: Record<string, string>, whole: Record<string, string>) =>
  Object.entries(part).every(([key, value]) => whole[key] === value);

describe.skipIf(!program)('the chart beside the server', () => {
  beforeAll(async () => {
    for (const [name, parameters] of Object.entries(SETS))
      rendered.set(name, await render(program, ...parameters));
  });

  it.each(Object.keys(SETS))('gives it an environment that it takes, with the values “%s”', (name) => {
    const { containers, volumes = [], terminationGracePeriodSeconds = 0 } = serverOf(name);
    const [container] = containers;
    const config = readConfig(environmentOf(container, name), 99);
    expect(config.host).toBe('0.0.0.0');
    expect(container.ports?.map(({ containerPort }) => containerPort)).toEqual([config.port]);
    expect(config.concurrency).toBe(container.resources.requests.cpu);
    expect(config.auth).toBe('required');
    expect(1_000 * terminationGracePeriodSeconds).toBeGreaterThan(config.shutdownDelayMs + PATIENCE_MS);
    expect(config.shutdownDelayMs).toBeGreaterThanOrEqual(5_000);
    const mounts = container.volumeMounts ?? [];
    const writable = mounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);
    expect(writable).toEqual(expect.arrayContaining([config.dataDir, '/tmp']));
    expect(mounts.map((mount) => mount.name).sort()).toEqual(volumes.map((volume) => volume.name).sort());
  });

  it('has migrations read the same database, and no more than is there before the release', () => {
    const job = workloads().find(({ component }) => component === 'migrations');
    const [container] = job?.spec.containers ?? [];
    if (!container) throw new Error('no migrations');
    const { databaseUrl } = readConfig(environmentOf(container, 'everything'), 1);
    expect(databaseUrl).toBe(SECRETS.DATABASE_URL);
    expect(container.envFrom).toBeUndefined();
    expect(job?.spec.serviceAccountName).toBeUndefined();
  });

  it('migrates before replicas start: at once where the secret is there, after the rest where a vault writes it', () => {
    const hookOf = (name: string) =>
      (rendered.get(name) ?? []).find(({ metadata }) => metadata.name.endsWith('-migrations'))?.metadata
        .annotations?.['helm.sh/hook'];
    expect(hookOf('production')).toBe('post-install,pre-upgrade');
    expect(hookOf('secret')).toBe('pre-install,pre-upgrade');
    expect(hookOf('small')).toBeUndefined();
  });

  it('names only secrets that something writes', () => {
    const { spec } = one('ExternalSecret', 'production');
    const written = spec.data.map(({ secretKey }) => `${spec.target.name}/${secretKey}`);
    const asked = workloads('production').flatMap(({ spec: { containers } }) =>
      containers.flatMap(({ env = [] }) =>
        env.flatMap(({ valueFrom }) =>
          valueFrom?.secretKeyRef ? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}` : [],
        ),
      ),
    );
    expect(asked.length).toBeGreaterThan(5);
    expect([...new Set(asked)].sort()).toEqual(written.sort());
  });

  it('reaches the server’s pods, and no others', () => {
    const { selector } = one('Deployment').spec;
    const service = one('Service');
    const monitor = one('ServiceMonitor').spec;
    const spread = one('Deployment').spec.template.spec.topologySpreadConstraints ?? [];
    const budget = one('PodDisruptionBudget').spec.selector.matchLabels;
    const selectors = [selector.matchLabels, service.spec.selector, budget];
    selectors.push(...spread.map(({ labelSelector }) => labelSelector.matchLabels));
    expect(spread).toHaveLength(2);
    for (const chosen of selectors)
      expect(
        workloads()
          .filter(({ metadata }) => isPartOf(chosen, metadata.labels))
          .map(({ component }) => component),
      ).toEqual(['server']);
    expect(workloads()).toHaveLength(3);
    expect(isPartOf(monitor.selector.matchLabels, service.metadata.labels)).toBe(true);
    const { scaleTargetRef } = one('HorizontalPodAutoscaler').spec;
    const target = (rendered.get('everything') ?? []).find(({ kind }) => kind === 'Deployment');
    expect(target).toMatchObject({
      apiVersion: scaleTargetRef.apiVersion,
      kind: scaleTargetRef.kind,
      metadata: { name: scaleTargetRef.name },
    });
  });

  it('names ports that are there, from the ingress to the container', () => {
    const [container] = serverOf('everything').containers;
    const names = container.ports?.map(({ name }) => name) ?? [];
    const service = one('Service');
    expect(names).toEqual(expect.arrayContaining(service.spec.ports.map(({ targetPort }) => targetPort)));
    for (const { http } of one('Ingress').spec.rules)
      for (const { backend } of http.paths) {
        expect(backend.service.name).toBe(service.metadata.name);
        expect(service.spec.ports.map(({ name }) => name)).toContain(backend.service.port.name);
      }
    for (const { backendRefs } of one('HTTPRoute').spec.rules)
      expect(backendRefs).toEqual(
        service.spec.ports.map(({ port }) => ({ name: service.metadata.name, port })),
      );
    const [endpoint] = one('ServiceMonitor').spec.endpoints;
    expect(service.spec.ports.map(({ name }) => name)).toContain(endpoint.port);
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
      expect(names).toContain(probe?.httpGet.port);
    const policy = JSON.stringify(
      (rendered.get('everything') ?? []).filter(({ kind }) => kind === 'NetworkPolicy'),
    );
    expect(names).toContain(/"from":.*?"ports":\[\{"port":"(\w+)"\}\]/.exec(policy)?.[1]);
  });

  it.each(['small', 'production'])(
    'lets the ingress pass what the server takes, with the values “%s”',
    (name) => {
      const size = one('Ingress', name).metadata.annotations['nginx.ingress.kubernetes.io/proxy-body-size'];
      const mebibytes = Number(/^(\d+)m$/.exec(size ?? '')?.[1]);
      expect(mebibytes * 2 ** 20).toBeGreaterThanOrEqual(
        Math.max(LIMITS.pictureBytes, LIMITS.jsonBytes, LIMITS.inferBytes),
      );
    },
  );

  it('runs every container as the restricted profile of Kubernetes wants it', () => {
    for (const { spec } of workloads()) {
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const { securityContext } of spec.containers)
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });
});

describe.skipIf(!program)('the chart beside the image', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  /** What a target of the Dockerfile says with this word, last. */
  const said = (target: string, word: string) => {
    const stage = dockerfile.split(/^FROM /m).find((part) => new RegExp(`^\\S+ AS ${target}\\n`).test(part));
    return [...(stage ?? '').matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].at(-1)?.[1];
  };
  const targetOf = (component: string | undefined) => (component === 'training' ? 'train' : 'serve');

  it('runs as the user of the image, on its port, with its program', () => {
    for (const { component, spec } of workloads()) {
      const target = targetOf(component);
      const [user, group] = said(target, 'USER')?.split(':').map(Number) ?? [];
      expect(spec.securityContext).toMatchObject({ runAsUser: user, runAsGroup: group, fsGroup: group });
      expect(said(target, 'ENTRYPOINT')).toMatch(/"tampinha"\]$/);
      expect(spec.containers[0].args[0]).toMatch(/^(serve|migrate|train)$/);
    }
    expect(said('serve', 'EXPOSE')).toBe(
      String(serverOf('everything').containers[0].ports?.[0]?.containerPort),
    );
    expect(said('serve', 'ENV')).toContain('DATA_DIR=/data');
  });

  it('gives commands that the program takes', async () => {
    for (const { component, spec } of workloads()) {
      const [container] = spec.containers;
      const environment = environmentOf(container, 'everything');
      const [command = '', ...parameters] = container.args.map((word) =>
        word.replace(/\$\((\w+)\)/g, (_all, name: string) => environment[name] ?? ''),
      );
      const stderr = new PassThrough();
      const help = new PassThrough();
      const terminal = {
        ...{ stderr, env: {}, now: () => new Date(0), setStatus() {}, stopAsked: () => Promise.resolve() },
      };
      await runProgram([command, '--help'], { ...terminal, stdout: help });
      // Refused where it is pointed at, not how it is asked.
      if (component === 'training')
        await runProgram([command, ...parameters], { ...terminal, stdout: new PassThrough() });
      stderr.end();
      help.end();
      expect(await text(help)).toContain(`tampinha ${command}`);
      const refusal = await text(stderr);
      expect(refusal).not.toMatch(/unknown|--help/);
      if (component === 'training') expect(refusal).toContain('/photographs');
    }
  });
});

describe.skipIf(!program)('the chart beside the routes and metrics', () => {
  let server: TestApp;
  let metrics = '';
  let key = '';
  /** As from another pod, to a server that listens on every address. */
  const get = (url: string, headers: Record<string, string> = {}) =>
    server.app.inject({
      url,
      headers: { host: 'tampinha.bottles.svc', ...headers },
      remoteAddress: '10.1.2.3',
    });

  beforeAll(async () => {
    server = await testApp({ config: { host: '0.0.0.0', auth: 'required' } });
    key = await addKey(server, 'read');
  });
  afterAll(() => server.close());

  it('asks for health where it is answered without a key', async () => {
    const [container] = serverOf('everything').containers;
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
      expect((await get(probe?.httpGet.path ?? '')).statusCode).toBe(200);
    expect(container.readinessProbe?.httpGet.path).toBe('/health/ready');
  });

  it('scrapes where metrics are, with a key of the scope read as the way to show it', async () => {
    const [{ path, authorization }] = one('ServiceMonitor').spec.endpoints;
    expect((await get(path)).statusCode).toBe(401);
    const answer = await get(path, { authorization: `${authorization.type} ${key}` });
    expect(answer.statusCode).toBe(200);
    metrics = answer.body;
  });

  it('scales by a metric that is there, under the name that the adapter gives it', () => {
    const [name = '', ...others] = one('HorizontalPodAutoscaler').spec.metrics.flatMap(
      ({ pods }) => pods?.metric.name ?? [],
    );
    expect(others).toEqual([]);
    expect(metrics).toMatch(new RegExp(`^# TYPE ${name} gauge$`, 'm'));
    const adapter = parse(readFileSync(join(ROOT, 'deploy/helm/prometheus-adapter.yaml'), 'utf8'));
    const [rule] = adapter.rules.custom;
    expect(rule.seriesQuery).toMatch(new RegExp(`^${name}\\{`));
    expect(name.replace(new RegExp(rule.name.matches), rule.name.as)).toBe(name);
    expect(rule.metricsQuery).toContain('<<.Series>>{<<.LabelMatchers>>}');
    expect(Object.keys(rule.resources.overrides)).toEqual(['namespace', 'pod']);
  });

  it('is scraped as the job that the alerts look for', () => {
    const { jobLabel } = one('ServiceMonitor').spec;
    const job = one('Service').metadata.labels[jobLabel];
    const rules = JSON.stringify(
      (rendered.get('everything') ?? []).filter(({ kind }) => kind === 'PrometheusRule'),
    );
    const jobs = [...rules.matchAll(/job=\\"([^"\\]+)\\"/g)].map(([, name]) => name);
    expect(jobs.length).toBeGreaterThan(10);
    expect([...new Set(jobs)]).toEqual([job]);
  });
});
