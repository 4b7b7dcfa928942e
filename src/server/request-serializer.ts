import type { FastifyRequest } from 'fastify';
import { keepAddress } from '../store/client-address.ts';
import type { Config } from './config.ts';

/** What the server's own output says of a request: of a client's address no more than the prediction log keeps. */
export function requestSerializer({ clientAddress, clientAddressSecret }: Config) {
  const keep = keepAddress(clientAddress, clientAddressSecret);
  // A connection that was reset has no other end any more. What is thrown here would end the process.
  const keepKnown = (address: string | undefined) => (address === undefined ? '' : keep(address));
  return ({ method, url, host, ip }: FastifyRequest) => ({
    ...{ method, url: withoutWebhook(url), host, remoteAddress: keepKnown(ip) },
  });
}

/** The letters of a name, each as it is or percent-encoded, large or small. */
const spelled = (name: string) =>
  Array.from(name, (letter) => {
    const code = (text: string) => `%${text.charCodeAt(0).toString(16)}`;
    return `(?:${letter}|${code(letter)}|${code(letter.toUpperCase())})`;
  }).join('');

/** A parameter of that name, or one that was meant to be; the repetition is bounded, so that no target takes long. */
const WEBHOOK = new RegExp(`(${spelled('webhook')}[^=&]{0,40}(?:=|%3d)).*`, 'is');

/**
 * A request's target without the address of a webhook, whose path or query often is the secret that lets anyone post
 * there. All that follows is left out too: of an address that was not encoded, those are its own parameters.
 */
function withoutWebhook(url: string): string {
  return url.replace(WEBHOOK, '$1[redacted]');
}
