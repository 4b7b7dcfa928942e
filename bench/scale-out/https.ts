// Requests to a server whose certificate nobody but its maker trusts.
import { once } from 'node:events';
import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Client {
  ask(question: Question): Promise<Answer>;
  /** As `ask`, for one that announces a body and is answered before it has sent any of it. */
  refused(question: Omit<Question, 'body'>): Promise<Answer>;
  close(): void;
}

/** Keeps its connections, as a program that asks often does. */
export function httpsClient(port: number, ca: string): Client {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 64 });
  return {
    close: () => agent.destroy(),
    async ask({ method, path, headers, body }) {
      const sent = request({
        ...{ agent, port, path, host: '127.0.0.1', servername: 'localhost' },
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      });
      sent.end(body);
      return answerTo(sent);
    },
    async refused({ path, headers }) {
      const sent = request({
        port,
        path,
        ca,
        host: '127.0.0.1',
        servername: 'localhost',
        method: 'POST',
        headers,
      });
      sent.flushHeaders();
      const answer = await answerTo(sent);
      sent.destroy();
      return answer;
    },
  };
}

async function answerTo(sent: ClientRequest): Promise<Answer> {
  const [answer] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() };
}
