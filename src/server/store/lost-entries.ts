import { Counter, type Registry } from 'prom-client';
import type { LogEntry } from '../../contract/prediction-list.ts';
import { keepAddress } from '../../store/client-address.ts';
import { StoreUnavailable } from '../../store/unavailable.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * What to do with an entry that the log could not take: it is counted, and goes to the server's own output, from which
 * it can be recovered.
 */
export function lostEntries(
  { config, logger }: Pick<Dependencies, 'config' | 'logger'>,
  registry: Registry,
): (entry: LogEntry, error: unknown) => void {
  const keep = keepAddress(config.clientAddress, config.clientAddressSecret);
  const lost = new Counter({
    name: 'tampinha_log_lost_total',
    help: 'Answers and refusals that the log could not take, given all the same (LOG_WHEN_DOWN=answer)',
    labelNames: ['outcome', 'reason'],
    registers: [registry],
  });
  // From the start: a counter that comes into being with its first count hides that one from `rate`.
  for (const outcome of ['answered', 'refused'])
    for (const reason of ['unavailable', 'rejected']) lost.inc({ outcome, reason }, 0);
  return (entry, error) => {
    const reason = error instanceof StoreUnavailable ? 'unavailable' : 'rejected';
    lost.inc({ outcome: entry.outcome, reason });
    const client = { ...entry.client, address: keep(entry.client.address) };
    logger?.error({ err: error, entry: { ...entry, client } }, 'The log could not take an entry');
  };
}
