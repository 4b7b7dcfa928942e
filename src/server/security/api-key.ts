import { hash } from 'node:crypto';

// An API key: `tmp_`, eight hexadecimal digits to recognise it by in lists, 32 random bytes in base64url.
// A key holds 256 bits of chance, so one round of SHA-256 keeps it as well as a slow password hash would.

const SECRET_BYTES = 32;
const NAME_BYTES = 4;
const KEY = /^(tmp_[0-9a-f]{8})_[A-Za-z0-9_-]{43}$/;

export interface NewApiKey {
  /** The whole key; nothing keeps it, so it can be shown only now. */
  readonly text: string;
  /** What lists show of it. */
  readonly prefix: string;
  readonly hash: string;
}

/** `random` gives that many unpredictable bytes. */
export function newApiKey(random: (bytes: number) => Uint8Array): NewApiKey {
  const prefix = `tmp_${Buffer.from(random(NAME_BYTES)).toString('hex')}`;
  const text = `${prefix}_${Buffer.from(random(SECRET_BYTES)).toString('base64url')}`;
  return { text, prefix, hash: hashOfKey(text) };
}

export function isApiKey(text: string): boolean {
  return KEY.test(text);
}

/** SHA-256 in hexadecimal: what the store knows of a key. */
export function hashOfKey(text: string): string {
  return hash('sha256', text);
}
