import { Settings } from '../../src/server/config.ts';

// The part of the chart's values.schema.json that the server's own settings make: what Helm refuses, the server would.

/** Settings that the chart derives from other values. */
export const DERIVED_SETTINGS = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'MODELS_DIR',
  'CONCURRENCY',
  'SHUTDOWN_DELAY_MS',
];

/** Settings that may hold passwords: they come from a Secret. */
export const SECRET_SETTINGS = Object.keys(Settings.properties).filter((name) =>
  /^(DATABASE|DATABASE_READ|REDIS)_URL$|_SECRET$/.test(name),
);

/** The text of values.schema.json with the settings as they are now. */
export function withSettings(text: string): string {
  const schema = JSON.parse(text);
  schema.properties.config = configSchema();
  schema.properties.secret.properties.keys.items = { enum: SECRET_SETTINGS };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** JSON Schema of `config`: each setting as config.ts has it, the others refused. */
function configSchema(): object {
  const held = new Set([...DERIVED_SETTINGS, ...SECRET_SETTINGS]);
  const entries = Object.entries(Settings.properties).filter(([name]) => !held.has(name));
  return {
    description: 'Settings of the server, see docs/settings.md',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(entries.map(([name, schema]) => [name, plainSchema(schema)])),
  };
}

/** Through JSON, which leaves out what TypeBox hangs on beside the schema; defaults are the server's business. */
function plainSchema(schema: object): object {
  const { default: _default, ...plain }: Record<string, unknown> = JSON.parse(JSON.stringify(schema));
  return plain;
}
