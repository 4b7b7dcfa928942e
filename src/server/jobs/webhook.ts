import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { AllowedHosts, Target } from './public-address.ts';
import { resolveTarget } from './public-address.ts';

// A signed message to an address that a client has named, by https://www.standardwebhooks.com: whoever knows the secret
// can tell that it is ours, that nobody has changed it, and that it is not an old one sent again.

const TIMEOUT_MS = 10_000;

export interface WebhookMessage {
  /** The same for every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly sent: Date;
  readonly body: string;
}

/** `whsec_` and the base64 of 24 to 64 bytes is the standard's form; any other text is taken as it is. */
export function secretKey(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
}

export function signedHeaders({ id, sent, body }: WebhookMessage, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(sent.getTime() / 1_000));
  const signature = createHmac('sha256', secretKey(secret)).update(`${id}.${timestamp}.${body}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature.digest('base64')}`,
  };
}

export interface WebhookOptions {
  readonly secret: string;
  readonly allowed: AllowedHosts;
}

/** Delivers once. Rejects unless the receiver says 2xx in time; redirections are not followed. */
export async function deliver(url: string, message: WebhookMessage, options: WebhookOptions): Promise<void> {
  const target = await resolveTarget(url, options.allowed);
  const status = await post(target, message.body, signedHeaders(message, options.secret));
  if (status < 200 || status > 299) throw new Error(`the receiver said ${status}`);
}

function post({ url, address }: Target, body: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = start(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'tampinha',
    },
    // The address that was checked, not what the name resolves to now.
    lookup: (_host, { all }, done) => {
      const family = isIPv6(address) ? 6 : 4;
      if (all) done(null, [{ address, family }]);
      else done(null, address, family);
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    agent: false,
  });
  request.on('response', (response) => {
    resolve(response.statusCode ?? 0);
    // What the receiver says beyond its status is not read.
    response.destroy();
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}
