import { maxHeaderSize, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode, Refusal } from '../contract/errors.ts';
import { errorBody, type Failure } from './failure.ts';

// Where Node's parser gives up there is no request, or none that will be whole. The answer is written by hand.

/** So long what a client still sends is thrown away: to one that is cut off while it sends the answer may be lost. */
const LINGER_MS = 5_000;

export interface BrokenConnections {
  /** Has to be told of the server before its first request. */
  watch(server: Server): void;
  /** Answers what could not be read once everything before it is answered, and ends the connection. */
  refuse(error: Error & { code?: string }, socket: Socket): void;
}

/** `onRefused` is told of every refusal that was written; whoever has gone before is refused nothing. */
export function brokenConnections(
  newId: () => string,
  onRefused: (code: ErrorCode) => void,
): BrokenConnections {
  /** In the order of the requests: what is still to be answered, and the last whatever has become of it. */
  const answersOf = new WeakMap<Socket, readonly ServerResponse[]>();
  const broken = new WeakSet<Socket>();

  function answer(error: Error & { code?: string }, socket: Socket): void {
    const answers = answersOf.get(socket) ?? [];
    // A client takes the first answer for that to its first request.
    const before = answers.findLast(({ req, closed }) => req.complete && !closed);
    if (before) return void before.once('close', () => answer(error, socket));
    // Of a request whose body is broken: one answer is enough.
    const hasBegun = answers.some(({ req, headersSent }) => !req.complete && headersSent);
    if (!socket.writable || hasBegun) return void socket.destroy(error);
    const failure = failureOf(error.code);
    socket.end(replyOf(failure, newId()));
    onRefused(failure.code);
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(timer));
  }

  return {
    watch(server) {
      server.prependListener('request', ({ socket }, response) => {
        const waiting = answersOf.get(socket)?.filter(({ closed }) => !closed) ?? [];
        answersOf.set(socket, [...waiting, response]);
      });
    },
    refuse(error, socket) {
      // What comes after the fault is no better, and the parser says so of every piece.
      if (broken.has(socket)) return;
      broken.add(socket);
      answer(error, socket);
    },
  };
}

/** In English, since no header is known. */
function replyOf(failure: Failure, requestId: string): string {
  const { status } = ERRORS[failure.code];
  const body = JSON.stringify(errorBody(failure, 'en', requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function failureOf(code: string | undefined): Failure {
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal('HEADERS_TOO_LARGE', { limit_bytes: maxHeaderSize });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal('REQUEST_TIMEOUT', {});
  return new Refusal('MALFORMED_REQUEST', {});
}
