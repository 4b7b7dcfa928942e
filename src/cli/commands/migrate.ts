import { Command } from 'commander';
import { type Terminal, writeLine } from '../terminal.ts';
import { withStore } from '../with-store.ts';

export function migrateCommand(terminal: Terminal): Command {
  return new Command('migrate')
    .description('bring the database up to date before servers of a new version start')
    .action(() =>
      // Opening is what migrates. Upkeep too, so that the first row of a month finds its partition; nothing is deleted.
      withStore(terminal, async (store, { databaseUrl, dataDir }) => {
        await store.maintain(terminal.now(), null);
        const where = databaseUrl ? `at ${new URL(databaseUrl).host}` : `in ${dataDir}`;
        await writeLine(terminal.stdout, `The database ${where} is up to date`);
      }),
    );
}
