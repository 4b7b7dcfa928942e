import { ErrorBody } from '../../contract/error-body.ts';
import { ModelDetail, ModelList } from '../../contract/model-info.ts';
import { describeModelFully, listModels } from '../models.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

export function modelRoutes(app: App, { deps }: Services): void {
  const { inference, config } = deps;

  app.get('/v1/models', {
    config: { access: 'any' },
    schema: {
      tags: ['models'],
      summary: 'The models of this server',
      response: { 200: ModelList, '5xx': ErrorBody },
    },
    handler: async () => ({ models: await listModels(config.modelsDir, inference.card) }),
  });

  app.get('/v1/model', {
    config: { access: 'any' },
    schema: {
      tags: ['models'],
      summary: 'The model that answers now, with its card',
      response: { 200: ModelDetail, '5xx': ErrorBody },
    },
    handler: async () => describeModelFully(inference.card),
  });
}
