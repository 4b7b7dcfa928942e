// Requests with pictures, on autocannon: as many as the server takes, or so many a second whatever it takes.
import autocannon from 'autocannon';
import { uniqueCopy } from '../serving/pictures.ts';

export interface Load {
  readonly url: string;
  readonly jpeg: Uint8Array;
  /** Share of the requests whose picture nobody has sent before, 0 to 1. */
  readonly unique: number;
  readonly seconds: number;
  /** Requests a second, by the clock and not by the answers. Without it each connection asks again when answered. */
  readonly rate?: number;
  readonly connections?: number;
  /** Sees every answer. */
  readonly onAnswer?: (status: number, body: string, headers: Record<string, string>) => void;
}

export interface Outcome {
  readonly seconds: number;
  readonly answered: number;
  /** Of those answered, a second. */
  readonly perSecond: number;
  readonly statuses: Readonly<Record<number, number>>;
  /** Connections that broke and answers that did not come. */
  readonly errors: number;
  /** Milliseconds of those answered with 200, from the moment at which they should have been sent. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
}

let copies = 0;

export async function send(load: Load): Promise<Outcome> {
  const { url, jpeg, unique, seconds, rate, connections = 8, onAnswer } = load;
  const statuses: Record<number, number> = {};
  let turn = 0;
  const result = await autocannon({
    url: `${url}/v1/predictions`,
    connections: rate ?? connections,
    ...(rate && { overallRate: rate }),
    duration: seconds,
    timeout: 60,
    excludeErrorStats: true,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: Buffer.from(jpeg),
        setupRequest: (request) => {
          turn += unique;
          if (turn < 1) return request;
          turn -= 1;
          copies += 1;
          return { ...request, body: Buffer.from(uniqueCopy(jpeg, copies)) };
        },
        onResponse: (status, body, _context, headers) => {
          statuses[status] = (statuses[status] ?? 0) + 1;
          onAnswer?.(status, body, headers as Record<string, string>);
        },
      },
    ],
  });
  const answered = statuses[200] ?? 0;
  const { p50, p99, max } = result.latency;
  return {
    seconds: result.duration,
    answered,
    perSecond: answered / result.duration,
    statuses,
    errors: result.errors + result.timeouts,
    latency: { p50, p99, max },
  };
}
