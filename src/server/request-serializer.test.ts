import { PassThrough } from 'node:stream';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Config } from './config.ts';
import { testApp } from './test-app.ts';

/** The server's own output after one request, and the requests in it. */
async function logged(asked: InjectOptions, config: Partial<Config> = {}) {
  let output = '';
  const sink = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const test = await testApp({ config, logger: pino({ level: 'trace' }, sink) });
  await test.app.inject(asked);
  await test.close();
  const lines = output.trim().split('\n');
  return { output, requests: lines.flatMap((line) => JSON.parse(line).req ?? []) };
}

it.each([
  ['full', '203.0.113.77'],
  ['truncated', '203.0.113.0'],
  ['none', ''],
] as const)('the server’s own output has a client’s address %s, too', async (clientAddress, shown) => {
  const asked = { url: '/v1/models', remoteAddress: '203.0.113.77' };
  const { output, requests } = await logged(asked, { clientAddress });
  expect(requests).toEqual([expect.objectContaining({ url: '/v1/models', remoteAddress: shown })]);
  expect(output.includes('203.0.113.77')).toBe(clientAddress === 'full');
});

const ADDRESS = 'https://hooks.example.org/services/T0/B0XY?s=abcdef&room=42';
const encoded = encodeURIComponent(ADDRESS);
it.each([
  ['encoded', `/v1/jobs?webhook=${encoded}`, '/v1/jobs?webhook=[redacted]'],
  ['not encoded', `/v1/jobs?webhook=${ADDRESS}`, '/v1/jobs?webhook=[redacted]'],
  ['encoded twice', `/v1/jobs?webhook=${encodeURIComponent(encoded)}`, '/v1/jobs?webhook=[redacted]'],
  ['after another', `/v1/jobs?priority=1&webhook=${encoded}`, '/v1/jobs?priority=1&webhook=[redacted]'],
  ['named in another spelling', `/v1/jobs?%77ebH%6fOk=${encoded}`, '/v1/jobs?%77ebH%6fOk=[redacted]'],
  ['in a list', `/v1/jobs?webhook%5B%5D=${encoded}`, '/v1/jobs?webhook%5B%5D=[redacted]'],
  ['behind an encoded mark', `/v1/jobs%3Fwebhook%3D${encoded}`, '/v1/jobs%3Fwebhook%3D[redacted]'],
  ['given twice', `/v1/jobs?webhook=a&webhook=${encoded}`, '/v1/jobs?webhook=[redacted]'],
])('the server’s own output has no address of a webhook: %s', async (_how, url, shown) => {
  const { output, requests } = await logged({ method: 'POST', url, payload: {} });
  expect(requests).toEqual([expect.objectContaining({ url: shown })]);
  expect(output).not.toMatch(/example\.org|B0XY|abcdef|room/);
});

it('the server’s own output has other parameters', async () => {
  const { requests } = await logged({ method: 'POST', url: '/v1/jobs?priority=high&hook=1', payload: {} });
  expect(requests).toEqual([expect.objectContaining({ url: '/v1/jobs?priority=high&hook=1' })]);
});
