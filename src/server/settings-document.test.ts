// The reference of all settings, written from their schema. `npx vitest run src/server/settings-document.test.ts -u`
// writes docs/settings.md anew.
import { type Static, type TProperties, Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { Settings } from './config.ts';
import { INFERENCE_SETTINGS } from './inference/settings.ts';
import { JOB_SETTINGS } from './jobs/settings.ts';
import { TRACE_SETTINGS } from './observability/settings.ts';
import { SECURITY_SETTINGS } from './security/settings.ts';
import { STORE_SETTINGS } from './store/settings.ts';

const PARTS: readonly (readonly [title: string, settings: TProperties])[] = [
  ['Models and the queue', INFERENCE_SETTINGS],
  ['Keys, cache and transport', SECURITY_SETTINGS],
  ['The log', STORE_SETTINGS],
  ['Jobs', JOB_SETTINGS],
  ['Traces', TRACE_SETTINGS],
];
const inParts = new Set(PARTS.flatMap(([, settings]) => Object.keys(settings)));
const server = Object.entries(Settings.properties).filter(([name]) => !inParts.has(name));

const Described = Type.Object({
  description: Type.String(),
  default: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
  type: Type.Optional(Type.String()),
  enum: Type.Optional(Type.Array(Type.String())),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
});

function section(name: string, schema: unknown): string {
  const { description, default: initial, ...rest } = Value.Parse(Described, schema);
  const facts = [
    ...valuesOf(description, rest),
    `Default: ${initial === '' ? 'none' : `\`${initial}\``}`,
    // What the server itself never writes out, since it may hold a password.
    ...(/_(URL|SECRET)$/.test(name) ? ['May hold a password: keep it where secrets are kept'] : []),
  ];
  return `### \`${name}\`\n\n${description}.\n\n${facts.join('. ')}.\n`;
}

function valuesOf(
  description: string,
  { type, enum: choices, minimum, maximum }: Partial<Static<typeof Described>>,
): string[] {
  // Some say in their description what each choice does.
  if (choices?.every((choice) => description.includes(choice))) return [];
  if (choices) return [`One of ${choices.map((choice) => `\`${choice}\``).join(', ')}`];
  if (type === 'boolean') return ['`true` or `false`'];
  if (minimum === undefined || maximum === undefined) return [];
  return [`A whole number from ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`];
}

const partOf = (title: string, settings: readonly (readonly [string, unknown])[]) =>
  `## ${title}\n\n${settings.map(([name, schema]) => section(name, schema)).join('\n')}`;

it('is what docs/settings.md says', async () => {
  const parts = [
    partOf('The server', server),
    ...PARTS.map(([title, settings]) => partOf(title, Object.entries(settings))),
  ];
  expect(inParts.size + server.length).toBe(Object.keys(Settings.properties).length);
  await expect(`${INTRODUCTION}\n${parts.join('\n')}`).toMatchFileSnapshot('../../docs/settings.md');
});

const INTRODUCTION = `# Settings of the server

They come from the environment and are read once, at the start. A wrong one stops the start, and all wrong ones are
named at once. One that is set to nothing has its default. \`tampinha doctor\` reads them as the server would, and tries
what they name.

On \`127.0.0.1\` whoever sits at this machine needs no key; on any other address everyone does (\`AUTH\`,
[security](security.md)). Put a proxy with TLS in front, or give the server a certificate, and name the proxy in
\`TRUST_PROXY\` so that limits count clients and not the proxy. What each size of deployment needs:
[deployment](deployment.md#settings-that-a-size-needs).

This list is the schema of \`src/server/config.ts\`; a test compares the two.
`;
