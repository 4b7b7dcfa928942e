// The command line as a process: what a shell, a pipe and an exit status see of it.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeJpeg, encodePng } from '../decode/index.ts';
import { writeArtefact } from '../engine/artefact.ts';
import { exportSeedCnn } from '../model/export.ts';
import { SEED_CNN_SIZE, seedCnn } from '../model/seed-cnn.ts';
import { testCard } from '../model/test-card.ts';
import { initialiseWeights } from '../nn/parameters.ts';
import { createImage } from '../vision/rgb-image.ts';

const main = join(import.meta.dirname, 'main.ts');
let model = '';
let photos = '';

/** An untrained network: its answers are worth nothing, its files and its errors are real. */
async function writeUntrainedModel(folder: string): Promise<void> {
  const size = SEED_CNN_SIZE;
  const weights = initialiseWeights((g, scope) => seedCnn(g, scope, g.input('x', [1, 3, size, size])), 1);
  const { id: _id, ...draft } = testCard({
    name: 'untrained',
    architecture: { arch: 'seed-cnn', input: { size, mean: 0, scale: 255, fit: 'stretch', fill: [0, 0, 0] } },
    maxSide: 640,
  });
  const golden = [{ name: 'grey.png', bytes: await encodePng(createImage(32, 32, [90, 90, 90])) }];
  await writeArtefact(folder, draft, { model: exportSeedCnn(weights) }, golden);
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-process-'));
  [model, photos] = [join(folder, 'model'), folder];
  await writeUntrainedModel(model);
  const picture = await encodeJpeg(createImage(40, 30, [200, 120, 40]));
  for (let i = 10; i < 22; i++) await writeFile(join(photos, `${i}.jpg`), picture);
});

afterAll(() => rm(photos, { recursive: true }));

const args = (...more: string[]) => [main, 'predict', '--model', model, '--format', 'jsonl', ...more];

