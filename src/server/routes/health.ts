import { ErrorBody } from '../../contract/error-body.ts';
import { Live, Ready } from '../../contract/health.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

export function healthRoutes(app: App, { deps, queue, metrics, readiness }: Services): void {
  app.get('/health/live', {
    config: { access: 'public' },
    logLevel: 'warn',
    schema: { tags: ['operation'], summary: 'The process answers', response: { 200: Live } },
    handler: async (): Promise<Live> => ({ live: true, version: deps.version }),
  });

  app.get('/health/ready', {
    config: { access: 'public' },
    logLevel: 'warn',
    schema: {
      tags: ['operation'],
      summary: 'A picture would be answered now',
      response: { 200: Ready, '5xx': ErrorBody },
    },
    handler: async (): Promise<Ready> => {
      await readiness.check();
      return { live: true, ready: true, model: deps.inference.card.id, waiting: queue.waiting };
    },
  });

  app.get('/metrics', {
    config: { access: 'read' },
    logLevel: 'warn',
    schema: { tags: ['operation'], summary: 'Measurements in the Prometheus text format' },
    handler: async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  });
}
