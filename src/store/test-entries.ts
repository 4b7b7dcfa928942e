import type { Prediction } from '../contract/prediction.ts';
import type { LogEntry } from '../contract/prediction-list.ts';

// For tests: log entries that tell their number.

export function id(n: number): string {
  return `01936f0e-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

function line(n: number, created = `2026-11-23T00:00:${String(n % 60).padStart(2, '0')}.000Z`) {
  return {
    id: id(n),
    created,
    request_id: `request-${n}`,
    route: '/v1/predictions',
    client: { address: '127.0.0.1', key_id: null, user_agent: 'curl/8' },
  };
}

export function answered(n: number, changes: Partial<Prediction> = {}): LogEntry {
  const base = line(n, changes.created);
  const { ms = 12.5 } = changes;
  return {
    ...base,
    outcome: 'answered',
    error: null,
    prediction: {
      id: base.id,
      created: base.created,
      file: "garrafa d'água.jpg",
      verdict: 'open',
      p_open: 1 / 3,
      confidence: 0.9,
      bottles: [{ box: [1, 2.5, 30, 40], state: 'open', confidence: 0.9, p_open: 0.9, presence: 0.8 }],
      model: '0123456789ab',
      ms,
      timings: { decode: 4.25, infer: 8, total: ms },
      width: 4000,
      height: 3000,
      format: 'jpeg',
      bytes: 600_000,
      sha256: 'a'.repeat(64),
      brightness: 0.375,
      ...changes,
    },
  };
}

/** As it was written before the brightness was recorded. */
export function withoutBrightness({ prediction, ...entry }: LogEntry): LogEntry {
  if (prediction === null) return { ...entry, prediction };
  const { brightness, ...before } = prediction;
  return { ...entry, prediction: before };
}

export function refused(n: number, created?: string): LogEntry {
  const error = { code: 'BROKEN_PICTURE', file: null, bytes: 12 } as const;
  return { ...line(n, created), outcome: 'refused', error, prediction: null };
}
