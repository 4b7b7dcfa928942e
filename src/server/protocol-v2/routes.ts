import { Type } from 'typebox';
import { ErrorBody } from '../../contract/error-body.ts';
import { Refusal } from '../../contract/errors.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';
import { infer } from './infer.ts';
import {
  InferRequest,
  InferResponse,
  ModelMetadata,
  ModelReady,
  ModelStatistics,
  ServerHealth,
  ServerMetadata,
} from './messages.ts';
import { describeOipModel, OIP_MODELS, type OipModel } from './models.ts';
import { OipStatistics } from './statistics.ts';

const EXTENSIONS = ['binary_tensor_data', 'classification', 'statistics'];
const errors = { '4xx': ErrorBody, '5xx': ErrorBody };
const tags = ['inference protocol'];
const config = { inferenceProtocol: true, access: 'any' } as const;

const ModelParams = Type.Object({
  model: Type.String(),
  version: Type.Optional(Type.String()),
});
type ModelParams = { model: string; version?: string | undefined };

/** Each route of a model is there with and without a version. */
const FORMS = [
  { base: '/v2/models/:model', params: Type.Omit(ModelParams, ['version']), suffix: '' },
  { base: '/v2/models/:model/versions/:version', params: Type.Required(ModelParams), suffix: 'Version' },
];

/** The Open Inference Protocol, version 2, over REST: the health and metadata that anyone may read. */
export function protocolRoutes(app: App, services: Services): void {
  const { deps } = services;
  const statistics = new Map(OIP_MODELS.map((model) => [model, new OipStatistics(model.name)]));
  const card = () => deps.inference.card;

  function find({ model: name, version }: ModelParams): OipModel {
    const model = OIP_MODELS.find((one) => one.name === name);
    if (!model) throw new Refusal('MODEL_NOT_FOUND', { name: name.slice(0, 100) });
    if (version !== undefined && version !== card().id)
      throw new Refusal('MODEL_NOT_FOUND', { name: `${name}, version ${version.slice(0, 100)}` });
    return model;
  }

  const statisticsOf = (models: readonly OipModel[], version?: string): ModelStatistics => ({
    model_stats: models.flatMap((model) => {
      const entries = statistics.get(model)?.entries(card().id) ?? [];
      return entries.filter((entry) => version === undefined || entry.version === version);
    }),
  });

  // The specification writes both forms.
  for (const url of ['/v2', '/v2/']) {
    app.get(url, {
      config,
      schema: {
        tags,
        summary: 'What this server is',
        operationId: 'serverMetadata',
        hide: url === '/v2/',
        response: { 200: ServerMetadata, ...errors },
      },
      handler: async (): Promise<ServerMetadata> => ({
        name: 'tampinha',
        version: deps.version,
        extensions: EXTENSIONS,
      }),
    });
  }

  app.get('/v2/health/live', {
    config: { ...config, access: 'public' },
    logLevel: 'warn',
    schema: {
      tags,
      summary: 'The process answers',
      operationId: 'serverLive',
      response: { 200: ServerHealth },
    },
    handler: async (): Promise<ServerHealth> => ({ live: true }),
  });

  app.get('/v2/health/ready', {
    config: { ...config, access: 'public' },
    logLevel: 'warn',
    schema: {
      tags,
      summary: 'Every model answers',
      operationId: 'serverReady',
      response: { 200: ServerHealth, ...errors },
    },
    handler: async (): Promise<ServerHealth> => {
      await services.readiness.check();
      return { live: true, ready: true };
    },
  });

  app.get('/v2/models/stats', {
    config: { ...config, access: 'read' },
    schema: {
      tags,
      summary: "What every model's requests have cost",
      operationId: 'statistics',
      response: { 200: ModelStatistics, ...errors },
    },
    handler: async () => statisticsOf(OIP_MODELS),
  });

  for (const { base, params, suffix } of FORMS) {
    app.get(base, {
      config,
      schema: {
        tags,
        summary: 'What a model takes and gives',
        operationId: `modelMetadata${suffix}`,
        params,
        response: { 200: ModelMetadata, ...errors },
      },
      handler: async ({ params: asked }): Promise<ModelMetadata> => describeOipModel(find(asked), card()),
    });

    app.get(`${base}/ready`, {
      config,
      schema: {
        tags,
        summary: 'A model answers',
        operationId: `modelReady${suffix}`,
        params,
        response: { 200: ModelReady, ...errors },
      },
      handler: async ({ params: asked }): Promise<ModelReady> => {
        const { name } = find(asked);
        // Both models are the one classifier, so one is ready when the server is.
        await services.readiness.check();
        return { name, ready: true };
      },
    });

    app.get(`${base}/stats`, {
      config: { ...config, access: 'read' },
      schema: {
        tags,
        summary: "What a model's requests have cost",
        operationId: `modelStatistics${suffix}`,
        params,
        response: { 200: ModelStatistics, ...errors },
      },
      handler: async ({ params: asked }) => {
        const wanted: ModelParams = asked;
        return statisticsOf([find(wanted)], wanted.version);
      },
    });

    app.post(`${base}/infer`, {
      config: { ...config, access: 'predict' },
      schema: {
        tags,
        summary: 'Classify pictures given as tensors',
        description:
          'The body is JSON, or JSON followed by the tensors of the inputs that announce `binary_data_size`; the ' +
          'header `Inference-Header-Content-Length` then says how long the JSON is, and 0 that there is none.',
        operationId: `infer${suffix}`,
        params,
        body: {
          content: {
            'application/json': { schema: InferRequest },
            'application/octet-stream': { schema: Type.String({ format: 'binary' }) },
          },
        },
        response: { 200: InferResponse, ...errors },
      },
      handler: async (request, reply) => {
        const model = find(request.params);
        const counted = statistics.get(model) ?? new OipStatistics(model.name);
        await infer(request, reply, services, model, counted);
        return reply;
      },
    });
  }
}
