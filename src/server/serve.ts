import { availableParallelism } from 'node:os';
import process from 'node:process';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { readConfig } from './config.ts';
import { startServer } from './start-server.ts';

/** An orchestrator kills after thirty seconds; what has not been answered by then is given up in order. */
const SHUTDOWN_MS = 25_000;

/**
 * Serves until SIGTERM or SIGINT, then finishes what was accepted. Rejects when it cannot start: ConfigError for
 * wrong settings, ArtefactError for an unsound model.
 */
export async function serve(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const config = readConfig(environment, availableParallelism());
  const logger = createLogger(config.logLevel);
  const server = await startServer(config, logger);
  logger.info(`Tampinha answers at ${server.url.replace('127.0.0.1', 'localhost')}`);
  const signal = await firstSignal();
  logger.info(`${signal}: finishing what was accepted`);
  const patience = setTimeout(() => {
    logger.error(`Not finished after ${SHUTDOWN_MS} ms`);
    process.exit(1);
  }, SHUTDOWN_MS);
  await server.close();
  clearTimeout(patience);
}

function createLogger(level: string): Logger {
  const options = {
    level,
    // No header is logged today; whoever logs one tomorrow must not leak these.
    redact: ['authorization', 'cookie', 'x-api-key'].flatMap((name) => [
      `headers["${name}"]`,
      `*.headers["${name}"]`,
    ]),
  };
  const forPeople = { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' };
  return process.stdout.isTTY ? pino(options, pretty(forPeople)) : pino(options);
}

function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => resolve(signal));
  });
}
