import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { testApp } from './test-app.ts';

it.each([
  ['full', '203.0.113.77'],
  ['truncated', '203.0.113.0'],
  ['none', ''],
] as const)('the server’s own output has a client’s address %s, too', async (clientAddress, shown) => {
  let output = '';
  const sink = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const test = await testApp({ config: { clientAddress }, logger: pino({ level: 'trace' }, sink) });
  await test.app.inject({ url: '/v1/models', remoteAddress: '203.0.113.77' });
  await test.close();
  const lines = output.trim().split('\n');
  const requests = lines.flatMap((line) => JSON.parse(line).req ?? []);
  expect(requests).toEqual([expect.objectContaining({ url: '/v1/models', remoteAddress: shown })]);
  expect(output.includes('203.0.113.77')).toBe(clientAddress === 'full');
});
