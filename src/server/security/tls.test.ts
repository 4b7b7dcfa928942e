import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp } from '../test-app.ts';
import { readCertificate, watchCertificate } from './tls.ts';

const opensslIsHere = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!opensslIsHere)('TLS', () => {
  let folder: string;
  let files: { cert: string; key: string };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-tls-'));
    files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    make('first');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A certificate that signs itself. */
  function make(name: string): void {
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', files.key];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', files.cert, ...subject], {
      stdio: 'ignore',
    });
  }

  /** Asks on a connection of its own, believing only the certificate that lies in the file now. */
  async function ask(url: string) {
    const agent = new Agent({ ca: await readFile(files.cert), keepAlive: false });
    const request = get(url, { agent });
    const [response] = await once(request, 'response');
    const certificate = (response.socket as TLSSocket).getPeerCertificate();
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    return { status: response.statusCode, headers: response.headers, name: certificate.subject.CN, body };
  }

  it('is spoken when there is a certificate, and promised for a year', async () => {
    const test = await testApp({ certificate: await readCertificate(files) });
    const url = (await test.url()).replace('http:', 'https:');
    const { status, headers, name } = await ask(`${url}/health/live`);
    expect([status, name]).toEqual([200, 'first']);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    await test.close();
  });

  it('takes a renewed certificate up under way, and keeps the old one from a broken file', async () => {
    const server: Server = createServer(await readCertificate(files), (_request, response) =>
      response.end('x'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stop = watchCertificate(server, files, undefined, 30);
    const url = `https://127.0.0.1:${port}/`;
    expect((await ask(url)).name).toBe('first');
    make('second');
    // Until the server has the new one, whoever believes only that is refused.
    const name = async () => (await ask(url).catch(() => undefined))?.name;
    while ((await name()) !== 'second') await new Promise((resolve) => setTimeout(resolve, 20));
    const sound = await readFile(files.cert);
    await writeFile(files.cert, 'half a certifi');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await writeFile(files.cert, sound);
    expect(await name()).toBe('second');
    stop();
    server.close();
  });

  it('names files that are no certificate and its key', async () => {
    const { cert } = files;
    await expect(readCertificate({ cert, key: cert })).rejects.toThrow(cert);
    await expect(readCertificate({ cert, key: join(folder, 'none') })).rejects.toThrow('ENOENT');
  });
});
