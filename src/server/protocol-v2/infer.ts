import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/errors.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Prediction } from '../../contract/prediction.ts';
import { DecodeError } from '../../decode/decode-error.ts';
import { askerOf } from '../asker.ts';
import type { Asker } from '../predictor.ts';
import { readBytes } from '../read-bytes.ts';
import { refuseEncoded, refuseLonger } from '../read-pictures.ts';
import { recordingRefusals } from '../record-refusals.ts';
import type { Services } from '../services.ts';
import { HEADER_LENGTH } from './framing.ts';
import { parseInferRequest } from './infer-request.ts';
import type { InferResponse } from './messages.ts';
import type { OipModel } from './models.ts';
import { wantedOutputs, writeOutputs } from './outputs.ts';
import type { OipStatistics } from './statistics.ts';

/** Answers one inference request, body to body: the answer has been given to `reply` when it resolves. Throws Refusal or DecodeError. */
export async function infer(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
  model: OipModel,
  statistics: OipStatistics,
): Promise<void> {
  const { clock, inference } = services.deps;
  const begun = clock.elapsed();
  // What fails is the matter of the version that was asked, what is answered of the one that the answer names.
  const asked = inference.card.id;
  const asker = askerOf(request, reply);
  try {
    await recordingRefusals(services.predictor, asker, async () => {
      services.admitUnread(asker.priority);
      const { wanted, id, predictions } = await predictBody(request, asker, services, model);
      const answered = clock.elapsed();
      const { outputs, tail } = writeOutputs(wanted, predictions);
      const version = predictions[0]?.model ?? asked;
      const head: InferResponse = {
        model_name: model.name,
        model_version: version,
        ...(id !== undefined && { id }),
        outputs,
      };
      const done = clock.elapsed();
      statistics.of(version).succeeded(predictions, clock.now(), done - begun, done - answered);
      send(reply, head, tail);
    });
  } catch (error) {
    statistics.of(asked).failed(clock.elapsed() - begun);
    throw error;
  }
}

async function predictBody(request: FastifyRequest, asker: Asker, services: Services, model: OipModel) {
  const { memory, deps, metrics } = services;
  refuseEncoded(request);
  refuseLonger(request, LIMITS.inferBytes, bodyTooLarge);
  const account = memory.open();
  try {
    const body = await readBytes(request.raw, LIMITS.inferBytes, account, () => bodyTooLarge());
    const { request: asked, input } = parseInferRequest(body, headerLength(request), model.input);
    // Elements of JSON take several times the room of their digits; pixels become files beside the tensor.
    account.take(('json' in input.content ? 3 : 1) * body.length);
    const wanted = wantedOutputs(asked);
    const pictures = await model.pictures(input, deps.inference.card);
    metrics.batches.observe({ route: asker.route }, pictures.length);
    return { wanted, id: asked.id, predictions: await predictAll(pictures, asker, services) };
  } finally {
    account.close();
  }
}

function headerLength({ headers }: FastifyRequest): string | undefined {
  const value = headers[HEADER_LENGTH];
  return Array.isArray(value) ? value.join(', ') : value;
}

const bodyTooLarge = (length?: number) =>
  new Refusal('BODY_TOO_LARGE', {
    limit_bytes: LIMITS.inferBytes,
    ...(length && { actual_bytes: length }),
  });

/** In order, as many at a time as there are cores. One picture that is refused refuses the request, by its number. */
async function predictAll(
  pictures: readonly Uint8Array[],
  asker: Asker,
  { predictor, deps }: Services,
): Promise<Prediction[]> {
  const begun: Promise<Prediction>[] = [];
  try {
    for (const bytes of pictures) {
      const number = begun.length;
      const answer = predictor.predict({ file: null, bytes }, asker).catch((error: unknown) => {
        throw pictures.length > 1 ? numbered(error, number) : error;
      });
      // One that fails while an earlier one is awaited is heard of below.
      answer.catch(() => {});
      begun.push(answer);
      await begun.at(-deps.config.concurrency);
    }
    return await Promise.all(begun);
  } finally {
    // Nobody may go on using the body's bytes once they are given back.
    await Promise.allSettled(begun);
  }
}

/** A picture's refusal with its number, from 0, among the values. */
function numbered(error: unknown, number: number): unknown {
  return error instanceof DecodeError ? new DecodeError(error.code, { ...error.values, number }) : error;
}

/** JSON alone, or JSON with tensors behind it and the header that says where they begin. */
function send(reply: FastifyReply, head: InferResponse, tail: readonly Buffer[]): FastifyReply {
  if (tail.length === 0) return reply.send(head);
  const json = Buffer.from(JSON.stringify(head));
  return reply
    .header(HEADER_LENGTH, String(json.length))
    .type('application/octet-stream')
    .send(Buffer.concat([json, ...tail]));
}
