import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { openStore, type Store } from '../../store/open.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../dependencies.ts';
import { PictureFolder } from '../pictures/picture-folder.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The database and the pictures beside it. */
export interface ServerStore extends Store {
  readonly pictures: PictureFolder;
}

/** The store as a server uses it: by the settings, and looked after every hour. Throws StoreError. */
export async function openServerStore(
  config: Config,
  clock: Clock,
  logger?: FastifyBaseLogger,
): Promise<ServerStore> {
  const onConnectionLost = (error: Error) =>
    logger?.warn({ reason: error.message }, 'A connection to the database broke');
  const store = await openStore({ ...config, onConnectionLost });
  const pictures = new PictureFolder({
    folder: join(config.dataDir, 'pictures'),
    limitBytes: config.keepPicturesBytes,
    minFreeBytes: config.minFreeDiskBytes,
  });
  const stopUpkeep = await keepUp(store, pictures, config.retentionDays, clock, logger);
  return {
    ...store,
    pictures,
    async close() {
      await stopUpkeep();
      await store.close();
    },
  };
}

/** At once and then every hour. A failure is told and tried again: the server works without. */
async function keepUp(
  store: Store,
  pictures: PictureFolder,
  keepDays: number | null,
  clock: Clock,
  logger?: FastifyBaseLogger,
): Promise<() => Promise<void>> {
  const keepLog = async () => {
    const { made, dropped, deleted } = await store.maintain(clock.now(), keepDays);
    if (made.length + dropped.length + deleted > 0)
      logger?.info({ made, dropped, deleted }, 'The log was looked after');
  };
  const keepPictures = async () => {
    const hours = await pictures.maintain(
      keepDays === null ? null : new Date(clock.now().getTime() - keepDays * DAY_MS),
    );
    if (hours.length > 0) logger?.info({ hours }, 'Old pictures were forgotten');
  };
  const told = (work: Promise<void>, text: string) =>
    work.catch((error: unknown) => logger?.error(error, text));
  const logKept = () => told(keepLog(), 'The log could not be looked after');
  const picturesKept = () => told(keepPictures(), 'Old pictures remain');
  await logKept();
  // There may be very many of them, and nobody's answer waits for their number.
  let running: Promise<unknown> = picturesKept();
  const timer = setInterval(() => {
    running = running.then(logKept).then(picturesKept);
  }, HOUR_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
