import { Type } from 'typebox';
import { ErrorBody } from '../../contract/error-body.ts';
import { ModelDetail, ModelList } from '../../contract/model-info.ts';
import { describeActive, listModels } from '../models.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

const params = Type.Object({
  folder: Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$', description: 'As the list names it' }),
});

export function modelRoutes(app: App, { deps }: Services): void {
  const { inference, models, config } = deps;
  const active = () => describeActive(inference.card, models.aliases);

  app.get('/v1/models', {
    config: { access: 'any' },
    schema: {
      tags: ['models'],
      summary: 'The models of this server',
      response: { 200: ModelList, '5xx': ErrorBody },
    },
    handler: async () => ({ models: await listModels(config.modelsDir, inference.card, models.aliases) }),
  });

  app.get('/v1/model', {
    config: { access: 'any' },
    schema: {
      tags: ['models'],
      summary: 'The model that answers now, with its card',
      response: { 200: ModelDetail, '5xx': ErrorBody },
    },
    handler: async () => active(),
  });

  app.post('/v1/models/:folder/activate', {
    config: { access: 'admin' },
    schema: {
      tags: ['models'],
      summary: 'Let another model answer from now on',
      description:
        'It is loaded beside the one that answers and takes over once it has passed its golden check. What was asked ' +
        'before is still answered by the one before.',
      params,
      response: { 200: ModelDetail, '4xx': ErrorBody, '5xx': ErrorBody },
    },
    handler: async (request) => {
      const card = await models.activate(request.params.folder);
      request.log.info({ model: card.id, folder: request.params.folder }, 'Another model answers');
      return active();
    },
  });

  app.post('/v1/models/rollback', {
    config: { access: 'admin' },
    schema: {
      tags: ['models'],
      summary: 'Let the previous model answer again',
      response: { 200: ModelDetail, '4xx': ErrorBody, '5xx': ErrorBody },
    },
    handler: async (request) => {
      const card = await models.rollback();
      request.log.info({ model: card.id }, 'The previous model answers');
      return active();
    },
  });
}
