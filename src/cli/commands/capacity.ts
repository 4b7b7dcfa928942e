import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { BALANCERS, type Balancer } from '../../capacity/balancer.ts';
import type { Deployment, DeploymentQuestion } from '../../capacity/deployment.ts';
import { MEASURED } from '../../capacity/measured.ts';
import type { Prices } from '../../capacity/prices.ts';
import {
  atLeastOne,
  notNegative,
  positiveInteger,
  positiveNumber,
  share,
  shareAboveZero,
  wholeNumber,
} from '../arguments.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly rate: readonly number[];
  readonly burst: number;
  readonly burstSeconds: number;
  readonly burstEvery: number;
  readonly repeated: number;
  readonly dayShare: number;
  readonly pictureMs: number;
  readonly repeatedMs: number;
  readonly spread: number;
  readonly delayMs: number;
  readonly cores: number;
  readonly processes?: number;
  readonly queueLength: number;
  readonly deadlineMs: number;
  readonly balancer: Balancer;
  readonly p99: number;
  readonly refused: number;
  readonly replicas?: number;
  readonly spare: number;
  readonly rowBytes: number;
  readonly answerBytes: number;
  readonly keepSeconds: number;
  readonly prices?: string;
  readonly gibPerCore: number;
  readonly seed: number;
  readonly format: 'text' | 'markdown' | 'jsonl';
}

export function capacityCommand(terminal: Terminal): Command {
  return new Command('capacity')
    .description('say how many servers a load needs, how long answers take and what they cost, by simulation')
    .requiredOption('--rate <list>', 'requests a second at the busiest time; several with commas', readRates)
    .option('--burst <factor>', 'how many times as much comes in a burst', atLeastOne, 1)
    .option('--burst-seconds <s>', 'how long a burst is', positiveNumber, 10)
    .option('--burst-every <s>', 'from one burst to the next', positiveNumber, 60)
    .option('--repeated <share>', 'of the pictures that have been seen before, 0 to 1', share, 0)
    .option('--day-share <share>', 'the mean of the day by its busiest time', shareAboveZero, 0.5)
    .option('--picture-ms <ms>', 'processor time of a new picture', positiveNumber, MEASURED.pictureCpuMs)
    .option('--repeated-ms <ms>', 'processor time of a repeated one', positiveNumber, MEASURED.repeatedCpuMs)
    .option('--spread <cv>', 'standard deviation of these by their mean', notNegative, MEASURED.spread)
    .option('--delay-ms <ms>', 'what every answer waits for without a core', notNegative, MEASURED.delayMs)
    .option('--cores <n>', 'of a server', positiveNumber, 4)
    .option('--processes <n>', 'of a server that look at pictures (default: its cores)', positiveInteger)
    .option('--queue-length <n>', 'QUEUE_LENGTH of a server', positiveInteger, 256)
    .option('--deadline-ms <ms>', 'REQUEST_DEADLINE_MS of a server', positiveNumber, 10_000)
    .addOption(
      new Option('--balancer <how>', 'who gets the next request')
        .choices(BALANCERS)
        .default('least-connections'),
    )
    .option('--p99 <ms>', '99 of a hundred answers are to come within', positiveNumber, 1_000)
    .option('--refused <share>', 'of the requests that may be refused', share, 0.001)
    .option('--replicas <n>', 'ask what so many servers do, instead of how many are needed', positiveInteger)
    .option('--spare <n>', 'servers beyond those needed: for a loss, for a roll-out', wholeNumber, 1)
    .option('--row-bytes <n>', 'of a row of the log with its indexes', positiveNumber, MEASURED.rowBytes)
    .option('--answer-bytes <n>', 'of an answer in Redis', positiveNumber, MEASURED.answerBytes)
    .option('--keep-seconds <s>', 'CACHE_TTL_SECONDS', positiveNumber, 86_400)
    .option('--prices <file>', 'a price list (deploy/cloud): the cost of a million pictures too')
    .option('--gib-per-core <n>', 'memory that is paid for with a core', positiveNumber, 2)
    .option('--seed <n>', 'of the simulation', positiveInteger, 1)
    .addOption(
      new Option('--format <format>', 'for people, for a document or for programs')
        .choices(['text', 'markdown', 'jsonl'])
        .default('text'),
    )
    .action((options: Options) => capacity(options, terminal));
}

async function capacity(options: Options, { stdout }: Terminal): Promise<void> {
  const { planDeployment } = await import('../../capacity/deployment.ts');
  const { Unreachable } = await import('../../capacity/plan.ts');
  const { describe, MARKDOWN_HEADER, markdownRow } = await import('../capacity-lines.ts');
  const prices = options.prices ? await readPriceLists(options.prices) : [];
  if (options.repeatedMs > options.pictureMs)
    throw new UsageError('a repeated picture cannot cost more than a new one');
  if (options.burstSeconds > options.burstEvery)
    throw new UsageError('a burst cannot be longer than from one to the next');
  if (options.format === 'markdown') for (const line of MARKDOWN_HEADER) await writeLine(stdout, line);
  for (const rate of options.rate) {
    const question = toQuestion(rate, options, prices);
    let deployment: Deployment;
    try {
      deployment = planDeployment(question);
    } catch (error) {
      throw error instanceof Unreachable ? new UsageError(error.message, { cause: error }) : error;
    }
    if (options.format === 'markdown') await writeLine(stdout, markdownRow(question, deployment));
    else if (options.format === 'jsonl') await writeLine(stdout, JSON.stringify({ question, ...deployment }));
    else for (const line of describe(question, deployment)) await writeLine(stdout, line);
  }
}

function toQuestion(perSecond: number, options: Options, prices: readonly Prices[]): DeploymentQuestion {
  const { repeated, dayShare, spread, delayMs, cores, queueLength, deadlineMs, balancer } = options;
  const { spare, rowBytes, answerBytes, keepSeconds, gibPerCore, seed } = options;
  return {
    ...{ perSecond, repeated, dayShare, prices, gibPerCore, seed },
    burst: { factor: options.burst, seconds: options.burstSeconds, everySeconds: options.burstEvery },
    ...{ pictureCpuMs: options.pictureMs, repeatedCpuMs: options.repeatedMs, spread, delayMs },
    ...{ cores, processes: options.processes ?? Math.max(1, Math.floor(cores)) },
    ...{ queueLength, deadlineMs, balancer, spare, replicas: options.replicas ?? null },
    goal: { p99Ms: options.p99, refused: options.refused },
    ...{ rowBytes, answerBytes, keepSeconds },
  };
}

async function readPriceLists(file: string): Promise<Prices[]> {
  const { readPrices } = await import('../../capacity/prices.ts');
  try {
    return readPrices(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function readRates(text: string): number[] {
  return text.split(',').map((item) => positiveNumber(item.trim()));
}
