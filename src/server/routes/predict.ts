import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ErrorBody, type PictureError } from '../../contract/error-body.ts';
import { ERRORS, Refusal } from '../../contract/errors.ts';
import { LIMITS, PICTURE_MEDIA_TYPES } from '../../contract/limits.ts';
import { Prediction, PredictionRequest } from '../../contract/prediction.ts';
import { PredictionBatch, PredictionLine } from '../../contract/prediction-list.ts';
import { askerOf } from '../asker.ts';
import { languageOf } from '../error-replies.ts';
import { errorBody, failureOf, pictureError } from '../failure.ts';
import type { Metrics } from '../metrics.ts';
import type { Asker } from '../predictor.ts';
import { readPictures, type Upload } from '../read-pictures.ts';
import { recordingRefusals } from '../record-refusals.ts';
import { isForwarded } from '../security/locality.ts';
import type { Services } from '../services.ts';
import { streamLines } from '../stream-answers.ts';
import type { App } from '../types.ts';

const NDJSON = 'application/x-ndjson';
const binary = Type.String({ format: 'binary' });

const schema = {
  tags: ['predictions'],
  summary: 'Classify one picture or several',
  description:
    'One picture (form field `image`, a raw body, or `image` in JSON) is answered with a prediction. Several (more ' +
    'than one file, the form field `images`, or `images` in JSON) are answered with a list in their order, where a ' +
    'picture that cannot be read has its error in its place. A file or a body that is too large refuses the request. ' +
    'With `Accept: application/x-ndjson` there may be more pictures, and each is answered by a line as soon as it is ' +
    'done; `index` tells its place.',
  querystring: Type.Object({
    heatmap: Type.Optional(Type.Boolean({ description: 'Also tell where the network looked' })),
  }),
  body: {
    content: {
      'multipart/form-data': {
        schema: Type.Object({ image: Type.Optional(binary), images: Type.Optional(Type.Array(binary)) }),
      },
      'application/json': { schema: PredictionRequest },
      ...Object.fromEntries(PICTURE_MEDIA_TYPES.map((type) => [type, { schema: binary }])),
    },
  },
  response: {
    200: {
      description: 'A prediction, or what became of every picture',
      content: {
        'application/json': { schema: Type.Union([Prediction, PredictionBatch]) },
        [NDJSON]: { schema: PredictionLine },
      },
    },
    '4xx': ErrorBody,
    '5xx': ErrorBody,
  },
};

/** What became of one picture. */
type Outcome =
  | { readonly answer: Prediction; readonly upload: Upload }
  | { readonly error: unknown; readonly upload: Upload };

export function predictRoute(app: App, services: Services): void {
  const { queue, admitUnread, memory, predictor, deps, metrics } = services;

  async function answerOne(upload: Upload, asker: Asker, heatmap: boolean): Promise<Outcome> {
    try {
      return { answer: await predictor.predict(upload, asker, { heatmap }), upload };
    } catch (error) {
      return { error, upload };
    } finally {
      upload.done();
    }
  }

  /** Hands on what becomes of each picture, with its place, as soon as it is known. */
  async function answerAll(
    uploads: AsyncIterable<Upload>,
    asker: Asker,
    heatmap: boolean,
    onDone: (outcome: Outcome, index: number) => void,
  ): Promise<void> {
    const begun: Promise<void>[] = [];
    try {
      for await (const upload of uploads) {
        const index = begun.length;
        begun.push(answerOne(upload, asker, heatmap).then((outcome) => onDone(outcome, index)));
        // One request never has more pictures in the queue than can be worked on: it reads no faster than that.
        await begun.at(-deps.config.concurrency);
      }
    } finally {
      metrics.batches.observe({ route: asker.route }, begun.length);
      await Promise.all(begun);
    }
  }

  async function answerTogether(request: FastifyRequest, asker: Asker, heatmap: boolean) {
    const outcomes: Outcome[] = [];
    await answerAll(readPictures(request, memory), asker, heatmap, (outcome, index) => {
      outcomes[index] = outcome;
    });
    return present(outcomes, request, metrics);
  }

  function answerAsDone(request: FastifyRequest, asker: Asker, heatmap: boolean): Promise<Readable> {
    const uploads = readPictures(request, memory, LIMITS.picturesPerStream);
    const produce = (write: (line: PredictionLine) => void) =>
      recordingRefusals(predictor, asker, async () => {
        let pictures = 0;
        await answerAll(uploads, asker, heatmap, (outcome, index) => {
          pictures += 1;
          write({ index, ...inPlace(outcome, request, metrics) });
        }).finally(() => request.raw.unpipe().resume());
        if (pictures === 0) throw new Refusal('NO_FILE', { field: 'image' });
      });
    const lastLine = (error: unknown) => errorBody(failureOf(error), languageOf(request), request.id);
    return streamLines(produce, lastLine, isForwarded(request) ? received(request) : Promise.resolve());
  }

  app.post('/v1/predictions', {
    config: { access: 'predict' },
    schema,
    handler: async (request, reply) => {
      const asker = askerOf(request, reply);
      const heatmap = request.query.heatmap ?? false;
      if (!wantsLines(request)) {
        admitUnread(asker.priority);
        return recordingRefusals(predictor, asker, () => answerTogether(request, asker, heatmap));
      }
      // The first line decides the status of all, so a server that has no time says so before.
      queue.admit({ priority: asker.priority });
      // The stream's schema is that of one line.
      const streaming: FastifyReply = reply;
      return streaming.type(NDJSON).send(await answerAsDone(request, asker, heatmap));
    },
  });
}

/**
 * Resolves when the request has been read to its end. Proxies such as nginx pass nothing of a request on once its answer
 * has begun, and both sides would wait for one another.
 */
function received({ raw }: FastifyRequest): Promise<void> {
  return new Promise((resolve) => {
    if (raw.readableEnded) return resolve();
    raw.once('end', resolve).once('close', resolve);
  });
}

function wantsLines({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*application\/(x-)?ndjson\s*(;|,|$)/i.test(headers.accept ?? '');
}

function present(
  outcomes: readonly Outcome[],
  request: FastifyRequest,
  metrics: Metrics,
): Prediction | PredictionBatch {
  const [only] = outcomes;
  if (!only) throw new Refusal('NO_FILE', { field: 'image' });
  if (outcomes.length === 1 && !only.upload.listed) {
    if ('error' in only) throw only.error;
    return only.answer;
  }
  const nothingNow = outcomes.every((outcome) => 'error' in outcome && isForNow(outcome.error));
  if (nothingNow && 'error' in only) throw only.error;
  return { predictions: outcomes.map((outcome) => inPlace(outcome, request, metrics)) };
}

function isForNow(error: unknown): boolean {
  return ERRORS[failureOf(error).code].status === 503;
}

function inPlace(
  outcome: Outcome,
  request: FastifyRequest,
  { refusals }: Metrics,
): Prediction | PictureError {
  if ('answer' in outcome) return outcome.answer;
  const failure = failureOf(outcome.error);
  refusals.inc({ code: failure.code });
  if (failure.code === 'INTERNAL') request.log.error(outcome.error);
  return pictureError(failure, languageOf(request), outcome.upload.file);
}
