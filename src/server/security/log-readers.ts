import type { FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/errors.ts';
import type { Config } from '../config.ts';
import { callerOf } from './caller.ts';

/**
 * Lists tell of everyone's pictures. Where no key is needed the scope says nothing about who asks, so LOG_READERS
 * does; who has a key has been asked for the scope already.
 */
export function refuseForeignReaders(request: FastifyRequest, { logReaders }: Config): void {
  const { keyId, local } = callerOf(request);
  if (logReaders === 'loopback' && keyId === null && !local) throw new Refusal('FORBIDDEN', {});
}
