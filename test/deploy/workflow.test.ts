// The workflow for a public CI against the rules that GitHub's own parser has for such files, and against the project: it runs
// the same checks as everywhere.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

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

it('runs what the project calls its checks', () => {
  const { jobs }: { jobs: Record<string, { steps: { run?: string }[] }> } = parse(content);
  expect(jobs.check?.steps.map(({ run }) => run)).toContain('bash .ci/run');
});
