// The proxy of deploy/compose, started with its own files: only addresses and folders are replaced.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { COMPOSE_DIR } from './compose-file.ts';
import { findProgram, type Program, startProgram } from './program.ts';

export interface ProxyPlan {
  /** A folder of its own. */
  readonly folder: string;
  /** Where it answers on this machine, in the clear and with TLS. */
  readonly http: number;
  readonly https: number;
  /** For every `address:port` of upstream.conf the port of this machine that stands for it. */
  readonly servers: ReadonlyMap<string, number>;
  readonly certificate: string;
  readonly key: string;
}

export interface RunningProxy extends Program {
  /** Lines of its access log so far. */
  log(): Promise<readonly string[]>;
}

/** Throws when something to replace is not in the files, since then they say something else than is tested. */
export async function startProxy(plan: ProxyPlan): Promise<RunningProxy> {
  const nginx = findProgram('nginx');
  if (!nginx) throw new Error('nginx is not installed');
  const path = await writeConfiguration(plan);
  // As in its container, all of it is one user, who may read and write the folder.
  const directives = `daemon off; user ${userInfo().username};`;
  const program = await startProgram([nginx, '-c', path, '-g', directives], plan.https);
  return {
    ...program,
    async log() {
      const text = await readFile(join(plan.folder, 'access.log'), 'utf8');
      return text.split('\n').filter(Boolean);
    },
  };
}

/** The files as nginx reads them here; returns the main one's path. */
export async function writeConfiguration(plan: ProxyPlan): Promise<string> {
  const { folder, servers } = plan;
  const source = (name: string) => readFile(join(COMPOSE_DIR, 'proxy', name), 'utf8');
  for (const name of ['cache', 'tmp']) await mkdir(join(folder, name), { recursive: true });
  const main = replaceAll(await source('nginx.conf'), {
    'listen 8080;': `listen 127.0.0.1:${plan.http};`,
    'listen 8443 ': `listen 127.0.0.1:${plan.https} `,
    '/run/secrets/tls_certificate': plan.certificate,
    '/run/secrets/tls_key': plan.key,
    '/var/cache/nginx/': `${join(folder, 'cache')}/`,
    // A program's own output is a socket here, which cannot be opened by its name.
    '/dev/stdout': join(folder, 'access.log'),
    '/dev/stderr': join(folder, 'error.log'),
    ' /tmp/': ` ${join(folder, 'tmp')}/`,
  });
  const addresses = [...servers].map(([address, port]) => [`${address} `, `127.0.0.1:${port} `]);
  const upstream = replaceAll(await source('upstream.conf'), Object.fromEntries(addresses));
  await writeFile(join(folder, 'upstream.conf'), upstream);
  const path = join(folder, 'nginx.conf');
  await writeFile(path, main);
  return path;
}

/** All at once, so that nothing is replaced in what has just been put in. Throws when something is not there. */
export function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  const absent = Object.keys(replacements).filter((from) => !text.includes(from));
  if (absent.length > 0) throw new Error(`The configuration does not say ${absent.join(', ')}`);
  const pattern = new RegExp(Object.keys(replacements).map(literally).join('|'), 'g');
  return text.replace(pattern, (from) => replacements[from] ?? from);
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
