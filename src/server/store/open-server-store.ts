import type { FastifyBaseLogger } from 'fastify';
import type { LogEntry } from '../../contract/prediction-list.ts';
import { keepAddress } from '../../store/client-address.ts';
import { openStore, type Store } from '../../store/open.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../dependencies.ts';
import { forgivingLog } from './forgiving-log.ts';

const HOUR_MS = 3_600_000;

/** The store as a server uses it: by the settings, and looked after every hour. Throws StoreError. */
export async function openServerStore(
  config: Config,
  clock: Clock,
  logger?: FastifyBaseLogger,
): Promise<Store> {
  const onConnectionLost = (error: Error) =>
    logger?.warn({ reason: error.message }, 'A connection to the database broke');
  const store = await openStore({ ...config, onConnectionLost });
  const stopUpkeep = await keepUp(store, config.retentionDays, clock, logger);
  return {
    ...store,
    log: config.logWhenDown === 'answer' ? forgivingLog(store.log, lostEntries(config, logger)) : store.log,
    async close() {
      await stopUpkeep();
      await store.close();
    },
  };
}

/** At once and then every hour. A failure is told and tried again: the store works without. */
async function keepUp(
  store: Store,
  keepDays: number | null,
  clock: Clock,
  logger?: FastifyBaseLogger,
): Promise<() => Promise<void>> {
  const once = async () => {
    try {
      const { made, dropped, deleted } = await store.maintain(clock.now(), keepDays);
      if (made.length + dropped.length + deleted > 0) {
        logger?.info({ made, dropped, deleted }, 'The log was looked after');
      }
    } catch (error) {
      logger?.error(error, 'The log could not be looked after');
    }
  };
  await once();
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(once);
  }, HOUR_MS);
  return () => {
    clearInterval(timer);
    return running;
  };
}

/** The entry itself goes to the server's own output, from which it can be recovered. */
function lostEntries({ clientAddress, clientAddressSecret }: Config, logger?: FastifyBaseLogger) {
  const keep = keepAddress(clientAddress, clientAddressSecret);
  return (entry: LogEntry, error: unknown) => {
    const client = { ...entry.client, address: keep(entry.client.address) };
    logger?.error({ err: error, entry: { ...entry, client } }, 'The log could not take an entry');
  };
}
