// What it costs to hand a picture to another process: Node's own channel (structured clones) beside frames on a socket.
//
//     node bench/serving/channel.ts [--messages 200]
import { fork, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { parseArgs } from 'node:util';
import { readFrames, writeFrame } from '../../src/server/inference/frames.ts';

const SELF = import.meta.filename;
const SIZES = [100_000, 600_000];
const { values } = parseArgs({
  options: { messages: { type: 'string', default: '200' }, answer: { type: 'string' } },
});

/** Sends bytes and resolves when the other process has said that it has them. */
type Send = (bytes: Uint8Array) => Promise<void>;

function ownChannel(): [Send, end: () => void] {
  const child = fork(SELF, ['--answer', 'channel'], { serialization: 'advanced' });
  const send: Send = (bytes) =>
    new Promise((resolve) => {
      child.once('message', () => resolve());
      child.send(bytes);
    });
  return [send, () => child.disconnect()];
}

function frames(): [Send, end: () => void] {
  const child = spawn(process.execPath, [SELF, '--answer', 'frames'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const socket = child.stdio[3];
  if (!(socket instanceof Duplex)) throw new Error('no socket');
  let received = () => {};
  readFrames(socket, 1_000, () => received());
  const send: Send = (bytes) =>
    new Promise((resolve) => {
      received = resolve;
      writeFrame(socket, {}, bytes);
    });
  return [send, () => socket.end()];
}

async function measure(send: Send, bytes: Uint8Array): Promise<number> {
  for (let i = 0; i < 20; i += 1) await send(bytes);
  const before = process.cpuUsage();
  for (let i = 0; i < Number(values.messages); i += 1) await send(bytes);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / Number(values.messages);
}

if (values.answer === 'channel') process.on('message', () => process.send?.('got it'));
else if (values.answer === 'frames') {
  const socket = new Socket({ fd: 3 });
  readFrames(socket, 1_000_000, () => writeFrame(socket, {}));
} else
  for (const [name, [send, end]] of Object.entries({ 'own channel': ownChannel(), frames: frames() })) {
    for (const size of SIZES) {
      const cpuMs = await measure(send, new Uint8Array(size));
      console.log(`${name}, ${size} bytes: ${cpuMs.toFixed(3)} CPU ms in the sending process`);
    }
    end();
  }
