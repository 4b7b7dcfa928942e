import type { LoggerOptions } from 'pino';

// What must not get into the server's log: whoever reads it could call the API, or worse, the services behind it.

/** Members of logged objects, up to two levels deep. */
const SECRETS = [
  ...['authorization', 'proxy-authorization', 'x-api-key', 'cookie', 'set-cookie'],
  ...['password', 'token', 'secret'],
  // A failed AUTH of Redis carries the password in the command that failed.
  'command',
];

/** Repetitions are bounded, so that no line can be made that takes long to search. */
const SECRETS_IN_TEXT: readonly (readonly [RegExp, string])[] = [
  // Query parameters that clients put secrets into, though none is read there.
  [/([?&;][\w.-]{0,40}(?:key|token|secret|passw|auth|code|sig)[\w.-]{0,40}=)[^&;\s"\\]+/gi, '$1[redacted]'],
  // Passwords in the addresses of services, as their error messages quote them.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/"]{0,100}:)[^\s@/"]{1,200}@/gi, '$1[redacted]@'],
  // Our own keys and anyone's tokens, wherever they got to.
  [/\b(tmp_[0-9a-f]{8})_[A-Za-z0-9_-]{43}/g, '$1_[redacted]'],
  [/\beyJ[\w-]{10,2000}\.[\w-]{2,8000}\.[\w-]{0,1000}/g, '[redacted]'],
];

export function withoutSecrets(text: string): string {
  return SECRETS_IN_TEXT.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

/** For pino: members by their names, and then every line that leaves, since texts came from anywhere. */
export function loggerOptions(level: string): LoggerOptions {
  const names = SECRETS.map((name) => `["${name}"]`);
  return {
    level,
    redact: {
      paths: ['', '*', '*.*'].flatMap((before) => names.map((name) => `${before}${name}`)),
      censor: '[redacted]',
    },
    hooks: { streamWrite: withoutSecrets },
  };
}
