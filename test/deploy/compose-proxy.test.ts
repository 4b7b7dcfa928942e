// What the proxy of deploy/compose does with servers that refuse, break off and answer slowly. They are plain ones here, so
// that they do so when they are told to; the real ones are behind it in scale-out.test.ts.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMPOSE_DIR } from '../../bench/scale-out/compose-file.ts';
import { type Client, httpsClient } from '../../bench/scale-out/https.ts';
import { findProgram } from '../../bench/scale-out/program.ts';
import { type RunningProxy, startProxy } from '../../bench/scale-out/proxy.ts';
import { freePort } from '../../src/store/test-port.ts';

type Behaviour = (request: IncomingMessage, reply: ServerResponse, body: string) => void;

const ADDRESSES = [11, 12, 13].map((last) => `172.30.85.${last}:8501`);
const answer: Behaviour = (_request, reply, body) => reply.end(`got ${body.length}`);
const refuse: Behaviour = (_request, reply) => {
  reply
    .writeHead(503, { 'content-type': 'application/json', 'retry-after': '7' })
    .end('{"code":"OVERLOADED"}');
};
/** As a server that is killed with a request in hand. */
const breakOff: Behaviour = (request) => void request.socket.destroy();

const nginx = findProgram('nginx');
if (!nginx) console.warn('nginx is not installed: what the proxy does is not tested');

describe.skipIf(!nginx)('the proxy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tampinha-proxy-'));
  /** What each server does, and what it has been asked. */
  let behaviours: Behaviour[] = [];
  let asked: string[] = [];
  let servers: Server[] = [];
  let start: () => Promise<RunningProxy>;
  let proxy: RunningProxy;
  let client: Client;
  let https = 0;
  let ca = '';

  beforeAll(async () => {
    const ports = await Promise.all(ADDRESSES.map(freePort));
    servers = ports.map((port, at) =>
      createServer(async (request, reply) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        asked.push(`${request.method} ${request.url}`);
        behaviours[at]?.(request, reply, Buffer.concat(chunks).toString('latin1'));
      }).listen(port, '127.0.0.1'),
    );
    for (const name of ['init.sh', '.env.example']) cpSync(join(COMPOSE_DIR, name), join(folder, name));
    execFileSync('sh', [join(folder, 'init.sh')], { stdio: 'ignore' });
    const [certificate, key] = [join(folder, 'secrets/tls.crt'), join(folder, 'secrets/tls.key')];
    ca = readFileSync(certificate, 'utf8');
    https = await freePort();
    const pairs = ADDRESSES.map((address, at) => [address, ports[at] ?? 0] as const);
    const plan = { http: await freePort(), https, servers: new Map(pairs), certificate, key };
    start = () => startProxy({ folder: join(folder, 'proxy'), ...plan });
  });
  // A new one each time: it remembers for seconds who was not there.
  beforeEach(async () => {
    asked = [];
    proxy = await start();
    client = httpsClient(https, ca);
  });
  afterEach(async () => {
    client.close();
    await proxy.stop();
  });
  afterAll(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  const PICTURES = ['/v1/predictions', '/classificar', '/v2/models/bottle/infer'];

  it.each(PICTURES)('lets another server answer when one refuses %s', async (path) => {
    behaviours = [refuse, refuse, answer];
    for (let time = 0; time < 4; time += 1)
      expect(await client.ask({ path, body: 'x'.repeat(200_000) })).toMatchObject({
        status: 200,
        body: 'got 200000',
      });
  });

  it('lets the client know when all refuse, in their words', async () => {
    behaviours = [refuse, refuse, refuse];
    const { status, headers, body } = await client.ask({ path: '/v1/predictions', body: 'x' });
    expect([status, headers['retry-after'], body]).toEqual([503, '7', '{"code":"OVERLOADED"}']);
    // And takes none of them for gone.
    behaviours = [answer, answer, answer];
    expect(await client.ask({ path: '/v1/predictions', body: 'x' })).toMatchObject({ status: 200 });
  });

  it.each(PICTURES)('sends %s to another server when the first dies with it', async (path) => {
    behaviours = [breakOff, breakOff, answer];
    expect(await client.ask({ path, body: 'x'.repeat(2_000_000) })).toMatchObject({
      status: 200,
      body: 'got 2000000',
    });
  });

  it.each(['/v1/jobs', '/v1/predictions/1/feedback'])('does not send %s twice', async (path) => {
    behaviours = [breakOff, breakOff, breakOff];
    const { status, body } = await client.ask({ path, body: '{}' });
    expect([status, JSON.parse(body).code]).toEqual([503, 'NOT_READY']);
    expect(asked).toEqual([`POST ${path}`]);
  });

  it('repeats what only reads', async () => {
    behaviours = [breakOff, breakOff, answer];
    expect(await client.ask({ path: '/v1/model' })).toMatchObject({ status: 200 });
  });

  it('hands lines on as they are written', async () => {
    let letGo = () => {};
    const gone = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const slowly: Behaviour = async (_request, reply) => {
      reply.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{"index":0}\n');
      await gone;
      reply.end('{"index":1}\n');
    };
    behaviours = [slowly, slowly, slowly];
    const sent = request({ host: '127.0.0.1', port: https, ca, path: '/v1/predictions', method: 'POST' });
    sent.end('x');
    const [reply] = await once(sent, 'response');
    const [first] = await once(reply, 'data');
    // The second has not been written yet.
    expect(String(first)).toBe('{"index":0}\n');
    letGo();
    const [second] = await once(reply, 'data');
    expect(String(second)).toBe('{"index":1}\n');
    reply.resume();
  });

  it('tells servers the address that it sees, and the name that was asked for', async () => {
    const echo: Behaviour = ({ headers }, reply) => reply.end(JSON.stringify(headers));
    behaviours = [echo, echo, echo];
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'elsewhere',
      forwarded: 'for=203.0.113.9',
    };
    const { body } = await client.ask({ path: '/v1/model', headers });
    const seen = JSON.parse(body);
    expect(seen).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' });
    expect(seen.host).toBe(`127.0.0.1:${https}`);
    expect(Object.keys(seen)).not.toContain('forwarded');
    expect(Object.keys(seen)).not.toContain('x-forwarded-host');
  });

  it('logs what happened, and no address of a client', async () => {
    behaviours = [answer, answer, answer];
    await client.ask({ path: '/v1/model?key=secret' });
    const lines = (await proxy.log()).map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ method: 'GET', path: '/v1/model', status: 200 });
    expect(Object.keys(lines.at(-1)).join(' ')).toBe(
      'time method path status bytes seconds servers statuses request',
    );
  });
});
