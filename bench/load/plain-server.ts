// What one would write first: Fastify, a body parser, decode, classify, answer.
import { resolve } from 'node:path';
import fastify from 'fastify';
import { decode } from '../../src/decode/index.ts';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { answerOf } from '../../src/model/answer.ts';

const classifier = await loadArtefact(resolve(import.meta.dirname, '../../models/default'));
const app = fastify({ bodyLimit: 25_000_000 });
app.addContentTypeParser('image/jpeg', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post<{ Body: Buffer }>('/v1/predictions', async ({ body }) => {
  const picture = await decode(body, { maxSide: classifier.card.maxSide });
  return answerOf(await classifier.classify(picture.image), picture);
});
process.stderr.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
