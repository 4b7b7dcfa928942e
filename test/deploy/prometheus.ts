// For tests: a real Prometheus that scrapes one server every second and evaluates the project's rules.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, Type } from 'typebox';
import { freePort } from '../../src/store/test-port.ts';
import { ALERT_FILE, checked } from './observe-files.ts';

export const prometheusIsHere = spawnSync('prometheus', ['--version']).status === 0;

const Sample = Type.Object({
  metric: Type.Record(Type.String(), Type.String()),
  /** Time and value. */
  value: Type.Tuple([Type.Number(), Type.String()]),
});
const Answer = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ result: Type.Array(Sample) }),
});
const RuleStates = Type.Object({
  data: Type.Object({
    groups: Type.Array(
      Type.Object({
        rules: Type.Array(
          Type.Object({
            name: Type.String(),
            health: Type.String(),
            lastError: Type.Optional(Type.String()),
          }),
        ),
      }),
    ),
  }),
});
export type Sample = Static<typeof Sample>;

export interface TestPrometheus {
  /** The series that a query gives now. Rejects with Prometheus's own words when it is wrong. */
  query(expr: string): Promise<Sample[]>;
  /** Of the first series that a query gives; 0 when there is none. */
  value(expr: string): Promise<number>;
  /** Every rule with its health: `ok`, `err` or, before it was evaluated, `unknown`. */
  rules(): Promise<{ readonly name: string; readonly health: string; readonly lastError?: string }[]>;
  stop(): Promise<void>;
}

export async function startPrometheus(target: string): Promise<TestPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-prometheus-'));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [ALERT_FILE],
    scrape_configs: [{ job_name: 'tampinha', static_configs: [{ targets: [target] }] }],
  };
  await writeFile(join(folder, 'prometheus.json'), JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.json')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://${address}${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text);
  };
  while (!(await ask('/-/ready').then(isThere, isReady))) {
    if (child.exitCode !== null) throw new Error('Prometheus did not start');
    await sleep(100);
  }
  const query = async (expr: string) => {
    const path = `/api/v1/query?query=${encodeURIComponent(expr)}`;
    return checked(Answer, await ask(path), path).data.result;
  };
  return {
    query,
    async value(expr) {
      const [first] = await query(expr);
      return first ? Number(first.value[1]) : 0;
    },
    async rules() {
      const { data } = checked(RuleStates, await ask('/api/v1/rules'), 'rules');
      return data.groups.flatMap(({ rules }) => rules);
    },
    async stop() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

const isThere = () => true;
/** Ready is said in plain words, which are no JSON; anything else means that it is not there yet. */
const isReady = (error: unknown) => error instanceof SyntaxError;
