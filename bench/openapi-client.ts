// Does a client generator take our OpenAPI document, and does what it writes compile?
//
//     node bench/openapi-client.ts
//
// Fetches the generator from npm into a temporary folder.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTampinha } from './load/targets.ts';

const folder = await mkdtemp(join(tmpdir(), 'tampinha-client-'));
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });

const server = await startTampinha();
const document = await (await fetch(`${server.url}/openapi.json`)).text();
await server.stop();
await writeFile(join(folder, 'openapi.json'), document);
await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
run('npm', 'install', '--no-audit', '--no-fund', '@hey-api/openapi-ts@0.99', 'typescript@5.9');
run('npx', 'openapi-ts', '-i', 'openapi.json', '-o', 'client');
const strict = [
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--target',
  'es2022',
  '--lib',
  'es2022,dom,dom.iterable',
];
const modules = ['--module', 'esnext', '--moduleResolution', 'bundler'];
run('npx', 'tsc', ...strict, ...modules, 'client/index.ts');
console.log('the generated client compiles');
await rm(folder, { recursive: true });
