// Commands on a root of their own: folders laid over one another (overlayfs), in namespaces that end with the command,
// so that no mount is left behind whatever happens.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Root {
  /** Folders, the uppermost first. */
  readonly layers: readonly string[];
  /** Where changes go; without it the root is read-only. */
  readonly changes?: string;
  /** What of this machine is seen there: path there → path here, or `tmpfs`. */
  readonly mounts?: Readonly<Record<string, string>>;
}

export const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Folders for mount points and overlayfs' own use, beside `folder`. */
function beside(folder: string, name: string): string {
  return mkdtempSync(join(dirname(folder), `${name}-`));
}

/** Shell commands that lay `root` together. Returns where; the shell must be in a mount namespace of its own. */
export function mountCommands({ layers, changes, mounts = {} }: Root): { at: string; commands: string[] } {
  const [first = ''] = layers;
  const at = beside(changes ?? first, 'root');
  const writable = changes ? `,upperdir=${changes},workdir=${beside(changes, 'work')}` : '';
  if (changes) mkdirSync(changes, { recursive: true });
  return {
    at,
    commands: [
      `mount -t overlay overlay -o lowerdir=${layers.join(':')}${writable} ${at}`,
      `mount -t proc proc ${at}/proc`,
      `mount -t tmpfs -o mode=755 tmpfs ${at}/dev`,
      `for d in null zero full random urandom; do touch ${at}/dev/$d; mount --bind /dev/$d ${at}/dev/$d; done`,
      `ln -s /proc/self/fd ${at}/dev/fd`,
      `mkdir ${at}/dev/shm && mount -t tmpfs -o mode=1777 tmpfs ${at}/dev/shm`,
      ...Object.entries(mounts).map(([there, here]) =>
        here === 'tmpfs'
          ? `mount -t tmpfs -o mode=1777 tmpfs ${at}${there}`
          : `mount --bind ${quote(here)} ${quote(at + there)}`,
      ),
    ],
  };
}

/** Starts a shell in namespaces of its own: of mounts, processes, and, when asked, a network of nothing but itself. */
export function spawnApart(commands: readonly string[], { network = true } = {}): ChildProcess {
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', ...(network ? [] : ['--net'])];
  const script = [...(network ? [] : ['ip link set lo up']), ...commands].join('\n');
  return spawn('unshare', [...namespaces, 'sh', '-euc', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What it prints, both streams. @throws Error with all of it when the status is not 0. */
export async function runApart(commands: readonly string[]): Promise<string> {
  const child = spawnApart(['exec 2>&1', ...commands]);
  const [output, status] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  if (status !== 0) throw new Error(`Status ${status}:\n${output}`);
  return output;
}
