// The service on Cloud Run, and the script that makes what is around it.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPrices } from '../../src/capacity/prices.ts';
import { readConfig } from '../../src/server/config.ts';
import { type TestApp, testApp } from '../../src/server/test-app.ts';
import { CLOUD_DOCUMENT, withCosts } from './cloud-costs.ts';
import { faultsOf, readObjects } from './kubernetes-objects.ts';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = join(ROOT, 'deploy/cloud/google-cloud.sh');
const run = promisify(execFile);

interface Call {
  readonly words: readonly string[];
  /** What came in from stdin or a file. */
  readonly input: string;
}

function hasProgram(name: string): boolean {
  try {
    execFileSync('bash', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-cloud-'));
  await symlink(join(import.meta.dirname, 'gcloud-stub.sh'), join(folder, 'gcloud'));
});
afterAll(() => rm(folder, { recursive: true }));

const VALUES = {
  PROJECT: 'a-project',
  REGION: 'europe-west1',
  IMAGE: 'europe-west1-docker.pkg.dev/a-project/tampinha/tampinha:0.1.0',
  DOMAIN: 'tampinha.example.com',
};

/** One run of the script, with a gcloud that keeps what is made under this name. */
async function cloud(mode: 'plan' | 'up', state: string, values: Record<string, string> = VALUES) {
  const calls = join(folder, `${state}-${mode}-${Math.random()}`);
  const env = {
    PATH: `${folder}:/usr/bin:/bin`,
    CLOUD_CALLS: calls,
    CLOUD_STATE: join(folder, state),
    ...values,
  };
  const { stdout } = await run('bash', [SCRIPT, mode], { env });
  const made = existsSync(calls) ? (await readFile(calls, 'utf8')).split('\x1d').slice(0, -1) : [];
  return { stdout, calls: made.map(readCall) };
}

function readCall(text: string): Call {
  const [words = '', input = ''] = text.split('\x1e');
  return { words: words.split('\x1f').slice(0, -1), input };
}

const isReplacement = ({ words }: Call) => words.join(' ').startsWith('run services replace');
const isChange = ({ words }: Call) => !words.some((word) => ['describe', 'list', 'access'].includes(word));

describe('google-cloud.sh', () => {
  let first: Call[] = [];
  let planned: string[][] = [];

  it('makes everything once, each thing after what it names', async () => {
    first = (await cloud('up', 'project')).calls;
    const made = first.filter(({ words }) => words.includes('create')).map(({ words }) => words.join(' '));
    for (const what of ['sql instances', 'redis instances', 'security-policies rules', 'forwarding-rules'])
      expect(made.filter((call) => call.includes(`${what} create`))).toHaveLength(1);
    for (const { words } of first) expect(words).toContain(`--project=${VALUES.PROJECT}`);
  });

  it('keeps the addresses of PostgreSQL and Redis in secrets, as the server reads them', () => {
    const kept = first.flatMap(({ words, input }) =>
      words.includes('--data-file=-') ? [[words[3] ?? '', input]] : [],
    );
    const { 'tampinha-database-url': database, 'tampinha-redis-url': redis } = Object.fromEntries(kept);
    const { databaseUrl, redisUrl } = readConfig({ DATABASE_URL: database, REDIS_URL: redis }, 1);
    expect(new URL(databaseUrl)).toMatchObject({
      username: 'tampinha',
      host: '10.20.0.3:5432',
      pathname: '/tampinha',
    });
    expect(new URL(databaseUrl).password).toMatch(/^[0-9a-f]{48}$/);
    expect(redisUrl).toBe('redis://10.20.1.4:6379');
    const set = first.find(({ words }) => words.includes('set-password'))?.words;
    expect(set).toContain(`--password=${new URL(databaseUrl).password}`);
  });

  it('migrates with the same image before the service is replaced', () => {
    const order = first.map(({ words }) => words.slice(0, 3).join(' '));
    const migration = order.indexOf('run jobs deploy');
    expect(migration).toBeGreaterThan(0);
    expect(migration).toBeLessThan(order.indexOf('run services replace'));
    expect(first[migration]?.words).toEqual(
      expect.arrayContaining([`--image=${VALUES.IMAGE}`, '--args=migrate', '--execute-now', '--wait']),
    );
  });

  it('changes nothing of what is there when it is run again, and takes a new image into service', async () => {
    const image = VALUES.IMAGE.replace('0.1.0', '0.2.0');
    const { calls } = await cloud('up', 'project', { ...VALUES, IMAGE: image });
    const changes = calls.filter(isChange).map(({ words }) => words.slice(0, 3).join(' '));
    expect(changes.filter((change) => / create$/.test(change))).toEqual([]);
    expect(changes).toEqual([
      expect.stringContaining('services enable'),
      'secrets add-iam-policy-binding tampinha-database-url',
      'secrets add-iam-policy-binding tampinha-redis-url',
      'run jobs deploy',
      'run services replace',
      'run services add-iam-policy-binding',
      'compute backend-services update',
    ]);
    expect(calls.find(isReplacement)?.input).toContain(image);
  });

  it('plans without a call, what it would do in an empty project', async () => {
    const { stdout, calls } = await cloud('plan', 'empty');
    expect(calls).toEqual([]);
    planned = stdout.trim().split('\n').map(shellWords);
    const shape = (words: readonly string[]) =>
      words.filter((word) => !/^(--password=|\/.*\.yaml$)/.test(word)).join(' ');
    expect(planned.map(([, ...words]) => shape(words))).toEqual(
      first.filter(isChange).map(({ words }) => shape(words)),
    );
  });

  it('says what is not set, and starts nothing', async () => {
    await expect(cloud('up', 'none', { ...VALUES, DOMAIN: '' })).rejects.toThrow('DOMAIN is not set');
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  const program = hasProgram('gcloud');
  it.skipIf(!program)('calls only commands and flags that the real gcloud has', () => {
    const tree = completionTree();
    expect(planned.length).toBeGreaterThan(25);
    expect(planned.flatMap(([, ...words]) => unknownWords(tree, words))).toEqual([]);
    expect(unknownWords(tree, ['sql', 'instances', 'create', 'x', '--zonee=a'])).toEqual(['--zonee']);
    expect(unknownWords(tree, ['sql', 'instance', 'create', 'x'])).toEqual(['sql instance']);
  });

  it.skipIf(!hasProgram('shellcheck'))('has nothing that shellcheck minds', async () => {
    await run('shellcheck', [SCRIPT, join(import.meta.dirname, 'gcloud-stub.sh')]);
  });
});

/** Splits a line of `printf %q` words; these need no more than backslashes. */
function shellWords(line: string): string[] {
  return (line.trim().match(/(?:\\.|[^\s\\])+/g) ?? []).map((word) => word.replace(/\\(.)/g, '$1'));
}

interface CommandTree {
  readonly commands: Readonly<Record<string, CommandTree>>;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** What gcloud completes command lines with: each of its commands with its flags. */
function completionTree(): CommandTree {
  const gcloud = realpathSync(execFileSync('bash', ['-c', 'command -v gcloud'], { encoding: 'utf8' }).trim());
  const file = join(dirname(gcloud), '../data/cli/gcloud_completions.py');
  const python = readFileSync(file, 'utf8');
  return JSON.parse(python.slice(python.indexOf('{')));
}

function unknownWords(tree: CommandTree, words: readonly string[]): string[] {
  const flags = new Set(Object.keys(tree.flags));
  let [node, depth] = [tree, 0];
  for (;;) {
    const next: CommandTree | undefined = node.commands[words[depth] ?? ''];
    if (!next) break;
    for (const flag of Object.keys(next.flags)) flags.add(flag);
    node = next;
    depth += 1;
  }
  if (Object.keys(node.commands).length > 0) return [words.slice(0, depth + 1).join(' ')];
  const given = words.flatMap((word) => /^--[^=]+/.exec(word)?.[0] ?? []);
  return given.filter((flag) => !flags.has(flag) && !flags.has(flag.replace(/^--no-/, '--')));
}

// What is read of the service here; all of it is checked against Knative's schema.
const Service = Type.Object({
  metadata: Type.Object({ annotations: Type.Record(Type.String(), Type.String()) }),
  spec: Type.Object({
    template: Type.Object({
      metadata: Type.Object({ annotations: Type.Record(Type.String(), Type.String()) }),
      spec: Type.Object({
        containerConcurrency: Type.Integer(),
        timeoutSeconds: Type.Integer(),
        serviceAccountName: Type.String(),
        containers: Type.Tuple([
          Type.Object({
            image: Type.String(),
            args: Type.Array(Type.String()),
            ports: Type.Tuple([Type.Object({ containerPort: Type.Integer() })]),
            resources: Type.Object({ limits: Type.Object({ cpu: Type.String(), memory: Type.String() }) }),
            startupProbe: Type.Object({
              httpGet: Type.Object({ path: Type.String(), port: Type.Integer() }),
            }),
            livenessProbe: Type.Object({
              httpGet: Type.Object({ path: Type.String(), port: Type.Integer() }),
            }),
            env: Type.Array(
              Type.Object({
                name: Type.String(),
                value: Type.Optional(Type.String()),
                valueFrom: Type.Optional(
                  Type.Object({
                    secretKeyRef: Type.Object({ name: Type.String(), key: Type.Literal('latest') }),
                  }),
                ),
              }),
            ),
          }),
        ]),
      }),
    }),
  }),
});

/** Annotations of services and revisions that are used here, as the reference of Cloud Run's YAML has them. */
const ANNOTATIONS = [
  'autoscaling.knative.dev/maxScale',
  'autoscaling.knative.dev/minScale',
  'run.googleapis.com/cpu-throttling',
  'run.googleapis.com/execution-environment',
  'run.googleapis.com/ingress',
  'run.googleapis.com/network-interfaces',
  'run.googleapis.com/startup-cpu-boost',
  'run.googleapis.com/vpc-access-egress',
];

describe('cloud-run.yaml', () => {
  let sent = '';
  let made: string[] = [];
  let service: Static<typeof Service>;
  beforeAll(async () => {
    const { calls } = await cloud('up', 'service');
    sent = calls.find(isReplacement)?.input ?? '';
    service = Value.Parse(Service, readObjects(sent)[0]);
    made = (await readFile(join(folder, 'service'), 'utf8')).split('\n');
  });

  it('is a service that Knative’s schema takes, with every value put in', async () => {
    const objects = readObjects(sent);
    expect(objects).toHaveLength(1);
    expect((await Promise.all(objects.map(faultsOf))).flat()).toEqual([]);
    expect(sent).not.toMatch(/\$[A-Z]/);
  });

  it('has only annotations that Cloud Run knows, and names what the script makes', () => {
    const { metadata, spec } = service.spec.template;
    const annotations = { ...service.metadata.annotations, ...metadata.annotations };
    expect(Object.keys(annotations).sort()).toEqual(ANNOTATIONS);
    const [interfaces] = JSON.parse(annotations['run.googleapis.com/network-interfaces'] ?? '');
    expect(made).toContain(`compute networks/${interfaces.network}`);
    expect(made).toContain(`compute networks subnets/${interfaces.subnetwork}`);
    expect(made).toContain(`iam service-accounts/${spec.serviceAccountName.split('@')[0]}`);
    for (const { valueFrom } of spec.containers[0].env)
      if (valueFrom) expect(made).toContain(`version/${valueFrom.secretKeyRef.name}`);
  });

  it('gives the server an environment that it takes', () => {
    const { spec } = service.spec.template;
    const [container] = spec.containers;
    const [{ containerPort }] = container.ports;
    expect(container.env.map(({ name }) => name)).not.toContain('PORT');
    const given = container.env.map(({ name, value, valueFrom }) => [
      name,
      valueFrom
        ? made
            .findLast((line) => line.startsWith(`value/${valueFrom.secretKeyRef.name}/`))
            ?.replace(/^value\/[^/]+\//, '')
        : value,
    ]);
    // Cloud Run adds PORT, the image HOST.
    const config = readConfig(
      { ...Object.fromEntries(given), PORT: String(containerPort), HOST: '0.0.0.0' },
      99,
    );
    expect(config.port).toBe(containerPort);
    expect(config.concurrency).toBe(Number(container.resources.limits.cpu));
    expect(config.databaseUrl).toContain('10.20.0.3');
    expect(config.redisUrl).toContain('10.20.1.4');
    expect(config.trustProxy).toContain('203.0.113.7');
    expect(config.auth).toBe('required');
    expect(spec.containerConcurrency).toBeGreaterThan(config.concurrency);
    expect(spec.containerConcurrency).toBeLessThan(config.queueLength);
    expect(1_000 * spec.timeoutSeconds).toBeGreaterThan(config.requestDeadlineMs + config.pictureTimeoutMs);
    // Ten seconds from SIGTERM to the end of an instance.
    expect(config.requestDeadlineMs + config.shutdownDelayMs).toBeLessThan(10_000);
    expect(container.args).toEqual(['serve']);
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toMatch(
      new RegExp(`HOST=0\\.0\\.0\\.0[^]*EXPOSE ${containerPort}`),
    );
  });

  describe('probes', () => {
    let server: TestApp;
    beforeAll(async () => {
      server = await testApp({ config: { host: '0.0.0.0', auth: 'required' } });
    });
    afterAll(() => server.close());

    it('ask where the server answers without a key', async () => {
      const [container] = service.spec.template.spec.containers;
      for (const { httpGet } of [container.startupProbe, container.livenessProbe]) {
        expect(httpGet.port).toBe(container.ports[0].containerPort);
        const answer = await server.app.inject({ url: httpGet.path, remoteAddress: '169.254.1.1' });
        expect(answer.statusCode).toBe(200);
      }
    });
  });
});

describe('prices.json', () => {
  const prices = readPrices(JSON.parse(readFileSync(join(ROOT, 'deploy/cloud/prices.json'), 'utf8')));

  it('says of every price where it was read, and when', () => {
    expect(prices.map(({ name }) => name)).toEqual([
      'Cloud Run, instance-based',
      'Cloud Run, request-based',
      'AWS Fargate, x86',
    ]);
    for (const { source, standing } of prices)
      for (const address of [source, ...standing.map((one) => one.source)])
        expect(address).toMatch(/^https:\/\//);
  });
});

describe('docs/cloud.md', () => {
  it('has the costs that the command prints; `node test/deploy/cloud-costs.ts` writes them', async () => {
    const document = readFileSync(CLOUD_DOCUMENT, 'utf8');
    expect(document.match(/^\| 100? \|/gm)).toHaveLength(6);
    expect(document).toBe(await withCosts(document));
  });
});
