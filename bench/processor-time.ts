// Processor time that this process and all below it have taken, from Linux's /proc: unlike a duration it says nearly the
// same on a busy machine.
import { readdir, readFile } from 'node:fs/promises';

/** Of a tick of /proc, whatever the kernel's own is. */
const TICK_MS = 10;

/** Milliseconds of user and system time so far; of processes that have ended, nothing. */
export async function processorTime(root = process.pid): Promise<number> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = (await Promise.all(names.map(readStat))).flatMap((one) => one ?? []);
  const below = Map.groupBy(all, ({ parent }) => parent);
  let ticks = 0;
  const open = all.filter(({ pid }) => pid === root);
  for (const one of open) {
    ticks += one.ticks;
    open.push(...(below.get(one.pid) ?? []));
  }
  return ticks * TICK_MS;
}

/** Fields of proc_pid_stat(5): after the name in brackets the parent is the second, the times the 12th and 13th. */
async function readStat(pid: string) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 13) return undefined;
  return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
