// The request the page made, as code to run elsewhere.

export const SNIPPET_LANGUAGES = ['curl', 'JavaScript', 'Python'] as const;
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];

export interface SnippetRequest {
  readonly url: string;
  readonly file: string;
  readonly mediaType: string;
}

/** Code that sends the file `request.file` of the working directory and prints the answer. */
export function snippet(language: SnippetLanguage, request: SnippetRequest): string {
  return WRITERS[language](request);
}

const WRITERS: Readonly<Record<SnippetLanguage, (request: SnippetRequest) => string>> = {
  curl: ({ url, file, mediaType }) =>
    [
      `curl ${shellWord(url)} \\`,
      `  -H ${shellWord(`Content-Type: ${mediaType}`)} \\`,
      `  --data-binary ${shellWord(`@./${file}`)}`,
    ].join('\n'),

  JavaScript: ({ url, file, mediaType }) =>
    [
      "import { readFile } from 'node:fs/promises';",
      '',
      `const response = await fetch(${literal(url)}, {`,
      "  method: 'POST',",
      `  headers: { 'Content-Type': ${literal(mediaType)} },`,
      `  body: await readFile(${literal(file)}),`,
      '});',
      'console.log(await response.json());',
    ].join('\n'),

  Python: ({ url, file, mediaType }) =>
    [
      'import json, urllib.request',
      '',
      'request = urllib.request.Request(',
      `    ${literal(url)},`,
      `    data=open(${literal(file)}, "rb").read(),`,
      `    headers={"Content-Type": ${literal(mediaType)}},`,
      ')',
      'print(json.load(urllib.request.urlopen(request)))',
    ].join('\n'),
};

/** One word of a POSIX shell: nothing in it is expanded. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A string literal that JavaScript and Python both read as `text`. */
function literal(text: string): string {
  return JSON.stringify(text);
}
