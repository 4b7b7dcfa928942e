import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { FastifyBaseLogger } from 'fastify';
import { ConfigError } from '../config.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Certificate {
  /** PEM. */
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** How often the files are looked at: certificates are renewed days before they end. */
const WATCH_MS = 10_000;

/** Reads both, and rejects when they are no certificate and its key. */
export async function readCertificate({ cert, key }: TlsFiles): Promise<Certificate> {
  const certificate = { cert: await readFile(cert), key: await readFile(key) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new ConfigError(`${cert} and ${key} are no certificate and its key`, { cause: error });
  }
  return certificate;
}

/**
 * Takes a renewed certificate up without a restart: connections that are open go on with the old one. Files that do
 * not fit together, as in the middle of a renewal, change nothing. Returns what ends the watching.
 */
export function watchCertificate(
  server: Server,
  files: TlsFiles,
  logger?: FastifyBaseLogger,
  everyMs = WATCH_MS,
): () => void {
  const renew = async () => {
    try {
      server.setSecureContext(await readCertificate(files));
      logger?.info('The certificate has been renewed');
    } catch (error) {
      logger?.error(
        error,
        'The certificate was changed into something that cannot be used; the old one stays',
      );
    }
  };
  // Polling follows what links point to, which is how most renewals replace a file.
  const paths = [files.cert, files.key];
  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, renew);
  return () => {
    for (const path of paths) unwatchFile(path, renew);
  };
}
