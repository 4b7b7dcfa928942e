import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { FastifyInstance } from 'fastify';
import type { Prediction } from '../../contract/prediction.ts';
import type { Clock } from '../dependencies.ts';
import { failureOf } from '../failure.ts';
import type { Predictor } from '../predictor.ts';
import type { TraceConfig } from './settings.ts';

// A span for each request and each picture, and below a picture one for each thing that took its time. Names and
// attributes of requests are OpenTelemetry's semantic conventions for HTTP.

export interface Traces {
  /** Traces the requests of an application, and sends what is left when it closes. */
  attach(app: FastifyInstance): void;
  /** Traces the pictures of a predictor. */
  around(predictor: Predictor): Predictor;
}

/** Sends to the collector of the settings. */
export function createTraces(
  traces: NonNullable<TraceConfig['traces']>,
  version: string,
  clock: Clock,
): Traces {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': traces.service, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(traces.share) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${traces.endpoint.replace(/\/$/, '')}/v1/traces` }),
      }),
    ],
  });
  const tracer = provider.getTracer('tampinha', version);
  /** Of the requests that are being answered, by request id. */
  const requests = new Map<string, Span>();
  return {
    attach: (app) => {
      traceRequests(app, tracer, requests);
      // A collector that is not there must not keep the server from ending.
      app.addHook('onClose', () => provider.shutdown().catch(() => {}));
    },
    around: (predictor) => tracedPredictor(predictor, tracer, requests, clock),
  };
}

function traceRequests(app: FastifyInstance, tracer: Tracer, requests: Map<string, Span>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { method, id, routeOptions } = request;
    // Those who ask every few seconds whether the server is there would be most of the traces.
    if (routeOptions.logLevel === 'warn') return;
    const route = routeOptions.url ?? 'unknown';
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      'url.path': request.url.split('?')[0] ?? '',
      'tampinha.request_id': id,
    };
    const caller = callerContext(request.headers.traceparent);
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller);
    requests.set(id, span);
    // What handlers write and the line at the end lead to the trace, and back.
    const { traceId, spanId } = span.spanContext();
    request.log = request.log.child({ trace_id: traceId, span_id: spanId });
    reply.log = request.log;
  });
  app.addHook('onResponse', async ({ id }, { statusCode }) => {
    const span = requests.get(id);
    requests.delete(id);
    span?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
}

/** The caller's own span, by the W3C's Trace Context; a header that is none is passed over. */
function callerContext(header: string | string[] | undefined): Context {
  const [, traceId = '', spanId = '', flags = ''] =
    /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/.exec(String(header)) ?? [];
  const caller = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(caller) ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
}

function tracedPredictor(
  predictor: Predictor,
  tracer: Tracer,
  requests: ReadonlyMap<string, Span>,
  clock: Clock,
): Predictor {
  return {
    ...predictor,
    async predict(picture, asker, options) {
      const parent = requests.get(asker.requestId);
      const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
      const begun = clock.now().getTime();
      const before = clock.elapsed();
      const span = tracer.startSpan('predict', { startTime: begun }, context);
      span.setAttribute('tampinha.picture.bytes', picture.bytes.length);
      try {
        const prediction = await predictor.predict(picture, asker, options);
        describe(span, prediction);
        addStages(tracer, trace.setSpan(context, span), prediction, begun, clock.elapsed() - before);
        return prediction;
      } catch (error) {
        span.setAttribute('tampinha.refusal', failureOf(error).code);
        throw error;
      } finally {
        span.end(begun + clock.elapsed() - before);
      }
    },
  };
}

function describe(span: Span, { verdict, confidence, model, cached = false }: Prediction): void {
  span.setAttributes({
    'tampinha.verdict': verdict,
    'tampinha.confidence': confidence,
    'tampinha.model': model,
    'tampinha.cached': cached,
  });
}

/** What the answer says of its time, laid end to end; what came after it was the log. */
function addStages(
  tracer: Tracer,
  context: Context,
  { timings: { decode, infer, total } }: Prediction,
  begun: number,
  elapsed: number,
): void {
  const stages = { queue: total - decode - infer, decode, infer, log: elapsed - total };
  let at = begun;
  for (const [name, milliseconds] of Object.entries(stages)) {
    const span = tracer.startSpan(name, { startTime: at }, context);
    at += Math.max(0, milliseconds);
    span.end(at);
  }
}