describe('tampinha predict, as a process', () => {
  it('prints nothing but JSON lines and exits with 0', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args(photos));
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatchObject({
      file: join(photos, '10.jpg'),
      verdict: expect.stringMatching(/^(open|closed|uncertain)$/),
      bottles: [],
      model: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    // The model's own files lie in the same folder and are no pictures.
    expect(stderr).toMatch(/^skipped, no picture by name or content: 3\n$/);
  });

  it('exits with 1 when a picture failed and with 2 when it was called wrongly', async () => {
    const broken = join(photos, 'broken.bin');
    await writeFile(broken, 'no picture');
    const run = promisify(execFile);
    await expect(run(process.execPath, args(broken))).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('UNSUPPORTED_FORMAT'),
    });
    await expect(run(process.execPath, args(broken, '--jobs', 'many'))).rejects.toMatchObject({
      code: 2,
      stdout: '',
    });
  });

  it('is uncertain as soon as a mistake costs more than silence is worth', async () => {
    const verdicts = async (...costs: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, args(join(photos, '10.jpg'), ...costs));
      const { verdict }: { verdict: string } = JSON.parse(stdout);
      return verdict;
    };
    expect(await verdicts('--cost-open', '1000')).toBe('uncertain');
    expect(await verdicts('--cost-open', '0.001', '--cost-closed', '1000')).toBe('open');
    expect(await verdicts('--cost-open', '1000', '--cost-closed', '0.001')).toBe('closed');
  });

  it('tells no state of what may be no bottle, whatever mistakes cost', async () => {
    const bundled = [main, 'predict', join(import.meta.dirname, '../../samples/none-1.jpg')];
    const verdictAt = async (...costs: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...bundled,
        '--format=jsonl',
        ...costs,
      ]);
      const { verdict }: { verdict: string } = JSON.parse(stdout);
      return verdict;
    };
    const [without, cheap, costly] = await Promise.all([
      verdictAt(),
      verdictAt('--cost-open', '0.5'),
      verdictAt('--cost-open', '5'),
    ]);
    expect(without).not.toMatch(/open|closed/);
    expect([cheap, costly]).toEqual([without, without]);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, args(photos), { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, complaints: complaints.replace(/^skipped.*\n/, '') }).toEqual({ code: 0, complaints: '' });
  });

  it('answers without loading the web server or the trainer', async () => {
    const watch = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });`;
    const run = [
      '--import',
      `data:text/javascript,${encodeURIComponent(watch)}`,
      ...args(join(photos, '10.jpg')),
    ];
    const { stderr } = await promisify(execFile)(process.execPath, run);
    expect(stderr).toMatch(/node_modules\/commander\//);
    expect(stderr).not.toMatch(/node_modules\/(fastify|kysely|three)\/|src\/(server|store|train|synth)\//);
  });
});

describe('tampinha evaluate, as a process', () => {
  it('refuses what would be ignored, chooses nothing, or cannot be written before it has done any work', async () => {
    const data = join(photos, 'evaluated');
    await mkdir(join(data, 'open'), { recursive: true });
    await cp(join(photos, '10.jpg'), join(data, 'open', '1.jpg'));
    const [none, log] = [join(photos, 'none.json'), join(photos, 'log.jsonl')];
    const row = { file: 'open/2.jpg', label: 'open', group: 'g', source: 's', kind: '', beer: false };
    const rows = [{ ...row, answer: null, error: { code: 'ENOENT', message: 'gone' } }];
    await writeFile(none, JSON.stringify({ model: 'm', name: 'n', split: 's', rows }));
    await writeFile(log, '');
    const calls: [readonly string[], string][] = [
      [['--of', none], 'none of its pictures is in'],
      [['--annotations', log], '--annotations needs --mask'],
      [['--mask', '--log', log], 'do not go with --mask'],
      [['--mask', '--baseline', none], 'do not go with --mask'],
      [['--out', log], 'the folder is a file'],
    ];
    for (const [options, said] of calls) {
      const call = [main, 'evaluate', '--data', data, '--model', model, ...options];
      await expect(promisify(execFile)(process.execPath, call), said).rejects.toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(said),
      });
    }
  });
});

describe('tampinha serve, as a process', () => {
  const serve = (settings: Record<string, string>) => {
    const env = {
      ...process.env,
      DATA_DIR: join(photos, 'data'),
      MODELS_DIR: photos,
      MODEL: 'model',
      ...settings,
    };
    const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = { text: '' };
    child.stderr.on('data', (chunk) => {
      said.text += chunk;
    });
    return { child, said, ended: new Promise((resolve) => child.once('close', resolve)) };
  };

  it('says where it answers, answers, and ends with 0 when asked to', async () => {
    const { child, said, ended } = serve({ PORT: '0' });
    await Promise.race([new Promise((resolve) => child.stderr.once('data', resolve)), ended]);
    const url = /^Tampinha answers at (http:\/\/127\.0\.0\.1:\d+)$/m.exec(said.text)?.[1];
    expect(said.text).toBe(`Tampinha answers at ${url}\n`);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('names every wrong setting, or the model that is not there, and exits with 2', async () => {
    const wrong = serve({ PORT: 'x', LOG_LEVEL: 'loud' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.said.text).toMatch(/PORT=x[\s\S]*LOG_LEVEL=loud/);
    const missing = serve({ PORT: '0', MODEL: 'nowhere' });
    expect(await missing.ended).toBe(2);
    expect(missing.said.text).toMatch(/nowhere.card\.json cannot be read/);
    expect(missing.said.text).not.toContain('    at ');
    const uncertified = serve({ PORT: '0', TLS_CERT: 'nowhere.pem', TLS_KEY: 'nowhere.pem' });
    expect(await uncertified.ended).toBe(2);
    expect(uncertified.said.text).toMatch(/no such file.*nowhere\.pem/);
  });
});
