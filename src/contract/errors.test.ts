import { describe, expect, it } from 'vitest';
import { ERROR_CODES, ERRORS, errorText, isErrorCode, Refusal } from './errors.ts';

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

const INTRODUCTION = `# Errors

Every refusal has the same body on every route:

\`\`\`json
{
  "error": "The picture is larger than 25 MB. Send a smaller one.",
  "code": "FILE_TOO_LARGE",
  "retryable": false,
  "values": { "limit_bytes": 25000000 },
  "language": "en",
  "request_id": "01936f0e-4f9c-7d3a-8b6e-2f1d5c7a9e40"
}
\`\`\`

\`code\` is for programs and stable. \`error\` is for people, in the language of \`Accept-Language\` (Portuguese or
English; without the header Portuguese at \`/classificar\`, English elsewhere), and may be reworded. \`values\` holds
what the sentence names, as data. _Retryable_ means that the very same request can succeed later; with 429 and 503
the header \`Retry-After\` says when.

\`/classificar\` keeps the seed's contract: what is 415 in this list (not a picture that can be read) is 400 there.
Under \`/v2\`, as its protocol has it, 415 and 422 are 400. In the answer to several pictures an error stands in its picture's place, with its status beside it.

This list is the table of \`src/contract/errors.ts\`; a test compares the two.
`;

describe('the error table', () => {
  it.each(ERROR_CODES)('%s has two different sentences with the same placeholders', (code) => {
    const { en, pt } = ERRORS[code];
    expect(en).toMatch(/^[A-Z{].*\.$/s);
    expect(pt).toMatch(/^[A-ZÁÉÍÓÚ{].*\.$/s);
    expect(en).not.toBe(pt);
    expect(placeholders(en)).toEqual(placeholders(pt));
  });

  it.each(ERROR_CODES)('%s is an HTTP error', (code) => {
    expect(ERRORS[code].status).toBeGreaterThanOrEqual(400);
    expect(ERRORS[code].status).toBeLessThan(600);
  });

  // `npx vitest run src/contract -u` writes the file anew.
  it('is what docs/errors.md says', () =>
    expect(errorsMarkdown()).toMatchFileSnapshot('../../docs/errors.md'));
});

describe('errorText', () => {
  it('fills placeholders the way each language writes numbers', () => {
    const values = { width: 30_000, height: 30_000, limit_pixels: 50_000_000 };
    expect(errorText('TOO_MANY_PIXELS', 'en', values)).toBe(
      'The picture has 30,000 × 30,000 pixels; at most 50,000,000 pixels are read.',
    );
    expect(errorText('TOO_MANY_PIXELS', 'pt', values)).toBe(
      'A foto tem 30.000 × 30.000 pixels; o máximo é de 50.000.000 pixels.',
    );
  });

  it('shows bytes as MB or kB', () => {
    expect(errorText('FILE_TOO_LARGE', 'en', { limit_bytes: 25_000_000 })).toContain('25 MB');
    expect(errorText('FILE_TOO_LARGE', 'pt', { limit_bytes: 1_500 })).toContain('1,5 kB');
  });

  it('never evaluates what a client sent', () => {
    const path = '/{id}$&';
    expect(errorText('NOT_FOUND', 'en', { path })).toBe('There is nothing at /{id}$&.');
  });
});

describe('Refusal', () => {
  it('carries code and values', () => {
    const refusal = new Refusal('RATE_LIMITED', { limit: 100, seconds: 7 });
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', values: { limit: 100, seconds: 7 } });
    expect(refusal.message).toContain('7 seconds');
  });

  it('asks for the values its text needs', () => {
    // @ts-expect-error: `seconds` is missing
    expect(new Refusal('RATE_LIMITED', { limit: 100 }).message).toContain('{seconds}');
  });
});

it('knows its own codes only', () => {
  expect(isErrorCode('NO_FILE')).toBe(true);
  expect(isErrorCode('toString')).toBe(false);
});

function errorsMarkdown(): string {
  const sections = ERROR_CODES.map((code) => {
    const { status, retryable, en, pt } = ERRORS[code];
    return `## \`${code}\`\n\n${status}, ${retryable ? 'retryable' : 'not retryable'}\n\n- ${en}\n- ${pt}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}
