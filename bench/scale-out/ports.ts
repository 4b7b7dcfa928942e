// Ports of this machine that nobody listens on.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/** Resolves once somebody listens there; rejects when `given` does first. */
export async function listening(port: number, givenUp: Promise<never>): Promise<void> {
  const answers = async () => {
    for (;;) {
      const socket = connect(port, '127.0.0.1');
      const there = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (there) return;
      await sleep(20);
    }
  };
  await Promise.race([answers(), givenUp]);
}
