// For tests: a process that counts on a Redis, as often as it is told, and prints how often it was within the limit.
import process from 'node:process';
import { connectShared } from '../redis/shared.ts';
import { systemClock } from '../system.ts';
import { sharedCounters } from './counters.ts';

const [url = '', name = '', times = '0', limit = '0'] = process.argv.slice(2);
let connected = () => {};
const ready = new Promise<void>((resolve) => {
  connected = resolve;
});
const onChange = (there: boolean) => there && connected();
const shared = connectShared({ url, clock: systemClock, onChange, patienceMs: 30_000 });
await ready;
const counters = sharedCounters(shared, systemClock);
const counts = await Promise.all(Array.from({ length: Number(times) }, () => counters.add(name, 60_000)));
process.stdout.write(String(counts.filter(({ count }) => count <= Number(limit)).length));
shared.close();
