import { type Static, Type } from 'typebox';

// Where traces go; the names are those of OpenTelemetry's own environment variables.

export const TRACE_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.String({
    pattern: String.raw`^(|https?://\S+)$`,
    default: '',
    description:
      'OpenTelemetry collector (OTLP over HTTP) that traces are sent to; without it there are none',
  }),
  OTEL_SERVICE_NAME: Type.String({
    minLength: 1,
    default: 'tampinha',
    description: 'The name of this server in traces',
  }),
  OTEL_TRACES_SAMPLER_ARG: Type.String({
    pattern: String.raw`^(0(\.\d+)?|1(\.0+)?)$`,
    default: '1',
    description: 'Share of the requests that are traced, 0 to 1; a caller that traces decides for its own',
  }),
};
const Shape = Type.Object(TRACE_SETTINGS);

export interface TraceConfig {
  /** Null for no traces. */
  readonly traces: {
    /** Without the path of the signal. */
    readonly endpoint: string;
    readonly service: string;
    /** 0 to 1. */
    readonly share: number;
  } | null;
}

/** From settings that fit the schema. */
export function readTraceSettings(settings: Static<typeof Shape>): TraceConfig {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: service } = settings;
  if (!endpoint) return { traces: null };
  return { traces: { endpoint, service, share: Number(settings.OTEL_TRACES_SAMPLER_ARG) } };
}
