import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNode } from './doctor-checks.ts';
import { run } from './test-run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The findings by what they are about, and the exit status. */
async function doctor(env: Record<string, string>) {
  const { out, status } = await run(['doctor', '--json'], {
    env: { DATA_DIR: join(folder, 'data'), ...env },
  });
  const lines = out.trimEnd().split('\n');
  const findings = lines.map((line): { what: string; state: string; detail: string } => JSON.parse(line));
  return { status, found: Object.fromEntries(findings.map(({ what, ...rest }) => [what, rest])) };
}

describe('doctor', () => {
  it('finds a server that would work, with the bundled model', async () => {
    const { status, found } = await doctor({ CONCURRENCY: '1' });
    expect(status).toBe(0);
    expect(found).toMatchObject({
      Node: { state: 'ok' },
      settings: { state: 'ok', detail: 'answers on 127.0.0.1, port 8501' },
      cores: { state: 'ok' },
      disk: { state: 'ok' },
      model: { state: 'ok', detail: expect.stringMatching(/^default \([0-9a-f]{12}\)/) },
      store: { state: 'ok', detail: 'embedded SQLite' },
      Redis: { state: 'ok', detail: 'not used' },
    });
  });

  it('names what would keep it from working, and goes on', async () => {
    const { status, found } = await doctor({
      MODEL: 'no-such-model',
      MIN_FREE_DISK_MB: '1000000000',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      REDIS_URL: 'redis://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(status).toBe(1);
    expect(found).toMatchObject({
      disk: { state: 'failed' },
      model: { state: 'failed', detail: expect.stringContaining('no-such-model') },
      store: { state: 'failed' },
      Redis: { state: 'warning' },
      traces: { state: 'warning' },
    });
  });

  it('names every wrong setting', async () => {
    const { status, found } = await doctor({ PORT: 'http', LOG_LEVEL: 'loud' });
    expect(status).toBe(1);
    expect(found.settings).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/PORT.*LOG_LEVEL/s),
    });
  });

  it('knows which Node is too old', () => {
    expect(checkNode('22.12.0').state).toBe('failed');
    expect(checkNode('24.1.0').state).toBe('ok');
  });
});
