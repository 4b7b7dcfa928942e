// The image without an engine to build it: every step of the Dockerfile is carried out in folders of this machine, and what
// comes out is started as a container would be. A wrong COPY, a file that is not there or not let through fails here.
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeDebian, makeNode } from './image/base-images.ts';
import { type Builder, createBuilder, type Image } from './image/build.ts';
import { Container, type ContainerOptions } from './image/container.ts';
import { contextFiles, copyContext, ignoredByGit, sizeOf } from './image/context.ts';
import { readDockerfile, type Stage } from './image/dockerfile.ts';
import { cannotBuild, whyUnreachable } from './image/possible.ts';

const project = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
const stages = readDockerfile(dockerfile);
/** Chromium is a large download for a target that few build: it is left out unless it is asked for. */
const whole = process.env.TRAINING_IMAGE === '1';
const BillOfMaterials = Type.Object({
  components: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.String(),
      licenses: Type.Optional(Type.Array(Type.Unknown())),
      hashes: Type.Optional(Type.Array(Type.Unknown())),
    }),
  ),
});
const Lock = Type.Object({
  packages: Type.Record(
    Type.String(),
    Type.Object({
      version: Type.Optional(Type.String()),
      dev: Type.Optional(Type.Boolean()),
      optional: Type.Optional(Type.Boolean()),
    }),
  ),
});

const PATIENCE = 600_000;
const withoutChromium = ({ steps, ...stage }: Stage): Stage => ({
  ...stage,
  steps: steps.filter((step) => step.kind !== 'run' || !step.script.includes('chromium')),
});
const MB = (bytes = 0) => `${(bytes / 1e6).toFixed(1)} MB`;

