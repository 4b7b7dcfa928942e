// What an answer from the cache costs the server's own thread, and so how many of them one server process can give.
//
//     node bench/serving/own-thread.ts [--requests 2000]
//
// The client is in another thread and not counted; nothing is looked at, but everything else is as in the server.
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { testApp } from '../../src/server/test-app.ts';
import { benchPictures } from './pictures.ts';

const CONNECTIONS = 16;
const { values } = parseArgs({ options: { requests: { type: 'string', default: '2000' } } });

/** The client's thread: sends the same picture so many times. */
async function ask({ url, bytes, requests }: { url: string; bytes: Uint8Array; requests: number }) {
  const headers = { 'content-type': 'image/jpeg' };
  const body = Uint8Array.from(bytes);
  let left = requests;
  const connection = async () => {
    for (; left > 0; ) {
      left -= 1;
      const reply = await fetch(`${url}/v1/predictions`, { method: 'POST', body, headers });
      if (reply.status !== 200) throw new Error(await reply.text());
      await reply.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  parentPort?.postMessage('done');
}

function client(url: string, bytes: Uint8Array, requests: number): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { url, bytes, requests } });
  return new Promise((resolve, reject) => worker.once('message', () => resolve()).once('error', reject));
}

async function main(): Promise<void> {
  const test = await testApp({ config: { cacheBytes: 64_000_000, rateLimitPerMinute: 0 } });
  const [{ name, bytes }] = await benchPictures();
  const [url, requests] = [await test.url(), Number(values.requests)];
  await client(url, bytes, requests / 4);
  const before = process.threadCpuUsage();
  await client(url, bytes, requests);
  const { user, system } = process.threadCpuUsage(before);
  const cpuMs = (user + system) / 1_000 / requests;
  console.log(
    `${name}, from the cache: ${cpuMs.toFixed(2)} CPU ms of the server's thread, ${(1_000 / cpuMs).toFixed(0)} a second at most`,
  );
  await test.close();
}

await (isMainThread ? main() : ask(workerData));
