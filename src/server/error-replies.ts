import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import { ClientGone } from './client-gone.ts';
import { errorBody, type Failure, failureOf } from './failure.ts';
import { preferredLanguage } from './language.ts';
import type { Metrics } from './metrics.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Speaks the seed's contract: 400 where the table says 415, Portuguese unless asked otherwise. */
    seed?: boolean;
    /** Speaks the Open Inference Protocol: 400 for every picture or body that cannot be read. */
    inferenceProtocol?: boolean;
  }
}

/** Seen only in the log and the metrics; the number is nginx's. */
const CLIENT_GONE = 499;

/** Makes every refusal of the application, thrown anywhere, leave in the one shape. */
export function replyWithErrorTable(app: FastifyInstance, metrics: Metrics): void {
  app.setErrorHandler((error, request, reply) => {
    // A client that has gone is nobody's fault and reads no answer.
    if (reply.raw.destroyed || error instanceof ClientGone) return reply.code(CLIENT_GONE).send();
    const failure = failureOf(error);
    if (failure.code === 'INTERNAL') request.log.error(error);
    metrics.refusals.inc({ code: failure.code });
    return sendFailure(failure, request, reply);
  });
}

function sendFailure(failure: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { seconds } = failure.values;
  if (seconds !== undefined) reply.header('retry-after', String(seconds));
  return reply
    .code(statusOf(failure.code, request))
    .header('content-language', languageOf(request))
    .send(errorBody(failure, languageOf(request), request.id));
}

export function languageOf(request: FastifyRequest): 'pt' | 'en' {
  return preferredLanguage(request.headers['accept-language'], isSeed(request) ? 'pt' : 'en');
}

function statusOf(code: ErrorCode, request: FastifyRequest): number {
  const { status } = ERRORS[code];
  const { seed = false, inferenceProtocol = false } = request.routeOptions.config ?? {};
  if (inferenceProtocol && (status === 415 || status === 422)) return 400;
  return status === 415 && seed ? 400 : status;
}

/** Also asked by a method that the route does not have, which is then no route of the seed's. */
function isSeed({ routeOptions, url }: FastifyRequest): boolean {
  return routeOptions.config?.seed === true || /^\/classificar(\?|$)/.test(url);
}
