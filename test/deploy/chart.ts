import { join } from 'node:path';
import { helm } from './helm-program.ts';
import { type KubernetesObject, readObjects } from './kubernetes-objects.ts';

// What Helm makes of the chart with this or that set of values.

export const CHART = 'deploy/helm/tampinha';

const values = (name: string) => ['--values', join(CHART, `values-${name}.yaml`)];
const set = (...pairs: string[]) => pairs.flatMap((pair) => ['--set', pair]);

/** The sets of values that the project ships, one with a Secret that is there, and one in which everything is on. */
export const SETS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  small: values('small'),
  secret: set('secret.name=passwords', 'replicas=2', 'persistence.enabled=false'),
  production: values('production'),
  everything: [
    ...values('production'),
    ...set('training.enabled=true', 'training.dataClaim=photographs', 'training.outClaim=runs'),
    ...set('training.args={--steps,100\\,200,--hold-out,none}', 'models.existingClaim=models'),
    ...set('imagePullSecrets[0].name=registry', 'nodeSelector.pool=cpu', 'priorityClassName=high'),
    ...set('tolerations[0].key=pool', 'tolerations[0].operator=Exists', 'podLabels.team=bottles'),
    ...set('podAnnotations.reason=test', 'serviceAccount.annotations.role=none', 'service.annotations.a=b'),
    ...set('affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1'),
    ...set(
      'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key=fast',
      'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].operator=Exists',
    ),
    ...set(
      'gateway.enabled=true',
      'gateway.parentRefs[0].name=public',
      'gateway.hosts={tampinha.example.org}',
    ),
    ...set(`image.digest=sha256:${'0'.repeat(64)}`),
  ],
};

/** What `helm template` prints. Rejects with what it refuses. */
export function template(program: string, ...parameters: string[]): Promise<string> {
  return templateAs(program, 'shop', ...parameters);
}

/** As a release of this name. */
export function templateAs(program: string, release: string, ...parameters: string[]): Promise<string> {
  return helm(program, 'template', release, CHART, '--namespace', 'bottles', ...parameters);
}

export async function render(program: string, ...parameters: string[]): Promise<KubernetesObject[]> {
  return readObjects(await template(program, ...parameters));
}
