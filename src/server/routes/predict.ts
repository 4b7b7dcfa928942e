import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ErrorBody, type PictureError } from '../../contract/error-body.ts';
import { Refusal } from '../../contract/errors.ts';
import { PICTURE_MEDIA_TYPES } from '../../contract/limits.ts';
import { Prediction, PredictionRequest } from '../../contract/prediction.ts';
import { PredictionBatch } from '../../contract/prediction-list.ts';
import { askerOf } from '../asker.ts';
import { languageOf } from '../error-replies.ts';
import { failureOf, pictureError } from '../failure.ts';
import type { Asker } from '../predictor.ts';
import { readPictures, type Upload } from '../read-pictures.ts';
import { recordingRefusals } from '../record-refusals.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

const binary = Type.String({ format: 'binary' });

const schema = {
  tags: ['predictions'],
  summary: 'Classify one picture or several',
  description:
    'One picture (form field `image`, a raw body, or `image` in JSON) is answered with a prediction. Several (more ' +
    'than one file, the form field `images`, or `images` in JSON) are answered with a list in their order, where a ' +
    'picture that cannot be read has its error in its place. A file or a body that is too large refuses the request.',
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
  response: { 200: Type.Union([Prediction, PredictionBatch]), '4xx': ErrorBody, '5xx': ErrorBody },
};

/** What became of one picture. */
type Outcome =
  | { readonly answer: Prediction; readonly upload: Upload }
  | { readonly error: unknown; readonly upload: Upload };

export function predictRoute(app: App, services: Services): void {
  const { queue, memory, predictor, deps } = services;

  async function answerOne(upload: Upload, asker: Asker, heatmap: boolean): Promise<Outcome> {
    try {
      return { answer: await predictor.predict(upload, asker, { heatmap }), upload };
    } catch (error) {
      return { error, upload };
    } finally {
      upload.done();
    }
  }

  async function answerAll(request: FastifyRequest, asker: Asker, heatmap: boolean): Promise<Outcome[]> {
    const begun: Promise<Outcome>[] = [];
    for await (const upload of readPictures(request, memory)) {
      begun.push(answerOne(upload, asker, heatmap));
      // One request never has more pictures in the queue than can be worked on: it reads no faster than that.
      await begun.at(-deps.config.concurrency);
    }
    return Promise.all(begun);
  }

  app.post('/v1/predictions', {
    schema,
    handler: (request, reply) => {
      const asker = askerOf(request, reply);
      return recordingRefusals(predictor, asker, async () => {
        queue.admit();
        const outcomes = await answerAll(request, asker, request.query.heatmap ?? false);
        return present(outcomes, request);
      });
    },
  });
}

function present(outcomes: readonly Outcome[], request: FastifyRequest): Prediction | PredictionBatch {
  const [only] = outcomes;
  if (!only) throw new Refusal('NO_FILE', { field: 'image' });
  if (outcomes.length === 1 && !only.upload.listed) {
    if ('error' in only) throw only.error;
    return only.answer;
  }
  return { predictions: outcomes.map((outcome) => inPlace(outcome, request)) };
}

function inPlace(outcome: Outcome, request: FastifyRequest): Prediction | PictureError {
  if ('answer' in outcome) return outcome.answer;
  const failure = failureOf(outcome.error);
  if (failure.code === 'INTERNAL') request.log.error(outcome.error);
  return pictureError(failure, languageOf(request), outcome.upload.file);
}
