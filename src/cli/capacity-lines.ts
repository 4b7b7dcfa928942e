import { meanRate } from '../capacity/arrivals.ts';
import type { Deployment, DeploymentCost, DeploymentQuestion } from '../capacity/deployment.ts';

// A planned deployment in words, and as a row of a document's table.

/** Lines for people. */
export function describe(question: DeploymentQuestion, deployment: Deployment): string[] {
  const { replicas, spare, cores, outcome, records, costs } = deployment;
  const { latencyMs, refused, utilisation, httpUtilisation, perSecond } = outcome;
  const servers = `${replicas} of ${question.cores} cores${spare > 0 ? `, and ${spare} to spare: ${cores} cores` : ''}`;
  const lines: [string, string][] = [
    ['load', inWords(question)],
    ['servers', servers],
    ['answered', `${amount(perSecond)} a second`],
    ['within', `p50 ${whole(latencyMs.p50)} ms, p99 ${whole(latencyMs.p99)} ms`],
    ['refused', `${percent(refused.overloaded + refused.late, 2)} of the requests`],
    ['busy', `${percent(utilisation)} of the cores, ${percent(httpUtilisation)} of a thread for HTTP`],
    [
      'log',
      `${amount(records.rowsPerDay)} rows a day, ${bytes(records.bytesPerMonth)} a month (a partition)`,
    ],
    ['Redis', `${bytes(records.redisBytes)} for the answers of ${whole(question.keepSeconds / 3_600)} h`],
    ...costs.map((cost): [string, string] => ['cost', costInWords(cost)]),
  ];
  return [...lines.map(([name, text]) => `${name.padEnd(10)}${text}`), ''];
}

function inWords({ perSecond, burst, repeated }: DeploymentQuestion): string {
  const { factor, seconds, everySeconds } = burst;
  const mean = meanRate({ perSecond, burst }).toFixed(1);
  const bursts =
    factor > 1 ? `, ${factor} times as many for ${seconds} s in every ${everySeconds} (mean ${mean})` : '';
  return `${perSecond} requests a second${bursts}, ${percent(repeated)} seen before`;
}

function costInWords({ place, currency, allDay, withTheLoad }: DeploymentCost): string {
  const [most, least] = [allDay.total.toFixed(2), withTheLoad.total.toFixed(2)];
  return `${currency} ${most} a million pictures with these cores all day, ${least} with cores that follow the load (${place})`;
}

export const MARKDOWN_HEADER = [
  '| requests/s | servers × cores | busy | p50 | p99 | refused | log: rows/day | log: a month | Redis |',
  '|---|---|---|---|---|---|---|---|---|',
];

export function markdownRow(question: DeploymentQuestion, deployment: Deployment): string {
  const { replicas, spare, outcome, records } = deployment;
  const { latencyMs, refused, utilisation } = outcome;
  const cells = [
    question.perSecond,
    `${replicas}${spare > 0 ? ` + ${spare}` : ''} × ${question.cores}`,
    percent(utilisation),
    `${whole(latencyMs.p50)} ms`,
    `${whole(latencyMs.p99)} ms`,
    percent(refused.overloaded + refused.late, 2),
    amount(records.rowsPerDay),
    bytes(records.bytesPerMonth),
    bytes(records.redisBytes),
  ];
  return `| ${cells.join(' | ')} |`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** To three digits, which is as fine as any of it can be believed. */
function amount(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

function percent(value: number, digits = 0): string {
  return `${(100 * value).toFixed(digits)} %`;
}

function bytes(value: number): string {
  const [unit, size] = value >= 1e12 ? ['TB', 1e12] : value >= 1e9 ? ['GB', 1e9] : ['MB', 1e6];
  return `${Number((value / size).toPrecision(2)).toLocaleString('en')} ${unit}`;
}
