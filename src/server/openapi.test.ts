import { compileErrors, validate } from '@readme/openapi-parser';
import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApp, testApp } from './test-app.ts';

// The document as those read it who generate clients from it.

type Document = OpenAPIV3_1.Document;

let test: TestApp;
let document: Document;
beforeAll(async () => {
  test = await testApp();
  document = (await test.app.inject({ url: '/openapi.json' })).json<Document>();
});
afterAll(() => test.close());

function operations(): { where: string; operation: OpenAPIV3_1.OperationObject }[] {
  const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ where: `${method.toUpperCase()} ${path}`, operation }] : [];
    }),
  );
}

it('is valid OpenAPI 3.1', async () => {
  const result = await validate(structuredClone(document));
  expect(result.valid ? '' : compileErrors(result)).toBe('');
});

it('writes tuples as JSON Schema 2020-12 does, which the parser above does not look at', () => {
  const tuples: unknown[] = [];
  JSON.parse(JSON.stringify(document), (key, value) => {
    if (key === 'items') expect(Array.isArray(value)).toBe(false);
    if (key === 'prefixItems') tuples.push(value);
    return value;
  });
  expect(tuples.length).toBeGreaterThan(3);
});

it('names every operation once, so that a generated client has a function for each', () => {
  const ids = operations().map(({ where, operation }) => operation.operationId ?? where);
  expect(ids).toEqual(
    expect.arrayContaining(['postPredictions', 'getPredictionsIdFeedback', 'infer', 'createJob']),
  );
  expect(ids.filter((id) => /\W/.test(id))).toEqual([]);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

it('says of every operation what it is, where it belongs and what may come back', () => {
  const tags = document.tags?.map(({ name }) => name) ?? [];
  for (const { where, operation } of operations()) {
    expect([where, operation.summary]).toEqual([where, expect.stringMatching(/\w/)]);
    expect([where, operation.tags?.length]).toEqual([where, 1]);
    expect(tags).toContain(operation.tags?.[0]);
    expect([where, Object.keys(operation.responses ?? {})]).toEqual([
      where,
      expect.arrayContaining([expect.stringMatching(/^2/)]),
    ]);
  }
});
