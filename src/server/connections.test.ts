import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type TestApp, type TestAppOptions, testApp } from './test-app.ts';

// What becomes of requests that no route ever sees, in the metrics and elsewhere.

let running: TestApp[] = [];
afterEach(async () => {
  await Promise.all(running.map((test) => test.close()));
  running = [];
});

async function start(options?: TestAppOptions): Promise<string> {
  const test = await testApp(options);
  running.push(test);
  return test.url();
}

async function open(base: string): Promise<Socket> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything that the server says until it closes the connection. */
async function answersTo(base: string, sent: string): Promise<string> {
  const socket = await open(base);
  socket.write(sent);
  let received = '';
  for await (const chunk of socket) received += chunk;
  return received;
}

/** Refusals by code, those that were none left out. */
async function refusals(base: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${base}/metrics`)).text();
  const lines = [...text.matchAll(/^tampinha_refusals_total\{code="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(
    lines.flatMap(([, code = '', count]) => (Number(count) > 0 ? [[code, Number(count)]] : [])),
  );
}

describe('a refusal that no route has given is counted', () => {
  const upload = 'POST /v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n';
  it.each([
    ['nonsense', 'HELLO\r\n\r\n', 400, { MALFORMED_REQUEST: 1 }],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      { HEADERS_TOO_LARGE: 1 },
    ],
    [
      'a body that breaks off',
      `${upload}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n`,
      400,
      { MALFORMED_REQUEST: 1 },
    ],
    [
      'a target that cannot be decoded',
      'GET /v1/predictions/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      { MALFORMED_REQUEST: 1 },
    ],
  ])('%s', async (_what, sent, status, counted) => {
    const base = await start();
    expect(await answersTo(base, sent)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await refusals(base)).toEqual(counted);
  });

  it('but not of somebody who has gone', async () => {
    const test = await testApp();
    running.push(test);
    const base = await test.url();
    // As if the connection broke between the parser and the router.
    test.app.server.prependListener('request', ({ url }, response) => {
      if (url?.includes('%')) response.destroy();
    });
    const bad = 'GET /v1/predictions/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(await answersTo(base, bad)).toBe('');
    expect(await refusals(base)).toEqual({});
  });

  it('a request that does not come to its end in time', async () => {
    const test = await testApp();
    running.push(test);
    // Node looks every thirty seconds, which is too long for a test; this is what it then says.
    test.app.server.on('connection', (socket) =>
      setTimeout(() => {
        const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
        test.app.server.emit('clientError', error, socket);
      }, 50),
    );
    expect(await answersTo(await test.url(), 'GET / HTTP/1.1\r\n')).toMatch(/^HTTP\/1.1 408 /);
    const { body } = await test.app.inject({ url: '/metrics' });
    expect(body).toContain('tampinha_refusals_total{code="REQUEST_TIMEOUT"} 1');
  });
});

describe.each(['full', 'truncated'] as const)('a connection that is reset, address %s', (clientAddress) => {
  it('is nobody’s fault', async () => {
    let output = '';
    const sink = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const base = await start({ config: { clientAddress }, logger: pino({ level: 'info' }, sink) });
    // Whether the server still knows the address when it reads the request is a matter of microseconds.
    for (let i = 0; i < 100; i += 1) {
      const socket = await open(base);
      socket.write('GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n', () => socket.resetAndDestroy());
      if (i % 10 === 0) await sleep(1);
    }
    await sleep(200);
    expect(await refusals(base)).toEqual({});
    expect(output).not.toContain('"level":50');
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(metrics).not.toMatch(/tampinha_http_request_seconds_count\{[^}]*status="500"/);
  });
});
