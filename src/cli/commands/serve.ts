import { flushCompileCache } from 'node:module';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import type { Logger } from 'pino';
import { type Terminal, UsageError } from '../terminal.ts';

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('serve the API and the page; settings come from the environment')
    .action(() => serve(terminal));
}

async function serve(terminal: Terminal): Promise<void> {
  const { readConfig } = await import('../../server/config.ts');
  const { startServer } = await import('../../server/start-server.ts');
  try {
    const config = readConfig(terminal.env, availableParallelism());
    const server = await startServer(config, await openLogger(config.logLevel, terminal));
    terminal.stderr.write(`Tampinha answers at ${server.url}\n`);
    // Otherwise written at the end, which a server that is killed does not have.
    flushCompileCache();
    await terminal.stopAsked();
    await server.close();
  } catch (error) {
    throw await explained(error);
  }
}

/** A wrong setting, a model that is not there, a port that is taken: said in a line, without a stack. */
async function explained(error: unknown): Promise<unknown> {
  const { ConfigError } = await import('../../server/config.ts');
  const { ModelUnfit } = await import('../../server/inference/worker.ts');
  const { StoreError } = await import('../../store/unavailable.ts');
  const known =
    error instanceof ConfigError ||
    error instanceof ModelUnfit ||
    error instanceof StoreError ||
    (error instanceof Error && 'syscall' in error);
  return known ? new UsageError(error.message, { cause: error }) : error;
}

/** Lines for people on a terminal, JSON for whatever collects a pipe. */
async function openLogger(level: string, { stdout }: Terminal): Promise<Logger> {
  const { pino } = await import('pino');
  const { loggerOptions } = await import('../../server/security/log-options.ts');
  const options = loggerOptions(level);
  if (!stdout.isTTY) return pino(options, stdout);
  const { PinoPretty } = await import('pino-pretty');
  return pino(options, PinoPretty({ destination: stdout, ignore: 'pid,hostname', singleLine: true }));
}
