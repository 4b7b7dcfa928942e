// The files of deploy/observe, read strictly: a word that Prometheus or Grafana would not know, or pass over, is an error.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '../..');
export const ALERT_FILE = join(ROOT, 'deploy/observe/alerts/tampinha.yaml');
const DASHBOARDS = join(ROOT, 'deploy/observe/dashboards');

const strict = { additionalProperties: false };
const Recording = Type.Object({ record: Type.String(), expr: Type.String() }, strict);
const Alert = Type.Object(
  {
    alert: Type.String({ pattern: '^Tampinha[A-Z][A-Za-z]+$' }),
    expr: Type.String(),
    for: Type.String({ pattern: '^[0-9]+[mh]$' }),
    labels: Type.Object({ severity: Type.String() }, strict),
    annotations: Type.Object(
      {
        summary: Type.String({ minLength: 10 }),
        description: Type.String({ minLength: 10 }),
        runbook_url: Type.String(),
      },
      strict,
    ),
  },
  strict,
);
const Rules = Type.Object(
  {
    groups: Type.Array(
      Type.Object({ name: Type.String(), rules: Type.Array(Type.Union([Recording, Alert])) }, strict),
    ),
  },
  strict,
);
export type Rules = Static<typeof Rules>;
export type Alert = Static<typeof Alert>;
export type Recording = Static<typeof Recording>;

export function readRules(): Rules {
  return checked(Rules, parse(readFileSync(ALERT_FILE, 'utf8')), ALERT_FILE);
}

export function alerts({ groups }: Rules): Alert[] {
  return groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule));
}

export function recordings({ groups }: Rules): Recording[] {
  return groups.flatMap(({ rules }) => rules.filter((rule) => 'record' in rule));
}

export function checked<Schema extends TSchema>(
  schema: Schema,
  value: unknown,
  name: string,
): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const errors = Value.Errors(schema, value).slice(0, 5);
  throw new Error(
    `${name}:\n${errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join('\n')}`,
  );
}

/** Name and text of every dashboard. */
export function dashboardFiles(): (readonly [name: string, text: string])[] {
  return readdirSync(DASHBOARDS).map((name) => [name, readFileSync(join(DASHBOARDS, name), 'utf8')] as const);
}
