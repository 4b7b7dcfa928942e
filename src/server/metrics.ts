import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ERROR_CODES } from '../contract/errors.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What can be measured from outside, in the Prometheus sense. One per application, so tests do not share counts. */
export function createMetrics(queue: { readonly waiting: number; readonly running: number }) {
  const registers = [new Registry()] satisfies [Registry];
  const [registry] = registers;
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'tampinha_queue_waiting',
    help: 'Pictures waiting for a core',
    registers,
    collect() {
      this.set(queue.waiting);
    },
  });
  new Gauge({
    name: 'tampinha_queue_running',
    help: 'Pictures being decoded or classified',
    registers,
    collect() {
      this.set(queue.running);
    },
  });
  return {
    registry,
    requests: new Histogram({
      name: 'tampinha_http_request_seconds',
      help: 'Requests by route and status, from the first byte to the last of the answer',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
    stages: new Histogram({
      name: 'tampinha_stage_seconds',
      help: 'Where the time of a prediction goes',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers,
    }),
    verdicts: new Counter({
      name: 'tampinha_predictions_total',
      help: 'Predictions by verdict and model',
      labelNames: ['verdict', 'model'],
      registers,
    }),
    confidence: new Histogram({
      name: 'tampinha_confidence',
      help: 'Confidence in the verdict',
      buckets: [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
      registers,
    }),
    batches: new Histogram({
      name: 'tampinha_request_pictures',
      help: 'Pictures of one request',
      labelNames: ['route'],
      buckets: [1, 2, 4, 8, 16, 50, 100, 200],
      registers,
    }),
    brightness: new Histogram({
      name: 'tampinha_brightness',
      help: 'Mean luma of the pictures answered, 0 black to 1 white',
      buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
      registers,
    }),
    refusals: countRefusals(registers),
  };
}

/** Every code from the start: a counter that comes into being with its first count hides that one from `rate`. */
function countRefusals(registers: [Registry]) {
  const refusals = new Counter({
    name: 'tampinha_refusals_total',
    help: 'Refusals by code of the error table',
    labelNames: ['code'],
    registers,
  });
  for (const code of ERROR_CODES) refusals.inc({ code }, 0);
  return refusals;
}

export type Metrics = ReturnType<typeof createMetrics>;
