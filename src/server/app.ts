import { maxHeaderSize } from 'node:http';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import multipart from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { brokenConnections } from './broken-connections.ts';
import type { Dependencies } from './dependencies.ts';
import { discardUnreadBodies } from './discard-body.ts';
import { replyWithErrorTable } from './error-replies.ts';
import type { Jobs } from './jobs/jobs.ts';
import { openJobs } from './jobs/open-jobs.ts';
import { jobRoutes } from './jobs/routes.ts';
import { refuseOtherMethods } from './methods.ts';
import type { Metrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { servePage } from './page.ts';
import { protocolRoutes } from './protocol-v2/routes.ts';
import { judgeHeads } from './request-head.ts';
import { requestSerializer } from './request-serializer.ts';
import { classificarRoute } from './routes/classificar.ts';
import { healthRoutes } from './routes/health.ts';
import { insightRoutes } from './routes/insights.ts';
import { logRoutes } from './routes/log.ts';
import { modelRoutes } from './routes/models.ts';
import { predictRoute } from './routes/predict.ts';
import { announceAccess } from './security/announce.ts';
import { guardRequests } from './security/guard.ts';
import { addSecurityHeaders, BARE_SECURITY_HEADERS } from './security-headers.ts';
import { createServices, type Services } from './services.ts';
import { validateBySchema } from './validate.ts';

/** A request that takes longer than this to come in is ended. Phones upload slowly. */
const REQUEST_TIMEOUT_MS = 300_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** A connection on which nothing moves for this long is ended. */
const IDLE_TIMEOUT_MS = 60_000;

/** The whole HTTP application, not yet listening. Closing it closes the store. */
export async function buildApp(deps: Dependencies): Promise<FastifyInstance> {
  const services = await createServices(deps);
  const app = createInstance(deps, services.metrics);
  replyWithErrorTable(app, services.metrics);
  discardUnreadBodies(app);
  judgeHeads(app);
  refuseOtherMethods(app);
  acceptEveryBody(app);
  measureRequests(app, services);
  services.traces?.attach(app);
  endConnectionsWhenClosing(app, deps.ending);
  app.addHook('onClose', async () => {
    deps.shared?.close();
    await deps.closeStore();
  });

  await addSecurityHeaders(app, deps.certificate !== undefined);
  if (deps.config.corsOrigins.length > 0) await allowOrigins(app, deps.config.corsOrigins);
  guardRequests(app, deps);
  await app.register(multipart, { throwFileSizeLimit: false, limits: FORM_LIMITS });
  await describeApi(app, deps.version);
  app.get('/openapi.json', { config: { access: 'any' }, schema: { hide: true } }, async () => app.swagger());
  const jobs = await openJobs(services);
  try {
    await addRoutes(app, services, jobs);
    await app.ready();
    await announceAccess(deps);
    return app;
  } catch (error) {
    // Opened here, and so closed here; what was given is for the giver to close.
    await jobs.stop().finally(() => jobs.close());
    throw error;
  }
}

async function addRoutes(app: FastifyInstance, services: Services, jobs: Jobs): Promise<void> {
  const { deps } = services;
  app.addHook('onReady', () => jobs.start());
  app.addHook('preClose', () => jobs.stop());
  app.addHook('onClose', () => jobs.close());
  await app.register((scope) => apiRoutes(scope, services, jobs));
  healthRoutes(app.withTypeProvider<TypeBoxTypeProvider>(), services);
  if (!(await servePage(app, deps.pageDir)))
    deps.logger?.warn('There is no page: npm run build:web makes it');
}

/**
 * A preflight is answered before anyone asks for a key, which a browser never sends with one. Any other OPTIONS is
 * answered as where no origin is allowed.
 */
async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  const options: FastifyCorsOptions = {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: [
      'x-request-id',
      'x-cache',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'inference-header-content-length',
      'location',
      'www-authenticate',
    ],
  };
  // The plugin's own route for every address, which passes on what it does not answer as if there were none.
  app.addHook('onRoute', (route) => {
    if (route.method === 'OPTIONS' && route.url === '*') route.config = { ...route.config, access: 'any' };
  });
  await app.register(cors, {
    delegator: (request, done) => done(null, { ...options, preflight: isPreflight(request) }),
  });
}

function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** Sizes and numbers of pictures are judged where they are read, with their own refusals. */
const FORM_LIMITS = {
  fileSize: Number.POSITIVE_INFINITY,
  fieldSize: 10_000,
  headerPairs: 50,
};

function createInstance(
  { config, logger, newId, certificate }: Dependencies,
  { refusals }: Metrics,
): FastifyInstance {
  const connections = brokenConnections(newId, (code) => refusals.inc({ code }));
  const app = fastify({
    // Node's own choice of ciphers is kept up better than a list here would be.
    ...(certificate && { https: { ...certificate, minVersion: 'TLSv1.2' } }),
    ...(logger && {
      loggerInstance: logger.child({}, { serializers: { req: requestSerializer(config) } }),
    }),
    genReqId: newId,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, requireHostHeader: false },
    // While closing, what comes in on open connections is still answered; those connections then end.
    return503OnClosing: false,
    clientErrorHandler: connections.refuse,
    // As much as a head may hold: how long a parameter may be is for its route to say.
    routerOptions: { maxParamLength: maxHeaderSize },
    // An address that cannot be decoded, before there is a route or a hook; Fastify would otherwise answer by itself.
    frameworkErrors: (error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers({ 'x-request-id': request.id, ...BARE_SECURITY_HEADERS });
      return request.server.errorHandler(error, request, reply);
    },
  });
  connections.watch(app.server);
  return app.setValidatorCompiler(validateBySchema).setSerializerCompiler(() => JSON.stringify);
}

/** Bodies are read by the routes that want one, as they arrive and within their own limits. */
function acceptEveryBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

function measureRequests(app: FastifyInstance, { metrics }: Services): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) };
    metrics.requests.observe(labels, reply.elapsedTime / 1_000);
  });
}

/**
 * A connection kept alive by an answer given while closing would keep the server from ending. And one that is told
 * before is not cut while its client sends the next request on it.
 */
function endConnectionsWhenClosing(app: FastifyInstance, ending?: AbortSignal): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing || ending?.aborted) reply.header('connection', 'close');
  });
}

async function apiRoutes(scope: FastifyInstance, services: Services, jobs: Jobs): Promise<void> {
  const app = scope.withTypeProvider<TypeBoxTypeProvider>();
  classificarRoute(app, services);
  predictRoute(app, services);
  logRoutes(app, services);
  insightRoutes(app, services);
  modelRoutes(app, services);
  protocolRoutes(app, services);
  jobRoutes(app, services, jobs);
}
