// Carries out the stages of a Dockerfile in plain folders: COPY copies, RUN runs, on a root that holds what the image would.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import process from 'node:process';
import type { Stage, Step } from './dockerfile.ts';
import { mountCommands, quote, type Root, runApart } from './root.ts';

export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
}

export interface Image {
  /** The uppermost first. */
  readonly layers: readonly string[];
  readonly config: ImageConfig;
}

export interface Workshop {
  /** By the name that FROM gives. */
  readonly bases: Readonly<Record<string, readonly string[]>>;
  /** A folder with the files that a builder would be sent. */
  readonly context: string;
  /** Where layers are made. */
  readonly folder: string;
}

export interface Builder {
  /** Builds a stage when it is first asked for. @throws StepFailed */
  image(stage: string): Promise<Image>;
  /** Whether a script ends well on an image, whatever it leaves there. */
  attempt(image: string, script: string): Promise<boolean>;
}

/** What a container has that nobody has set anything for. */
const FRESH: ImageConfig = {
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  labels: {},
  workdir: '/',
  user: '0:0',
  volumes: [],
  ports: [],
  entrypoint: [],
  cmd: [],
  healthcheck: [],
};

/** A step that ended badly, with what it printed. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

export function createBuilder(stages: readonly Stage[], { bases, context, folder }: Workshop): Builder {
  const built = new Map<string, Promise<Image>>();

  function image(name: string): Promise<Image> {
    const stage = stages.find((candidate) => candidate.name === name);
    if (!stage) return Promise.resolve({ layers: baseOf(name), config: FRESH });
    const image = built.get(name) ?? buildStage(stage);
    built.set(name, image);
    return image;
  }

  function baseOf(name: string): readonly string[] {
    const layers = bases[name];
    if (!layers) throw new Error(`There is neither a stage nor an image ${name}`);
    return layers;
  }

  async function buildStage({ name, from, steps }: Stage): Promise<Image> {
    const base = await image(from);
    const changes = join(folder, name, 'changes');
    mkdirSync(changes, { recursive: true });
    let { config } = base;
    const args: Record<string, string> = {};
    for (const step of steps) {
      const root = { layers: base.layers, changes };
      await perform(step, root, config, args).catch((error: Error) => {
        throw new StepFailed(`In stage ${name}, ${JSON.stringify(step)}: ${error.message}`);
      });
      config = configured(config, step, args);
    }
    return { layers: [changes, ...base.layers], config };
  }

  async function perform(
    step: Step,
    root: Root,
    { workdir, env }: ImageConfig,
    args: Record<string, string>,
  ) {
    if (step.kind === 'arg') Object.assign(args, step.values);
    else if (step.kind === 'workdir') await onRoot(root, (at) => [`mkdir -p ${quote(at + step.path)}`]);
    else if (step.kind === 'run') await runScript(step, root, workdir, { ...args, ...env });
    else if (step.kind === 'copy') {
      const target = posix.resolve(workdir, step.target) + (step.target.endsWith('/') ? '/' : '');
      if (!step.from) return onRoot(root, (at) => copyCommands(context, step.sources, at + target));
      const source = mountCommands({ layers: (await image(step.from)).layers });
      await onRoot(root, (at) => [...source.commands, ...copyCommands(source.at, step.sources, at + target)]);
    }
  }

  async function attempt(name: string, script: string): Promise<boolean> {
    const { layers, config } = await image(name);
    const changes = join(mkdtempSync(join(folder, 'attempt-')), 'changes');
    const done = runScript({ kind: 'run', script, caches: [] }, { layers, changes }, '/', config.env);
    return done.then(
      () => true,
      () => false,
    );
  }

  return { image, attempt };
}

async function onRoot(root: Root, commands: (at: string) => readonly string[]): Promise<void> {
  const { at, commands: mounting } = mountCommands(root);
  await runApart([...mounting, ...commands(at)]);
}

/** As COPY does: of a folder its content, a file under the target's name unless that is a folder. */
function copyCommands(from: string, sources: readonly string[], target: string): string[] {
  const copy = 'cp --recursive --no-dereference --preserve=mode,timestamps,links';
  const intoFolder = sources.length > 1 || target.endsWith('/');
  return sources.map((source) => {
    const path = quote(posix.join(from, source));
    const [there, folder] = [quote(target), quote(intoFolder ? target : posix.dirname(target))];
    return [
      `if [ -d ${path} ]; then mkdir -p ${there}; ${copy} ${path}/. ${there}`,
      `else mkdir -p ${folder}; ${copy} ${path} ${there}; fi`,
    ].join('\n');
  });
}

async function runScript(
  { script, caches }: Extract<Step, { kind: 'run' }>,
  root: Root,
  workdir: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const cached = caches.map((folder) => [folder, npmCache()] as const);
  for (const [folder] of cached) await onRoot(root, (at) => [`mkdir -p ${quote(at + folder)}`]);
  const { at, commands } = mountCommands({ ...root, mounts: { ...wayOut(), ...Object.fromEntries(cached) } });
  const words = Object.entries({ HOME: '/root', ...env, ...fromOutside() }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const inside = ['env', '-i', `--chdir=${workdir}`, ...words, '/bin/sh', '-c', script];
  await runApart([...commands, `chroot ${at} ${inside.map(quote).join(' ')}`]);
}

/** BuildKit would keep a cache of its own; this machine's saves the downloads. */
const npmCache = (): string => execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();

/** What this machine needs in order to reach mirrors and registry: names, proxies, certificates. */
function wayOut(): Record<string, string> {
  const files = {
    '/etc/resolv.conf': '/etc/resolv.conf',
    '/etc/hosts': '/etc/hosts',
    '/etc/ssl/certs/ca-certificates.crt': '/etc/ssl/certs/ca-certificates.crt',
    '/root/.npmrc': join(homedir(), '.npmrc'),
  };
  return Object.fromEntries(Object.entries(files).filter(([, here]) => existsSync(here)));
}

const fromOutside = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value && /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name) ? [[name, value]] : [],
    ),
  );

function configured(config: ImageConfig, step: Step, args: Readonly<Record<string, string>>): ImageConfig {
  switch (step.kind) {
    case 'env':
      return { ...config, env: { ...config.env, ...step.values } };
    case 'label':
      return { ...config, labels: { ...config.labels, ...expanded(step.values, args) } };
    case 'workdir':
      return { ...config, workdir: posix.resolve(config.workdir, step.path) };
    case 'user':
      return { ...config, user: step.value };
    case 'volume':
      return { ...config, volumes: [...config.volumes, ...step.values] };
    case 'expose':
      return { ...config, ports: [...config.ports, ...step.values] };
    case 'entrypoint':
      return { ...config, entrypoint: step.command, cmd: [] };
    case 'cmd':
      return { ...config, cmd: step.command };
    case 'healthcheck':
      return { ...config, healthcheck: step.command };
    default:
      return config;
  }
}

/** The parser leaves variables within quotes as they are. */
function expanded(
  values: Readonly<Record<string, string>>,
  args: Readonly<Record<string, string>>,
): Record<string, string> {
  const expand = (value: string) => value.replace(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, expand(value)]));
}
