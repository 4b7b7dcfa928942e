// What a builder is sent: the project's files that .dockerignore lets through.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

/** Paths within `project`, whether git knows them or not. Whole folders that hold no file of a context are not looked into. */
export function contextFiles(project: string): string[] {
  const rules = dockerignore.default().add(readFileSync(join(project, '.dockerignore'), 'utf8').split('\n'));
  const walk = (folder: string): string[] =>
    readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) return ['.git', 'node_modules'].includes(entry.name) ? [] : walk(path);
      return rules.ignores(path) ? [] : [path];
    });
  return walk('');
}

/** Those that git ignores: made or kept on this machine, and nobody else's business. */
export function ignoredByGit(project: string, files: readonly string[]): string[] {
  if (!existsSync(join(project, '.git'))) return [];
  const args = ['check-ignore', '--stdin', '-z'];
  try {
    const found = execFileSync('git', args, { cwd: project, input: files.join('\0'), encoding: 'utf8' });
    return found.split('\0').filter(Boolean);
  } catch (error) {
    // Status 1: none.
    if (error instanceof Error && 'status' in error && error.status === 1) return [];
    throw error;
  }
}

export function copyContext(project: string, folder: string): string {
  for (const file of contextFiles(project)) cpSync(join(project, file), join(folder, file));
  return folder;
}

/** Bytes of a file, or of the files below a folder. */
export function sizeOf(path: string): number {
  const info = lstatSync(path);
  if (!info.isDirectory()) return info.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
