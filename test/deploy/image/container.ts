// An image at work: its ENTRYPOINT and CMD as process 1, its USER and ENV, a root that nothing can be written to, and a
// network of its own in which its port is free.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Image } from './build.ts';
import { mountCommands, quote, spawnApart } from './root.ts';

export interface Finished {
  readonly status: number | null;
  readonly output: string;
}

export interface ContainerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of this machine by the path that they are seen under; the image must have that path. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Instead of the image's CMD. */
  readonly command?: readonly string[];
}

/** Asks from within the container's network, since nothing else is in it. */
const ASK = `
const [url, headers] = process.argv.slice(1);
const body = await new Response(process.stdin).bytes();
const answer = await fetch(url, { headers: JSON.parse(headers), ...(body.length > 0 && { method: 'POST', body }) });
console.log(JSON.stringify({ status: answer.status, text: await answer.text() }));`;

export class Container {
  readonly #image: Image;
  readonly #env: Readonly<Record<string, string>>;
  readonly #shell: ChildProcess;
  /** What it has printed so far. */
  output = '';
  readonly ended: Promise<number | null>;

  /** With a fresh volume in `folder` for each that the image names. */
  constructor(image: Image, folder: string, { mounts = {}, env = {}, command }: ContainerOptions = {}) {
    const { config, layers } = image;
    const volumes = Object.fromEntries(
      config.volumes.map((path) => [path, freshVolume(image, path, folder)]),
    );
    this.#image = image;
    this.#env = { ...config.env, ...env };
    const { at, commands } = mountCommands({ layers, mounts: { '/tmp': 'tmpfs', ...volumes, ...mounts } });
    const inside = this.#inside([...config.entrypoint, ...(command ?? config.cmd)])
      .map(quote)
      .join(' ');
    this.#shell = spawnApart(
      [...commands, `exec chroot --userspec=${config.user} --groups= ${at} ${inside}`],
      { network: false },
    );
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
    this.ended = new Promise((resolve) => this.#shell.once('close', resolve));
  }

  /** Resolves once `line` has been printed. @throws Error with the output when it ends before. */
  async said(line: RegExp): Promise<void> {
    while (!line.test(this.output)) {
      const ended = await Promise.race([this.ended.then(() => true), sleep(100).then(() => false)]);
      if (ended && !line.test(this.output)) throw new Error(`It ended: ${this.output}`);
    }
  }

  /** Process 1, as this machine counts; undefined until there is one. */
  get processId(): number | undefined {
    const { pid } = this.#shell;
    const [child] = pid ? childrenOf(pid) : [];
    return child;
  }

  /** The commands of the processes that process 1 has started. */
  get started(): string[] {
    return (this.processId ? childrenOf(this.processId) : []).map(commandOf);
  }

  /** What process 1 is. */
  get first(): string {
    return this.processId ? commandOf(this.processId) : '';
  }

  /** A further command in it, as its user. */
  exec(command: readonly string[]): Promise<Finished> {
    const [user = '', group = user] = this.#image.config.user.split(':');
    const who = ['--setuid', user, '--setgid', group];
    const where = ['--mount', '--pid', '--net', '--root', '--wd'];
    return finished(this.#enter([...where, ...who, '--', ...this.#inside(command)]));
  }

  /** What it answers at `url`; with a body, to a POST. */
  async ask(url: string, headers: Readonly<Record<string, string>> = {}, body?: Uint8Array) {
    const words = [
      process.execPath,
      '--input-type=module',
      '--eval',
      ASK,
      '--',
      url,
      JSON.stringify(headers),
    ];
    const child = this.#enter(['--net', '--', ...words]);
    child.stdin?.end(body);
    const { status, output } = await finished(child);
    if (status !== 0) throw new Error(output);
    const answer: { status: number; text: string } = JSON.parse(output);
    return answer;
  }

  moment(): Promise<void> {
    return sleep(20);
  }

  signal(name: NodeJS.Signals): void {
    if (this.processId) process.kill(this.processId, name);
  }

  /** Ends it whatever it does. */
  async remove(): Promise<void> {
    // With process 1 all others end. It does not end with the shell: whoever changes its user is no child to be killed.
    this.signal('SIGKILL');
    this.#shell.kill('SIGKILL');
    await this.ended;
  }

  #enter(args: readonly string[]): ChildProcess {
    return spawn('nsenter', ['--target', `${this.processId}`, ...args], { stdio: 'pipe' });
  }

  #inside(command: readonly string[]): string[] {
    const words = Object.entries(this.#env).map(([name, value]) => `${name}=${value}`);
    return ['env', '-i', `--chdir=${this.#image.config.workdir}`, ...words, ...command];
  }
}

/** An empty folder that belongs to whom the image's own folder belongs, as an engine makes it. */
function freshVolume({ layers }: Image, path: string, folder: string): string {
  const own = layers.map((layer) => join(layer, path)).find((place) => existsSync(place));
  if (!own) throw new Error(`The image has no folder ${path}`);
  const volume = mkdtempSync(join(folder, 'volume-'));
  const { uid, gid, mode } = statSync(own);
  chownSync(volume, uid, gid);
  chmodSync(volume, mode);
  return volume;
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  const found = existsSync(list) ? readFileSync(list, 'utf8').trim() : '';
  return found ? found.split(' ').map(Number) : [];
}

async function finished(child: ChildProcess): Promise<Finished> {
  const streams = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all(streams);
  return { status: await status, output: `${out}${err}` };
}
