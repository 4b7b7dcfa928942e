import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterEach, expect, it } from 'vitest';
import { encodePng } from '../../decode/index.ts';
import { createImage } from '../../vision/rgb-image.ts';
import { testApp } from '../test-app.ts';

// Against a collector that speaks OTLP over HTTP, as far as the test needs it.

const Attribute = Type.Object({ key: Type.String(), value: Type.Record(Type.String(), Type.Unknown()) });
const SpanMessage = Type.Object({
  traceId: Type.String(),
  spanId: Type.String(),
  parentSpanId: Type.Optional(Type.String()),
  name: Type.String(),
  startTimeUnixNano: Type.String(),
  endTimeUnixNano: Type.String(),
  attributes: Type.Array(Attribute),
});
const ExportRequest = Type.Object({
  resourceSpans: Type.Array(
    Type.Object({
      resource: Type.Object({ attributes: Type.Array(Attribute) }),
      scopeSpans: Type.Array(Type.Object({ spans: Type.Array(SpanMessage) })),
    }),
  ),
});

let collector: Server | undefined;
afterEach(() => collector?.close());

async function startCollector() {
  const received: { url: string | undefined; body: string }[] = [];
  const server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ url: request.url, body });
    reply.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  collector = server;
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { received, endpoint: `http://127.0.0.1:${address.port}` };
}

it('sends a request with its picture and what took the time, below the span of the caller', async () => {
  const { received, endpoint } = await startCollector();
  const test = await testApp({ config: { traces: { endpoint, service: 'line-7', share: 0 } } });
  // The example of the W3C recommendation; its last byte says that the caller records this trace.
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const headers = { 'content-type': 'image/png', traceparent };
  const payload = Buffer.from(await encodePng(createImage(40, 30, [250, 5, 5])));
  await test.app.inject({ method: 'POST', url: '/v1/predictions?heatmap=1', payload, headers });
  await test.app.inject({ url: '/health/ready', headers: { traceparent } });
  // Not sampled by anyone.
  await test.app.inject({ url: '/v1/model' });
  await test.close();

  expect(received.map(({ url }) => url)).toEqual(['/v1/traces']);
  const [group] = Value.Parse(ExportRequest, JSON.parse(received[0]?.body ?? '')).resourceSpans;
  expect(group?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'line-7' },
  });
  const spans = group?.scopeSpans.flatMap((scope) => scope.spans) ?? [];
  const byName = new Map(spans.map((span) => [span.name, span]));
  expect([...byName.keys()].sort()).toEqual([
    'POST /v1/predictions',
    'decode',
    'infer',
    'log',
    'predict',
    'queue',
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['4bf92f3577b34da6a3ce929d0e0e4736']));
  const request = byName.get('POST /v1/predictions');
  const predict = byName.get('predict');
  expect(request?.parentSpanId).toBe('00f067aa0ba902b7');
  expect(request?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 200 } });
  expect(request?.attributes).toContainEqual({ key: 'url.path', value: { stringValue: '/v1/predictions' } });
  expect(predict?.parentSpanId).toBe(request?.spanId);
  expect(predict?.attributes).toContainEqual({ key: 'tampinha.verdict', value: { stringValue: 'open' } });
  for (const stage of ['queue', 'decode', 'infer', 'log'])
    expect(byName.get(stage)?.parentSpanId).toBe(predict?.spanId);
  expect(Number(byName.get('decode')?.startTimeUnixNano)).toBe(Number(byName.get('queue')?.endTimeUnixNano));
});

it('leads from a line of the log to the trace', async () => {
  const { endpoint } = await startCollector();
  const sink = new PassThrough();
  let text = '';
  sink.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const traces = { endpoint, service: 'tampinha', share: 1 };
  const test = await testApp({ config: { traces }, logger: pino({ level: 'info' }, sink) });
  const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
  const reply = await test.app.inject({ url: '/v1/model', headers });
  await test.close();
  const lines = text.split('\n').flatMap((line): { msg?: string }[] => (line ? [JSON.parse(line)] : []));
  expect(lines.find(({ msg }) => msg === 'request completed')).toMatchObject({
    reqId: reply.headers['x-request-id'],
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

it('answers and ends without its collector', async () => {
  const traces = { endpoint: 'http://127.0.0.1:1', service: 'tampinha', share: 1 };
  const test = await testApp({ config: { traces } });
  const headers = { traceparent: 'no trace at all' };
  expect((await test.app.inject({ url: '/v1/model', headers })).statusCode).toBe(200);
  await test.close();
});