describe('the Dockerfile', () => {
  it('is one by the rules of its language', () => {
    const complaints = validate(dockerfile);
    expect(complaints.map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('starts from the images that its arguments name', () => {
    const names = stages.map(({ name }) => name);
    const images = stages.map(({ from }) => from).filter((from) => !names.includes(from));
    expect(images).toEqual(['node:24-bookworm-slim', 'debian:bookworm-slim']);
  });
});

describe('what a builder is sent', () => {
  const files = contextFiles(project);

  it('is nothing that only this machine has, no test and no picture but the rendered ones', () => {
    expect(ignoredByGit(project, files)).toEqual([]);
    expect(files.filter((file) => /\.test\.tsx?$/.test(file))).toEqual([]);
    const pictures = files.filter((file) => /\.(jpe?g|png|webp)$/i.test(file));
    expect(pictures.filter((file) => !/^(samples|src\/web\/public)\//.test(file))).toEqual([]);
  });

  it('is what the steps copy, and nothing else', () => {
    const sources = stages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'copy' && !step.from ? step.sources : [])),
    );
    const within = (file: string, source: string) => `${file}/`.startsWith(`${source}/`);
    expect(sources.filter((source) => !files.some((file) => within(file, source)))).toEqual([]);
    expect(files.filter((file) => !sources.some((source) => within(file, source)))).toEqual([]);
  });
});

const reason = cannotBuild();
if (reason) console.warn(`The image is not built: ${reason}`);

describe.skipIf(reason)('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tampinha-image-'));
  const containers: Container[] = [];
  let builder: Builder;
  let serve: Image;
  let unreachable: string | undefined;

  function start(image: Image, options?: ContainerOptions): Container {
    const container = new Container(image, folder, options);
    containers.push(container);
    return container;
  }

  beforeAll(async () => {
    const debian = makeDebian(join(folder, 'debian'));
    const node = makeNode(join(folder, 'node'));
    const bases = { 'debian:bookworm-slim': [debian], 'node:24-bookworm-slim': [node, debian] };
    const context = copyContext(project, join(folder, 'context'));
    builder = createBuilder(whole ? stages : stages.map(withoutChromium), { bases, context, folder });
    try {
      serve = await builder.image('serve');
    } catch (error) {
      unreachable = await whyUnreachable(builder);
      if (!unreachable) throw error;
      console.warn(`The image is not built: ${unreachable}`);
    }
  }, PATIENCE);

  beforeEach(({ skip }) => skip(unreachable !== undefined, unreachable));

  afterAll(async () => {
    await Promise.all(containers.map((container) => container.remove()));
    rmSync(folder, { recursive: true, force: true });
  }, PATIENCE);

  it('says what it is, and is small', () => {
    expect(serve.config).toMatchObject({
      user: '1000:1000',
      ports: ['8501'],
      volumes: ['/data'],
      labels: {
        'org.opencontainers.image.title': 'Tampinha',
        'org.opencontainers.image.licenses': 'MIT',
        'org.opencontainers.image.version': '0.0.0',
      },
    });
    const [added = '', debian = ''] = serve.layers;
    const sizes = [debian, added, join(added, 'app/node_modules'), join(added, 'usr/local/bin/node')].map(
      sizeOf,
    );
    expect(sizes[1]).toBeLessThan(260_000_000);
    console.info(
      `Debian ${MB(sizes[0])}, and ours ${MB(sizes[1])}: packages ${MB(sizes[2])}, Node ${MB(sizes[3])}`,
    );
  });

  it('carries its bill of materials: all that the lock file says a server consists of, with licence and hash', () => {
    const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
    const [added = ''] = serve.layers;
    const { components } = Value.Parse(BillOfMaterials, read(join(added, 'app/sbom.cdx.json')));
    const { packages } = Value.Parse(Lock, read(join(project, 'package-lock.json')));
    const locked = Object.entries(packages).flatMap(([path, { dev, optional, version }]) =>
      path && !dev && !optional ? [`${path.replace(/^.*node_modules\//, '')}@${version}`] : [],
    );
    const named = components.map(({ name, version }) => `${name}@${version}`);
    expect(locked.filter((name) => !named.includes(name))).toEqual([]);
    expect(components.filter(({ licenses, hashes }) => !licenses?.length || !hashes?.length)).toEqual([]);
    expect(named.filter((name) => /^(vitest|vite|typescript|@biomejs\/biome)@/.test(name))).toEqual([]);
  });

  it('ends at once when it is asked to before it has started', async () => {
    const container = start(serve);
    while (container.first !== 'tini' || container.started.length === 0) await container.moment();
    container.signal('SIGTERM');
    expect(await container.ended).toBe(128 + 15);
    expect(container.output).not.toContain('answers');
  });

  describe('at work', () => {
    let container: Container;
    const url = (path: string) => `http://127.0.0.1:8501${path}`;

    beforeAll(async () => {
      if (unreachable) return;
      container = start(serve);
      await container.said(/^Tampinha answers at http:\/\/\S+:8501$/m);
    }, PATIENCE);

    it('is healthy by its own check, which also notices when nothing answers', async () => {
      const { healthcheck } = serve.config;
      expect(await container.exec(healthcheck)).toEqual({ status: 0, output: '' });
      const elsewhere = await container.exec(['env', 'PORT=1', ...healthcheck]);
      expect(elsewhere).toEqual({ status: 1, output: expect.stringContaining('ECONNREFUSED') });
    });

    it('holds the whole page, samples too', async () => {
      const page = await container.ask(url('/'));
      const assets = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, asset = '']) => asset);
      expect(assets).toContainEqual(expect.stringMatching(/^\/assets\/index-.*\.js$/));
      for (const asset of assets) expect(await container.ask(url(asset))).toMatchObject({ status: 200 });
      const samples = await container.exec(['sh', '-c', 'ls /app/build/web/assets | grep -c "[.]jpg$"']);
      expect(samples.output.trim()).toBe('10');
    });

    it('looks at a picture for those with a key, by the bundled model', async () => {
      const { id: model } = JSON.parse(
        readFileSync(join(folder, 'context/models/default/card.json'), 'utf8'),
      );
      const picture = readFileSync(join(project, 'samples/closed-1.jpg'));
      const type = { 'content-type': 'image/jpeg' };
      expect(await container.ask(url('/v1/predictions'), type, picture)).toMatchObject({ status: 401 });
      const made = await container.exec(['tampinha', 'keys', 'create', '--name', 'test']);
      const key = /^tmp_\S+$/m.exec(made.output)?.[0] ?? made.output;
      const answer = await container.ask(
        url('/v1/predictions'),
        { ...type, authorization: `Bearer ${key}` },
        picture,
      );
      expect(JSON.parse(answer.text)).toMatchObject({ verdict: 'closed', model });
    });

    it('is nobody in particular, and writes to its volume and to /tmp only', async () => {
      const inside = async (script: string) => (await container.exec(['sh', '-c', script])).output.trim();
      expect(await inside('id -u; id -g')).toBe('1000\n1000');
      const tries = 'for d in /app / /usr /data /tmp; do touch $d/x 2>/dev/null && echo $d; done';
      expect(await inside(tries)).toBe('/data\n/tmp');
    });

    it('ends with 0 when it is asked to', async () => {
      container.signal('SIGTERM');
      expect(await container.ended).toBe(0);
    });
  });

  describe('that trains', () => {
    let train: Image;
    let runs: string;

    beforeAll(async () => {
      if (unreachable) return;
      train = await builder.image('train');
      runs = mkdtempSync(join(folder, 'runs-'));
      chownSync(runs, 1000, 1000);
    }, PATIENCE);

    /** To its end, on the same runs. */
    async function finish(...command: string[]): Promise<string> {
      const container = start(train, { command, mounts: { '/runs': runs } });
      expect({ status: await container.ended, output: container.output }).toMatchObject({ status: 0 });
      return container.output;
    }

    it('knows its commands and finds its pretrained start', async () => {
      expect(await finish('train', '--help')).toContain('--data');
      const script = `const { readPretrained } = await import('/app/src/train/pretrained/ssd-mobilenet.ts');
        console.log((await readPretrained()).trunk.size);`;
      const node: Image = { ...train, config: { ...train.config, entrypoint: ['node', '-e'] } };
      const container = start(node, { command: [script], mounts: { '/runs': runs } });
      expect(await container.ended).toBe(0);
      expect(Number(container.output)).toBeGreaterThan(100);
    });

    it('has the pictures and the mouths that a training asks for', async () => {
      const list: Image = { ...train, config: { ...train.config, entrypoint: ['ls'] } };
      const asked = ['samples/open-1.jpg', 'annotations/mouths.csv', 'models/default/card.json'];
      const container = start(list, {
        command: asked.map((path) => `/app/${path}`),
        mounts: { '/runs': runs },
      });
      expect({ status: await container.ended, output: container.output }).toMatchObject({ status: 0 });
    });

    it.skipIf(!whole)(
      'draws bottles and trains on them',
      async () => {
        await finish('synth', '--count', '24', '--out', '/runs/drawn');
        await finish(
          'train',
          '--data',
          '/runs/drawn',
          '--out',
          '/runs/run',
          '--start',
          'pretrained',
          '--steps',
          '2,2',
        );
        expect(readdirSync(join(runs, 'run'))).toEqual(
          expect.arrayContaining(['finder.onnx', 'reader.onnx', 'card.json', 'golden.json']),
        );
      },
      1_800_000,
    );
  });
});
