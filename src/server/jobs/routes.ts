import { Type } from 'typebox';
import { ErrorBody } from '../../contract/error-body.ts';
import { Refusal } from '../../contract/errors.ts';
import { Job, JobId, JobQuery, JobSummary } from '../../contract/job.ts';
import { LIMITS } from '../../contract/limits.ts';
import { PredictionRequest } from '../../contract/prediction.ts';
import { askerOf } from '../asker.ts';
import { languageOf } from '../error-replies.ts';
import { readPictures } from '../read-pictures.ts';
import { recordingRefusals } from '../record-refusals.ts';
import { callerOf } from '../security/caller.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';
import type { Jobs } from './jobs.ts';
import { allowedHosts, resolveTarget } from './public-address.ts';

const params = Type.Object({ id: JobId });
const errors = { '4xx': ErrorBody, '5xx': ErrorBody };
const config = { access: 'predict' } as const;
const tags = ['jobs'];

/** Many pictures now, their results later. A job is seen by the key that sent it, and by no other. */
export function jobRoutes(app: App, services: Services, jobs: Jobs): void {
  const { deps, memory, predictor } = services;
  const allowed = allowedHosts(deps.config.webhookAllow);
  const notFound = (id: string) => new Refusal('JOB_NOT_FOUND', { id });

  /** Refused at once rather than when everything is done. */
  async function checkWebhook(url: string | undefined) {
    if (url === undefined) return null;
    if (!deps.config.webhookSecret) throw new Refusal('WEBHOOK_REFUSED', { rule: 'no-secret' });
    await resolveTarget(url, allowed);
    return { url, state: 'waiting' as const, attempts: 0 };
  }

  app.post('/v1/jobs', {
    config,
    schema: {
      tags,
      summary: 'Send many pictures to be classified later',
      description:
        `At most ${LIMITS.picturesPerJob} pictures. They are looked at when little that is more urgent waits. The job is ` +
        'taken whole or not at all; once it is, it survives a restart.',
      operationId: 'createJob',
      querystring: JobQuery,
      body: {
        content: {
          'multipart/form-data': {
            schema: Type.Object({ images: Type.Array(Type.String({ format: 'binary' })) }),
          },
          'application/json': { schema: PredictionRequest },
        },
      },
      response: { 202: JobSummary, ...errors },
    },
    handler: (request, reply) => {
      const asker = askerOf(request, reply);
      return recordingRefusals(predictor, asker, async () => {
        const webhook = await checkWebhook(request.query.webhook);
        const pictures = readPictures(request, memory, LIMITS.picturesPerJob);
        const { requestId, address, keyId, userAgent } = asker;
        const client = { requestId, address, keyId, userAgent };
        const job = await jobs.accept(pictures, { language: languageOf(request), client, webhook });
        return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(job);
      });
    },
  });

  app.get('/v1/jobs/:id', {
    config,
    schema: {
      tags,
      summary: 'How far a job is, and its results',
      operationId: 'getJob',
      params,
      response: { 200: Job, ...errors },
    },
    handler: async (request): Promise<Job> => {
      const { id } = request.params;
      const job = await jobs.find(id, callerOf(request).keyId);
      if (!job) throw notFound(id);
      return job;
    },
  });

  app.delete('/v1/jobs/:id', {
    config,
    schema: {
      tags,
      summary: 'End a job, and forget its pictures and results',
      operationId: 'deleteJob',
      params,
      response: { 204: Type.Null(), ...errors },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      if (!(await jobs.remove(id, callerOf(request).keyId))) throw notFound(id);
      return reply.code(204).send(null);
    },
  });
}
