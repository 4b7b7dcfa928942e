// What three servers behind the proxy are asked to show. Every figure comes from the servers, the proxy's log or the
// database, none from what was meant to happen.
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { uniqueCopy } from '../serving/pictures.ts';
import type { Replica, Stand } from './stand.ts';

const Answered = Type.Object({ id: Type.String(), model: Type.String() });
const LogLine = Type.Object({ servers: Type.String() });

/** A number that no other run of this process has used, so that its pictures are new. */
let used = 1_000_000;
export function freshCopy(jpeg: Uint8Array): Uint8Array {
  used += 1;
  return uniqueCopy(jpeg, used);
}

/** The sum of a metric's samples in one server whose labels contain `labels`, such as `source="redis"`. */
export async function metricOf(replica: Replica, key: string, name: string, labels = ''): Promise<number> {
  const answer = await fetch(`${replica.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) throw new Error(`${replica.name} answers ${answer.status} to /metrics`);
  const samples = (await answer.text())
    .split('\n')
    .filter((line) => new RegExp(`^${name}[{ ]`).test(line) && line.includes(labels));
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** How many predictions each server has made so far. */
export async function spread(stand: Stand): Promise<Record<string, number>> {
  const counts = stand.replicas.map(async (replica) => {
    const made = await metricOf(replica, stand.metricsKey, 'tampinha_predictions_total');
    return [replica.name, made] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

export interface CacheFigures {
  /** Looks at the picture, all servers together. */
  readonly computed: number;
  /** Answers that a server found in Redis. */
  readonly fromRedis: number;
  /** Answers that a server had itself. */
  readonly fromMemory: number;
}

/** One picture that nobody has seen, asked of the proxy so often, one time after the other. */
export async function sharedCache(
  stand: Stand,
  key: string,
  jpeg: Uint8Array,
  times: number,
): Promise<CacheFigures> {
  const figures = async () => {
    const sum = async (source: string) => {
      const counts = stand.replicas.map((replica) =>
        metricOf(replica, stand.metricsKey, 'tampinha_cache_answers_total', `source="${source}"`),
      );
      return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
    };
    return {
      computed: await sum('computed'),
      fromRedis: await sum('redis'),
      fromMemory: await sum('memory'),
    };
  };
  const before = await figures();
  const picture = freshCopy(jpeg);
  for (let time = 0; time < times; time += 1) await askOnce(stand, key, picture);
  const after = await figures();
  return {
    computed: after.computed - before.computed,
    fromRedis: after.fromRedis - before.fromRedis,
    fromMemory: after.fromMemory - before.fromMemory,
  };
}

/** Statuses of so many requests, one after the other, with a key that allows `limit` a minute. */
export async function sharedLimit(
  stand: Stand,
  jpeg: Uint8Array,
  limit: number,
  requests: number,
): Promise<Record<string, number>> {
  const key = await stand.createKey({ name: 'limited', scopes: ['predict'], perMinute: limit });
  const statuses: string[] = [];
  for (let time = 0; time < requests; time += 1)
    statuses.push(String((await askOnce(stand, key, jpeg)).status));
  return count(statuses);
}

function askOnce({ client }: Stand, key: string, body: Uint8Array) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
  return client.ask({ path: '/v1/predictions', headers, body });
}

/** A request, whatever became of it. */
interface Asked {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** Clients that ask about one new picture after the other until they are told to stop. */
function asking(stand: Stand, key: string, jpeg: Uint8Array, clients: number) {
  let going = true;
  const asked: Asked[] = [];
  const working = Array.from({ length: clients }, async () => {
    while (going) {
      const begun = performance.now();
      const answer = await askOnce(stand, key, freshCopy(jpeg)).catch((error: Error) => ({
        ...{ status: 0, body: error.message },
      }));
      asked.push({ status: answer.status, body: answer.body, ms: performance.now() - begun });
    }
  });
  return {
    /** Whether a model has answered yet. */
    answeredBy: (model: string) => asked.some(({ body }) => body.includes(`"model":"${model}"`)),
    async stop(): Promise<readonly Asked[]> {
      going = false;
      await Promise.all(working);
      return asked;
    },
  };
}

export interface Disturbed {
  /** Requests by status; 0 is none at all. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What was said instead of an answer. */
  readonly failures: readonly string[];
  /** Milliseconds of those answered, sorted. */
  readonly times: readonly number[];
  /** Requests that the proxy sent to a second server, unseen by the client. */
  readonly triedAgain: number;
  /** Answers by the model that gave them. */
  readonly models: Readonly<Record<string, number>>;
  /** Answered ids that are not in the log exactly once. */
  readonly notOnceInLog: number;
  /** Seconds after the start at which something was done, and what. */
  readonly events: readonly (readonly [seconds: number, what: string])[];
}

/**
 * New pictures all the time, while one server is killed and started again, and then another is replaced by one with
 * another model, as upgrade.sh does. `pauseSeconds` lie between.
 */
export async function disturbed(
  stand: Stand,
  key: string,
  jpeg: Uint8Array,
  { clients, pauseSeconds }: { readonly clients: number; readonly pauseSeconds: number },
): Promise<Disturbed> {
  const linesBefore = (await stand.proxy.log()).length;
  const stream = asking(stand, key, jpeg, clients);
  const events = await disturb(stand, pauseSeconds, stream.answeredBy);
  const asked = await stream.stop();
  const answers = asked
    .filter(({ status }) => status === 200)
    .map(({ body, ms }) => ({ ...Value.Parse(Answered, JSON.parse(body)), ms }));
  const lines = (await stand.proxy.log())
    .slice(linesBefore)
    .map((line) => Value.Parse(LogLine, JSON.parse(line)));
  return {
    statuses: count(asked.map(({ status }) => String(status))),
    failures: asked.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body}`),
    times: answers.map(({ ms }) => ms).sort((a, b) => a - b),
    triedAgain: lines.filter(({ servers }) => servers.includes(',')).length,
    models: count(answers.map(({ model }) => model)),
    notOnceInLog: await notOnce(
      stand,
      answers.map(({ id }) => id),
    ),
    events,
  };
}

