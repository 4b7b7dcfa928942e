// Stand-ins for the images that the Dockerfile starts from, where none can be fetched: the packages of this machine that
// Debian's image consists of, and on top of them this machine's Node and npm, as the image of that name has them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

const run = (command: string, args: readonly string[], input?: string): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'ignore'],
  });

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders.
const FIELDS = '-f=${db:Status-Abbrev}|${Package}|${Priority}|${Essential}\\n';

/** What debian:*-slim holds: what is required, apt, the keys of its mirrors, and all that those need. */
function packages(): string[] {
  const installed = run('dpkg-query', ['-W', FIELDS])
    .split('\n')
    .filter((line) => line.startsWith('ii'))
    .map((line) => line.split('|').slice(1));
  const required = installed
    .filter(([, ...marks]) => /required|yes/.test(marks.join()))
    .map(([name = '']) => name);
  const unwanted = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const needs = ['depends', '--recurse', '--installed', ...unwanted.map((kind) => `--no-${kind}`)];
  const closure = run('apt-cache', [...needs, ...required, 'apt', 'debian-archive-keyring', 'base-files']);
  const there = new Set(installed.map(([name]) => name));
  return [...new Set(closure.split('\n'))].filter((name) => there.has(name));
}

/** A folder that stands for Debian's slim image. */
export function makeDebian(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const names = packages();
  const listed = run('dpkg', ['-L', ...names])
    .split('\n')
    .filter((line) => line.startsWith('/'));
  // Made by scripts when the packages were installed, so that no package lists them.
  const made = ['/usr/bin/awk', '/etc/alternatives/awk', ...dpkgFiles(names)];
  const wanted = [...listed, ...made].filter((path) => !/^\/usr\/share\/(doc|man|locale)\//.test(path));
  const list = [...new Set(wanted.map(inUsr))].map((path) => `.${path}\n`).join('');
  const pack =
    'tar --create --no-recursion --ignore-failed-read --directory=/ --files-from=- --file=- 2>/dev/null';
  run('sh', ['-c', `${pack} | tar --extract --preserve-permissions --directory="$1"`, 'sh', folder], list);
  cpSync('/etc/apt', join(folder, 'etc/apt'), { recursive: true });
  configure(folder, names);
  return folder;
}

/** Packages list /bin/sh and the like, although /bin is a link. */
const inUsr = (path: string): string => path.replace(/^\/(s?bin|lib\w*)\//, '/usr/$1/');

const dpkgFiles = (names: readonly string[]): string[] =>
  run('sh', ['-c', 'ls /var/lib/dpkg/info'])
    .split('\n')
    .filter((file) => names.includes(file.replace(/(:\w+)?\.\w+$/, '')))
    .map((file) => `/var/lib/dpkg/info/${file}`);

/** What the packages' installation would have written. */
function configure(folder: string, names: readonly string[]): void {
  const to = (path: string) => join(folder, path);
  cpSync(to('usr/share/base-passwd/passwd.master'), to('etc/passwd'));
  cpSync(to('usr/share/base-passwd/group.master'), to('etc/group'));
  const status = readFileSync('/var/lib/dpkg/status', 'utf8').split('\n\n');
  const installed = status.filter((entry) => names.includes(/^Package: (\S+)/m.exec(entry)?.[1] ?? ''));
  writeFileSync(to('var/lib/dpkg/status'), `${installed.join('\n\n')}\n\n`);
  for (const path of ['proc', 'sys', 'dev', 'tmp', 'root', 'etc/ssl/certs'])
    mkdirSync(to(path), { recursive: true });
  for (const path of ['etc/resolv.conf', 'etc/hosts', 'etc/ssl/certs/ca-certificates.crt', 'root/.npmrc'])
    writeFileSync(to(path), '');
  // As the image has it: what is built is kept whole or not at all, so nothing waits for the disk.
  mkdirSync(to('etc/dpkg/dpkg.cfg.d'), { recursive: true });
  writeFileSync(to('etc/dpkg/dpkg.cfg.d/docker-apt-speedup'), 'force-unsafe-io\n');
  execFileSync('chroot', [folder, 'ldconfig']);
}

/** A layer that makes Debian's image Node's: the binary that runs these tests, this machine's npm, the user `node`. */
export function makeNode(folder: string): string {
  const to = (path: string) => join(folder, 'usr/local', path);
  mkdirSync(to('bin'), { recursive: true });
  cpSync(process.execPath, to('bin/node'), { dereference: true });
  const npm = dirname(
    dirname(realpathSync(process.env.npm_execpath ?? run('sh', ['-c', 'command -v npm']).trim())),
  );
  cpSync(npm, to('lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, to(`bin/${name}`));
  return folder;
}
