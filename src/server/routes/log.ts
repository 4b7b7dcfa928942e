import { Type } from 'typebox';
import { ErrorBody } from '../../contract/error-body.ts';
import { Refusal } from '../../contract/errors.ts';
import { Feedback, FeedbackRequest } from '../../contract/feedback.ts';
import { LIMITS, PICTURE_MEDIA_TYPES } from '../../contract/limits.ts';
import { Prediction, PredictionId } from '../../contract/prediction.ts';
import { PredictionList, PredictionQuery } from '../../contract/prediction-list.ts';
import { readJson } from '../read-json.ts';
import { refuseForeignReaders } from '../security/log-readers.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

const params = Type.Object({ id: PredictionId });
const errors = { '4xx': ErrorBody, '5xx': ErrorBody };
const binary = Type.String({ format: 'binary' });

/** A character may be written as two escapes of six bytes each, as \ud83c\udf7a; the JSON around them takes some more. */
const FEEDBACK_BYTES = 12 * LIMITS.commentLength + 1_000;

/** What was answered before, and what people say about it. */
export function logRoutes(app: App, { deps, memory }: Services): void {
  const { log, pictures, clock, config } = deps;
  const notFound = (id: string) => new Refusal('PREDICTION_NOT_FOUND', { id });
  const noFeedback = async (id: string) =>
    (await log.find(id))?.prediction ? new Refusal('FEEDBACK_NOT_FOUND', { id }) : notFound(id);

  app.get('/v1/predictions', {
    config: { access: 'read' },
    schema: {
      tags: ['log'],
      summary: 'List what was asked and answered, newest first',
      querystring: PredictionQuery,
      response: { 200: PredictionList, ...errors },
    },
    handler: async (request): Promise<PredictionList> => {
      refuseForeignReaders(request, config);
      const { entries, next } = await log.list(request.query);
      return { predictions: [...entries], next };
    },
  });

  app.get('/v1/predictions/:id', {
    config: { access: 'read' },
    schema: {
      tags: ['log'],
      summary: 'A prediction given before',
      params,
      response: { 200: Prediction, ...errors },
    },
    handler: async ({ params: { id } }): Promise<Prediction> => {
      const entry = await log.find(id);
      if (!entry?.prediction) throw notFound(id);
      return entry.prediction;
    },
  });

  app.get('/v1/predictions/:id/picture', {
    config: { access: 'review' },
    schema: {
      tags: ['feedback'],
      summary: 'The picture itself, where pictures are kept',
      description:
        'As it was sent but for its metadata, of which only the orientation and the colour profile remain. Kept only ' +
        'with `KEEP_PICTURES`, and no longer than the prediction.',
      params,
      response: {
        200: {
          description: 'The picture',
          content: Object.fromEntries(
            PICTURE_MEDIA_TYPES.map((type) => [type, { schema: Type.Unsafe<Buffer>(binary) }]),
          ),
        },
        ...errors,
      },
    },
    handler: async (request, reply) => {
      refuseForeignReaders(request, config);
      const { id } = request.params;
      const entry = await log.find(id);
      if (!entry?.prediction) throw notFound(id);
      const bytes = await pictures.find(entry.prediction);
      if (!bytes) throw new Refusal('PICTURE_NOT_KEPT', {});
      // What is forgotten here must not live on in a browser.
      reply.type(`image/${entry.prediction.format}`).header('cache-control', 'no-store');
      return reply.send(bytes);
    },
  });

  app.post('/v1/predictions/:id/feedback', {
    config: { access: 'review' },
    schema: {
      tags: ['feedback'],
      summary: 'Say what the picture really shows',
      description: 'Sent again, it replaces what was said before.',
      params,
      body: { content: { 'application/json': { schema: FeedbackRequest } } },
      response: { 200: Feedback, ...errors },
    },
    handler: async (request): Promise<Feedback> => {
      const { label, comment, review } = await readJson(request, FeedbackRequest, FEEDBACK_BYTES, memory);
      const { id } = request.params;
      const feedback = {
        prediction: id,
        label,
        comment: comment ?? null,
        created: clock.now().toISOString(),
        reviewed: review ?? false,
      };
      if (!(await log.saveFeedback(feedback))) throw notFound(id);
      return feedback;
    },
  });

  app.get('/v1/predictions/:id/feedback', {
    config: { access: 'read' },
    schema: {
      tags: ['feedback'],
      summary: 'What was said about a prediction',
      params,
      response: { 200: Feedback, ...errors },
    },
    handler: async ({ params: { id } }): Promise<Feedback> => {
      const feedback = await log.findFeedback(id);
      if (!feedback) throw await noFeedback(id);
      return feedback;
    },
  });

  app.delete('/v1/predictions/:id/feedback', {
    config: { access: 'review' },
    schema: {
      tags: ['feedback'],
      summary: 'Take it back',
      params,
      response: { 204: Type.Null(), ...errors },
    },
    handler: async ({ params: { id } }, reply) => {
      if (!(await log.removeFeedback(id))) throw await noFeedback(id);
      return reply.code(204).send(null);
    },
  });
}
