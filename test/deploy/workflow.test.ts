// The workflow for a public CI against the rules that GitHub's own parser has for such files, and against the project: it runs
// the same checks as everywhere.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { testApp } from '../../src/server/test-app.ts';
import { readDockerfile } from './image/dockerfile.ts';

const project = join(import.meta.dirname, '../..');
const path = '.github/workflows/ci.yml';
const content = readFileSync(join(project, path), 'utf8');

// The parser's modules import JSON in a way that Node takes only with a word more.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

const errorsOf = (text: string): string[] => {
  const { context } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
};

it('is a workflow', () => {
  expect(errorsOf(content)).toEqual([]);
  expect(errorsOf(content.replace('timeout-minutes', 'timeout'))).not.toEqual([]);
});

const { jobs }: { jobs: Record<string, { steps: { run?: string }[] }> } = parse(content);
const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

it('runs what the project calls its checks', () => {
  expect(jobs.check?.steps.map(({ run }) => run)).toContain('bash .ci/run');
});

it('names files and stages that are there', () => {
  const files = commands.flatMap((command) => command.match(/\S+\/[\w.-]+\.\w+/g) ?? []);
  expect(files).toEqual(['deploy/image/try.sh', 'samples/open-1.jpg']);
  expect(files.filter((file) => !existsSync(join(project, file)))).toEqual([]);
  const targets = commands.flatMap((command) => /--target (\w+)/.exec(command)?.[1] ?? []);
  const stages = readDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8')).map(({ name }) => name);
  expect(targets.filter((target) => !stages.includes(target))).toEqual([]);
});

it('tries the image by its own port, commands and address', async () => {
  const script = join(project, 'deploy/image/try.sh');
  execFileSync('bash', ['-n', script]);
  const text = readFileSync(script, 'utf8');
  const serve = readDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8')).find(
    ({ name }) => name === 'serve',
  );
  const ports = serve?.steps.flatMap((step) => (step.kind === 'expose' ? step.values : []));
  const named = [...text.matchAll(/::(\d+)|(\d+)\/tcp/g)].map(([, published, asked]) => published ?? asked);
  expect([...new Set(named)]).toEqual(ports);
  const create = [join(project, 'src/cli/main.ts'), 'keys', 'create', '--help'];
  expect(execFileSync(process.execPath, create, { encoding: 'utf8' })).toContain('--name');
  expect(text).toContain('tampinha keys create --name');
  const { app, close } = await testApp();
  const path = /\$address(\/[\w/]+)/.exec(text)?.[1] ?? '';
  expect(app.hasRoute({ method: 'POST', url: path })).toBe(true);
  await close();
});