async function disturb(
  { replicas, nextModel }: Stand,
  pauseSeconds: number,
  answeredBy: (model: string) => boolean,
): Promise<Disturbed['events']> {
  const [, victim, replaced] = replicas;
  if (!victim || !replaced) throw new Error('There must be three servers');
  const events: [number, string][] = [];
  const begun = performance.now();
  const then = async (what: string, doing: () => Promise<void>) => {
    await doing();
    events.push([(performance.now() - begun) / 1_000, what]);
  };
  const pause = () => sleep(1_000 * pauseSeconds);
  await pause();
  await then(`${victim.name} killed (SIGKILL)`, () => victim.stop('SIGKILL'));
  await pause();
  await then(`${victim.name} back`, () => victim.start());
  await pause();
  await then(`${replaced.name} ended (SIGTERM)`, () => replaced.stop('SIGTERM'));
  await then(`${replaced.name} back with model ${nextModel}`, () => replaced.start({ MODEL: 'next' }));
  // The proxy tries it again some seconds after it was last not there.
  await then('first answer of that model', async () => {
    while (!answeredBy(nextModel)) await sleep(100);
  });
  await pause();
  return events;
}

async function notOnce({ postgres, databaseUrl }: Stand, ids: readonly string[]): Promise<number> {
  const rows = await postgres.query<{ id: string; rows: string }>(
    databaseUrl,
    `select id::text, count(*) as rows from predictions group by id`,
  );
  const inLog = new Map(rows.map(({ id, rows: times }) => [id, Number(times)]));
  return ids.filter((id) => inLog.get(id) !== 1).length;
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
