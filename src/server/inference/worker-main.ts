// A process that looks at pictures for the server: one at a time, with one model, on one core. Whatever a picture does
// to the decoder or the engine happens here, where it can be ended.
//
//     node worker-main.ts MODEL_FOLDER      (with a socket as file descriptor 3)
import { Socket } from 'node:net';
import process from 'node:process';
import { DecodeError } from '../../decode/decode-error.ts';
import { ArtefactError, checkGolden, loadArtefact } from '../../engine/artefact.ts';
import { letHeapGrow } from '../heap-growth.ts';
import { systemClock } from '../system.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { Inference } from './inference.ts';
import { inProcess } from './look.ts';
import { MESSAGE_BYTES, type Report, tasks } from './messages.ts';

const [folder = ''] = process.argv.slice(2);
const server = new Socket({ fd: 3 });

// Ctrl-C and a service manager signal the whole group; the server decides when its work is done.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
// No server, no work: also when it was killed.
for (const event of ['end', 'error', 'close']) server.once(event, () => process.exit());

await serve();

async function serve(): Promise<void> {
  try {
    const inference = await load();
    letHeapGrow();
    readFrames(server, MESSAGE_BYTES.task, async (head, bytes) =>
      report(await answer(inference, head, bytes)),
    );
    report({ kind: 'ready', card: inference.card, memory: memory() });
  } catch (error) {
    report({ kind: 'unfit', reason: error instanceof ArtefactError ? error.message : textOf(error) });
    server.end();
  }
}

/** The golden pictures are also the warm-up: nobody's first picture waits for lazy initialisation. */
async function load(): Promise<Inference> {
  const classifier = await loadArtefact(folder, { threads: 1 });
  await checkGolden(folder, classifier);
  return inProcess(classifier, systemClock);
}

async function answer(inference: Inference, head: unknown, bytes: Uint8Array): Promise<Report> {
  try {
    const { heatmap } = tasks.Parse(head);
    const sighting = await inference.look({ bytes, sha256: '' }, { heatmap });
    return { kind: 'seen', sighting, memory: memory() };
  } catch (error) {
    if (error instanceof DecodeError)
      return { kind: 'refused', code: error.code, values: { ...error.values }, memory: memory() };
    return { kind: 'failed', reason: textOf(error), memory: memory() };
  }
}

function report(message: Report): void {
  writeFrame(server, message);
}

function memory(): number {
  return process.memoryUsage.rss();
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
