import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Helm itself: it is the only thing that knows what it makes of a chart.

const ROOT = join(import.meta.dirname, '../..');

/** Where fetch-helm.ts puts it. */
export const FETCHED_HELM = join(ROOT, 'build/tools/helm');

/** `HELM`, the one that was fetched, or the one on the PATH; undefined where there is none. */
export function findHelm(): string | undefined {
  const { HELM } = process.env;
  if (HELM) return HELM;
  if (existsSync(FETCHED_HELM)) return FETCHED_HELM;
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore' });
    return 'helm';
  } catch {
    return undefined;
  }
}

const run = promisify(execFile);

/** What Helm prints. Rejects with what it says about what is wrong. */
export async function helm(program: string, ...parameters: string[]): Promise<string> {
  // Nothing of the user's own Helm is read or changed.
  const env = { ...process.env, HELM_NO_PLUGINS: '1', KUBECONFIG: '/dev/null' };
  const { stdout } = await run(program, parameters, { cwd: ROOT, env, maxBuffer: 64_000_000 });
  return stdout;
}
