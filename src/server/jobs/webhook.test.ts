import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { allowedHosts } from './public-address.ts';
import { deliver, signedHeaders } from './webhook.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A receiver that answers every request with this status. */
async function receiver(status: number, headers: Record<string, string> = {}) {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const listening = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ request, body });
    reply.writeHead(status, headers).end('x'.repeat(1_000_000));
  }).listen(0, '127.0.0.1');
  server = listening;
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { seen, port: address.port };
}

const message = { id: 'msg_1', sent: new Date('2026-11-23T06:00:00Z'), body: '{"a":"ção"}' };
const options = {
  secret: 'a secret of more than 24 characters',
  allowed: allowedHosts(['127.0.0.1', 'localhost']),
};

describe('signedHeaders', () => {
  it('is the worked example of the Standard Webhooks reference libraries', () => {
    // Secret, id, time, payload and signature of the tests of github.com/standard-webhooks/standard-webhooks.
    const headers = signedHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sent: new Date(1614265330_000), body: '{"test": 2432232314}' },
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('deliver', () => {
  it('posts the signed body, and asks for nothing more', async () => {
    const { seen, port } = await receiver(204);
    await deliver(`http://localhost:${port}/hook?from=line7`, message, options);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.body).toBe(message.body);
    expect(seen[0]?.request).toMatchObject({ method: 'POST', url: '/hook?from=line7' });
    expect(seen[0]?.request.headers).toMatchObject({
      host: `localhost:${port}`,
      'content-type': 'application/json',
      ...signedHeaders(message, options.secret),
    });
  });

  it.each([500, 404, 301])('rejects for %i', async (status) => {
    const { seen, port } = await receiver(status, { location: 'http://127.0.0.1:1/' });
    await expect(deliver(`http://127.0.0.1:${port}/`, message, options)).rejects.toThrow(`said ${status}`);
    // A redirection is not followed.
    expect(seen).toHaveLength(1);
  });

  it('rejects where nobody answers, and does not connect where it may not', async () => {
    const { seen, port } = await receiver(204);
    const strict = { ...options, allowed: allowedHosts([]) };
    await expect(deliver(`http://127.0.0.1:${port}/`, message, strict)).rejects.toMatchObject({
      code: 'WEBHOOK_REFUSED',
    });
    expect(seen).toHaveLength(0);
    server?.close();
    await expect(deliver(`http://127.0.0.1:${port}/`, message, options)).rejects.toThrow();
  });
});
