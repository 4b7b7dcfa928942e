// Killed in the midst of its work, again and again: every id that a client has seen is in the log, once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { benchPictures } from '../serving/pictures.ts';
import { send } from './generator.ts';
import { startTampinha } from './targets.ts';

const Answer = Type.Object({ id: Type.String() });
/** Answers after which it is killed, so that it happens at another moment each time. */
const killAfter = (time: number) => 5 + ((7 * time) % 40);
/** More than that many answers take. The connections that the kill breaks are asked again in vain until then. */
const SECONDS = 10;

export async function kill(times: number): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-kill-'));
  const [{ bytes }] = await benchPictures();
  const seen: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const target = await startTampinha({ dataDir });
    const before = seen.length;
    let killed: Promise<unknown> | undefined;
    await send({
      ...{ url: target.url, jpeg: bytes, unique: 0.5, seconds: SECONDS },
      onAnswer: (status, body) => {
        if (status === 200) seen.push(Value.Parse(Answer, JSON.parse(body)).id);
        if (seen.length - before >= killAfter(time)) killed ??= target.stop('SIGKILL');
      },
    });
    await (killed ?? target.stop('SIGKILL'));
  }
  report(times, seen, join(dataDir, 'tampinha.sqlite'));
  await rm(dataDir, { recursive: true });
}

function report(times: number, seen: readonly string[], path: string): void {
  const database = new DatabaseSync(path);
  const find = database.prepare('SELECT count(*) AS rows FROM predictions WHERE id = ?');
  const missing = seen.filter((id) => find.get(id)?.rows !== 1);
  const sound = database.prepare('PRAGMA integrity_check').get()?.integrity_check;
  database.close();
  const repeated = seen.length - new Set(seen).size;
  console.log(
    `killed ${times} times: ${seen.length} ids answered, ${missing.length} not in the log exactly once, ` +
      `${repeated} given twice; database: ${sound}`,
  );
}
