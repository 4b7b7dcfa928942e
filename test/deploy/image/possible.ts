// Whether this machine can carry out the steps of an image.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Builder } from './build.ts';
import { mountCommands } from './root.ts';

const TOOLS = ['unshare', 'nsenter', 'chroot', 'ip', 'tar', 'dpkg-query', 'apt-cache', 'npm'];

/** Why it cannot, or nothing. */
export function cannotBuild(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root on Linux can lay folders together';
  const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) return `${missing.join(', ')} not there`;
  if (!existsSync('/var/lib/dpkg/status')) return 'no Debian';
  return canMount() ? undefined : 'overlayfs cannot be mounted here';
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tampinha-mount-'));
  const [lower, upper] = [join(folder, 'lower'), join(folder, 'upper')];
  for (const name of ['proc', 'dev']) mkdirSync(join(lower, name), { recursive: true });
  const { commands } = mountCommands({ layers: [lower], changes: upper });
  const { status } = spawnSync('unshare', [
    '--mount',
    '--pid',
    '--net',
    '--fork',
    'sh',
    '-euc',
    commands.join('\n'),
  ]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

/** After a build that failed: whether that was for want of a mirror or a registry, and not by its own fault. */
export async function whyUnreachable(builder: Builder): Promise<string | undefined> {
  const tries = [
    { script: 'apt-get --error-on=any update', what: "Debian's mirrors" },
    { script: 'npm ping', what: 'the npm registry' },
  ];
  for (const { script, what } of tries) {
    const answered = await builder.attempt('node:24-bookworm-slim', script);
    if (!answered) return `${what} cannot be reached`;
  }
  return undefined;
}
