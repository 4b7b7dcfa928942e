import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parseAllDocuments } from 'yaml';

// Objects of Kubernetes and of the operators beside it, checked against the schemas that these publish.

const Words = Type.Record(Type.String(), Type.String());
export const KubernetesObject = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  metadata: Type.Object({
    name: Type.String(),
    labels: Type.Optional(Words),
    annotations: Type.Optional(Words),
  }),
});
export type KubernetesObject = Static<typeof KubernetesObject>;

/** Every object of a YAML stream. */
export function readObjects(text: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { strict: true, uniqueKeys: true });
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const value: unknown = document.toJS();
    return value === null ? [] : [Value.Parse(KubernetesObject, value)];
  });
}

/** npm packages that are made from the schemas of these groups; all others are Kubernetes' own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'serving.knative.dev': '@kubernetes-models/knative',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
};

/** What is wrong with an object; empty for a valid one. */
export async function faultsOf(object: KubernetesObject): Promise<string[]> {
  const { apiVersion, kind, metadata } = object;
  const from = PACKAGES[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models';
  const found = await faultsAs(`${from}/${apiVersion}/${kind}`, object);
  return found.map((fault) => `${kind} ${metadata.name}: ${fault}`);
}

/** Checks what is no object of its own against a part of Kubernetes' schemas, such as `v1/Container`. */
export function faultsOfPart(part: string, value: unknown): Promise<string[]> {
  const name = `IoK8sApi${part.split('/').map(capital).join('')}`;
  return faultsAs(`kubernetes-models/_schemas/${name}`, value);
}

async function faultsAs(path: string, value: unknown): Promise<string[]> {
  const schema: Record<string, unknown> = await import(path);
  const seen = new Set<string>();
  const watched = watch(value, '', seen);
  const said = check(schema, path.split('/').at(-1) ?? '', watched);
  return [...said, ...unseen(value, '', seen).map((where) => `${where} is no field of it`)];
}

const Fault = Type.Object({ instancePath: Type.String(), message: Type.String() });

function check(schema: Record<string, unknown>, name: string, value: unknown): string[] {
  const { validate } = schema;
  if (typeof validate === 'function')
    return validate(value) ? [] : faultLines(Reflect.get(validate, 'errors'));
  const model = schema[name];
  if (typeof model !== 'function') throw new Error(`no schema of ${name}`);
  try {
    // The method of the class, on an object that is none of its making.
    Reflect.get(model.prototype, 'validate').call(value);
    return [];
  } catch (error) {
    if (error instanceof Error && 'errors' in error) return faultLines(error.errors);
    throw error;
  }
}

function faultLines(errors: unknown): string[] {
  return Value.Parse(Type.Array(Fault), errors).map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
}

/**
 * A view of a value that notes what is read of it. The schemas let pass what they do not know; but a validator reads
 * every field that it knows and no other, so what it has not read is misspelt or in the wrong place.
 */
function watch(value: unknown, path: string, seen: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const child: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return child;
      seen.add(`${path}/${key}`);
      return watch(child, `${path}/${key}`, seen);
    },
  });
}

function unseen(value: unknown, path: string, seen: ReadonlySet<string>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const where = `${path}/${key}`;
    return seen.has(where) ? unseen(child, where, seen) : [where];
  });
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
