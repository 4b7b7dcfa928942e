import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once somebody listens there; rejects when `givenUp` does first. */
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
