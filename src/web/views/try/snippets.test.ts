import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { snippet } from './snippets.ts';

const request = { url: 'http://localhost:8501/v1/predictions?heatmap=1', mediaType: 'image/jpeg' };

test('curl, for a plain name', () => {
  expect(snippet('curl', { ...request, file: 'foto.jpg' })).toBe(
    [
      "curl 'http://localhost:8501/v1/predictions?heatmap=1' \\",
      "  -H 'Content-Type: image/jpeg' \\",
      "  --data-binary '@./foto.jpg'",
    ].join('\n'),
  );
});

// The shell itself is the judge: with `printf` in curl's place it prints the words it would have passed on.
test('no file name makes the shell run anything or see other words', () => {
  const anyName = fc.string({ unit: fc.constantFrom(...'a\'"`$(){};&|<>*?! \\\n#~-é') });
  fc.assert(
    fc.property(anyName, (file) => {
      const code = snippet('curl', { ...request, file }).replace('curl', "printf '%s\\0'");
      const words = execFileSync('sh', ['-c', code], { encoding: 'utf8' }).split('\0').slice(0, -1);
      expect(words).toEqual([request.url, '-H', 'Content-Type: image/jpeg', '--data-binary', `@./${file}`]);
    }),
    { numRuns: 40 },
  );
});

test('JavaScript and Python name the file whatever it is called', () => {
  const file = 'a "quoted"\\ name\'s.jpg';
  expect(snippet('JavaScript', { ...request, file })).toContain(JSON.stringify(file));
  expect(snippet('Python', { ...request, file })).toContain(JSON.stringify(file));
});
