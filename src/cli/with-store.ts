import type { Config } from '../server/config.ts';
import type { Store } from '../store/open.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Opens the store that a server with the same environment uses, which may be running, and closes it at the end. */
export async function withStore(
  terminal: Terminal,
  use: (store: Store, config: Config) => Promise<void>,
): Promise<void> {
  const { readConfig, ConfigError } = await import('../server/config.ts');
  const { openStore } = await import('../store/open.ts');
  const { StoreError } = await import('../store/unavailable.ts');
  try {
    const config = readConfig(terminal.env, 1);
    const store = await openStore(config);
    try {
      await use(store, config);
    } finally {
      await store.close();
    }
  } catch (error) {
    const known = error instanceof ConfigError || error instanceof StoreError;
    throw known ? new UsageError(error.message, { cause: error }) : error;
  }
}
