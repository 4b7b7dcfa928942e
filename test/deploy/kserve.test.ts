// The KServe example: a runtime and a service that fit one another, the image, the server and its protocol.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/server/config.ts';
import { type TestApp, testApp } from '../../src/server/test-app.ts';
import { addKey } from './add-key.ts';
import { faultsOfPart, readObjects } from './kubernetes-objects.ts';

const ROOT = join(import.meta.dirname, '../..');

// No npm package has the schemas of KServe. These are the fields used here, as its API has them
// (pkg/apis/serving/v1alpha1/servingruntime_types.go, v1beta1/component.go, predictor.go and predictor_model.go of
// github.com/kserve/kserve); what is Kubernetes' own in them, containers and volumes, is checked by its schemas.

const strict = { additionalProperties: false };
const Metadata = Type.Object({ name: Type.String({ pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' }) }, strict);
const Protocol = Type.Enum(['v1', 'v2', 'grpc-v1', 'grpc-v2']);

const ServingRuntime = Type.Object(
  {
    apiVersion: Type.Literal('serving.kserve.io/v1alpha1'),
    kind: Type.Literal('ServingRuntime'),
    metadata: Metadata,
    spec: Type.Object(
      {
        supportedModelFormats: Type.Array(
          Type.Object(
            {
              name: Type.String(),
              version: Type.Optional(Type.String()),
              autoSelect: Type.Optional(Type.Boolean()),
              priority: Type.Optional(Type.Integer({ minimum: 1 })),
            },
            strict,
          ),
        ),
        protocolVersions: Type.Array(Protocol),
        containers: Type.Tuple([Type.Unknown()]),
        volumes: Type.Optional(Type.Array(Type.Unknown())),
      },
      strict,
    ),
  },
  strict,
);

const InferenceService = Type.Object(
  {
    apiVersion: Type.Literal('serving.kserve.io/v1beta1'),
    kind: Type.Literal('InferenceService'),
    metadata: Metadata,
    spec: Type.Object(
      {
        predictor: Type.Object(
          {
            minReplicas: Type.Optional(Type.Integer({ minimum: 0 })),
            maxReplicas: Type.Optional(Type.Integer({ minimum: 0 })),
            scaleMetric: Type.Optional(Type.Enum(['cpu', 'memory', 'concurrency', 'rps'])),
            scaleTarget: Type.Optional(Type.Integer({ minimum: 1 })),
            timeout: Type.Integer({ minimum: 1 }),
            model: Type.Object(
              {
                modelFormat: Type.Object(
                  { name: Type.String(), version: Type.Optional(Type.String()) },
                  strict,
                ),
                runtime: Type.String(),
                protocolVersion: Protocol,
                storageUri: Type.String({ pattern: '^(gs|s3|hdfs|pvc|https)://' }),
              },
              strict,
            ),
          },
          strict,
        ),
      },
      strict,
    ),
  },
  strict,
);

const Container = Type.Object({
  name: Type.Literal('kserve-container'),
  image: Type.String(),
  args: Type.Array(Type.String()),
  ports: Type.Tuple([Type.Object({ containerPort: Type.Integer() })]),
  env: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Optional(Type.String()),
      valueFrom: Type.Optional(
        Type.Object({ resourceFieldRef: Type.Optional(Type.Object({ containerName: Type.String() })) }),
      ),
    }),
  ),
  resources: Type.Object({ requests: Type.Object({ cpu: Type.String() }) }),
  readinessProbe: Type.Object({ httpGet: Type.Object({ path: Type.String(), port: Type.Integer() }) }),
  livenessProbe: Type.Object({ httpGet: Type.Object({ path: Type.String(), port: Type.Integer() }) }),
  volumeMounts: Type.Array(Type.Object({ mountPath: Type.String() })),
  securityContext: Type.Object({ runAsUser: Type.Integer() }),
});

const only = (name: string): unknown => {
  const objects = readObjects(readFileSync(join(ROOT, 'deploy/kserve', name), 'utf8'));
  expect(objects).toHaveLength(1);
  return objects[0];
};

describe('KServe', () => {
  const runtime: Static<typeof ServingRuntime> = Value.Parse(ServingRuntime, only('serving-runtime.yaml'));
  const service: Static<typeof InferenceService> = Value.Parse(
    InferenceService,
    only('inference-service.yaml'),
  );
  const container = Value.Parse(Container, runtime.spec.containers[0]);
  const environment = Object.fromEntries(
    container.env.map(({ name, value, valueFrom }) => [
      name,
      value ?? (valueFrom?.resourceFieldRef ? container.resources.requests.cpu : 'postgres://a:b@c/d'),
    ]),
  );
  const config = readConfig(environment, 99);

  it('gets containers and volumes that Kubernetes takes', async () => {
    const faults = [
      ...(await faultsOfPart('core/v1/Container', runtime.spec.containers[0])),
      ...(
        await Promise.all((runtime.spec.volumes ?? []).map((one) => faultsOfPart('core/v1/Volume', one)))
      ).flat(),
    ];
    expect(faults).toEqual([]);
    expect(await faultsOfPart('core/v1/Container', { name: 'a', imagee: 'b' })).toContain(
      '/imagee is no field of it',
    );
  });

  it('finds the runtime for the model, and speaks the protocol that it serves', () => {
    const { model, minReplicas = 1, maxReplicas = 0, timeout } = service.spec.predictor;
    expect(model.runtime).toBe(runtime.metadata.name);
    expect(runtime.spec.supportedModelFormats).toContainEqual(expect.objectContaining(model.modelFormat));
    expect(runtime.spec.protocolVersions).toContain(model.protocolVersion);
    expect(model.protocolVersion).toBe('v2');
    expect(maxReplicas).toBeGreaterThanOrEqual(minReplicas);
    expect(1_000 * timeout).toBeGreaterThan(config.requestDeadlineMs);
  });

  it('starts the server where KServe puts the model, on the port that it asks', () => {
    expect(join(config.modelsDir, config.model)).toBe('/mnt/models');
    expect(config.port).toBe(container.ports[0].containerPort);
    expect(config.host).toBe('0.0.0.0');
    expect(config.concurrency).toBe(Number(container.resources.requests.cpu));
    expect(config.databaseUrl).not.toBe('');
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain(config.dataDir);
    expect(container.args).toEqual(['serve']);
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain(`USER ${container.securityContext.runAsUser}:`);
    const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(container.image).toMatch(new RegExp(`/tampinha:${version.replaceAll('.', '\\.')}$`));
  });

  describe('beside the server', () => {
    let server: TestApp;
    let key = '';
    beforeAll(async () => {
      server = await testApp({ config: { host: '0.0.0.0', auth: 'required' } });
      key = await addKey(server, 'predict');
    });
    afterAll(() => server.close());

    it('asks for health where it is answered without a key', async () => {
      for (const { httpGet } of [container.readinessProbe, container.livenessProbe]) {
        expect(httpGet.port).toBe(config.port);
        const { statusCode } = await server.app.inject({ url: httpGet.path, remoteAddress: '10.1.2.3' });
        expect(statusCode).toBe(200);
      }
    });

    it('names models that are there', async () => {
      const text = readFileSync(join(ROOT, 'deploy/kserve/inference-service.yaml'), 'utf8');
      const addresses = [...text.matchAll(/POST (\S+)\/infer/g)].map(([, address = '']) => address);
      expect(addresses).toHaveLength(2);
      for (const url of addresses)
        expect((await server.app.inject({ url, headers: { 'x-api-key': key } })).statusCode).toBe(200);
    });
  });
});
