// deploy/compose/compose.yaml as Compose would read it: variables filled in, anchors and merges resolved.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

export const COMPOSE_DIR = resolve(import.meta.dirname, '../../deploy/compose');
export const COMPOSE_FILE = join(COMPOSE_DIR, 'compose.yaml');

const Texts = Type.Array(Type.String());
const Mapping = Type.Record(Type.String(), Type.String());
const Needs = Type.Record(Type.String(), Type.Object({ condition: Type.String() }));

const Service = Type.Object({
  image: Type.String(),
  build: Type.Optional(Type.Object({ context: Type.String(), target: Type.String() })),
  entrypoint: Type.Optional(Texts),
  command: Type.Optional(Texts),
  depends_on: Type.Optional(Needs),
  environment: Type.Optional(Mapping),
  ports: Type.Optional(Texts),
  volumes: Type.Optional(Texts),
  tmpfs: Type.Optional(Texts),
  secrets: Type.Optional(Texts),
  networks: Type.Union([
    Texts,
    Type.Record(Type.String(), Type.Object({ ipv4_address: Type.Optional(Type.String()) })),
  ]),
  healthcheck: Type.Optional(
    Type.Object({ test: Type.Optional(Texts), disable: Type.Optional(Type.Boolean()) }),
  ),
  read_only: Type.Boolean(),
  cap_drop: Texts,
  security_opt: Texts,
  restart: Type.String(),
  pids_limit: Type.Integer(),
  deploy: Type.Object({
    resources: Type.Object({
      limits: Type.Object({ cpus: Type.String(), memory: Type.String() }),
    }),
  }),
});
export type Service = Static<typeof Service>;

const Compose = Type.Object({
  services: Type.Record(Type.String(), Service),
  networks: Type.Record(
    Type.String(),
    Type.Object({
      internal: Type.Optional(Type.Boolean()),
      ipam: Type.Optional(Type.Object({ config: Type.Array(Type.Object({ subnet: Type.String() })) })),
    }),
  ),
  volumes: Type.Record(Type.String(), Type.Object({})),
  secrets: Type.Record(Type.String(), Type.Object({ file: Type.String() })),
});
export type Compose = Static<typeof Compose>;

/** Before anything but YAML and variables has been looked at. */
export function readRaw(variables: Readonly<Record<string, string>>): unknown {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return fillIn(value, variables);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, fill(inside)]));
  };
  return fill(parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }));
}

/** Throws when a variable that must be set is not, or when the file has another shape than is used here. */
export function readCompose(variables: Readonly<Record<string, string>>): Compose {
  return Value.Parse(Compose, readRaw(variables));
}

/** `NAME=value` lines, as in .env. */
export function readVariables(text: string): Record<string, string> {
  const lines = text.matchAll(/^([A-Z_]+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}`; `$$` is a dollar. */
export function fillIn(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g,
    (_all, name?: string, kind?: string, rest = '') => {
      if (name === undefined) return '$';
      const value = variables[name] ?? '';
      if (value) return value;
      if (kind === '?') throw new Error(`${name} is not set: ${rest}`);
      return kind === '-' ? rest : value;
    },
  );
}

/** The names of all variables in the file. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name))].sort();
}

/** A service's address in a network whose addresses are given. */
export function addressIn({ networks }: Service, network: string): string | undefined {
  return Array.isArray(networks) ? undefined : networks[network]?.ipv4_address;
}

export function networksOf({ networks }: Service): string[] {
  return Array.isArray(networks) ? networks : Object.keys(networks);
}
