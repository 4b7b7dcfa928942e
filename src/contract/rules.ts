import { type ErrorValues, filled, type Language } from './errors.ts';

// What can be wrong with a parameter, as sentences' ends in both languages. A refusal carries the rule's name and its
// values; the server fills in the words. Not a part of the error table, which the page carries with it.

export const RULES = {
  enum: { en: 'it must be one of {allowed}, not {value}', pt: 'deve ser um destes: {allowed}; veio {value}' },
  type: { en: 'it must be of type {type}, not {value}', pt: 'deve ser do tipo {type}; veio {value}' },
  required: { en: 'it is missing', pt: 'falta' },
  unknown: { en: 'there is no such parameter here', pt: 'não existe aqui' },
  minimum: { en: 'it must be at least {limit}, not {value}', pt: 'deve ser no mínimo {limit}; veio {value}' },
  maximum: { en: 'it must be at most {limit}, not {value}', pt: 'deve ser no máximo {limit}; veio {value}' },
  minLength: {
    en: 'it must have at least {limit} characters, not {length}',
    pt: 'deve ter no mínimo {limit} caracteres; vieram {length}',
  },
  maxLength: {
    en: 'it may have at most {limit} characters, not {length}',
    pt: 'pode ter no máximo {limit} caracteres; vieram {length}',
  },
  minItems: {
    en: 'it must have at least {limit} items, not {length}',
    pt: 'deve ter no mínimo {limit} itens; vieram {length}',
  },
  maxItems: {
    en: 'it may have at most {limit} items, not {length}',
    pt: 'pode ter no máximo {limit} itens; vieram {length}',
  },
  format: { en: 'it must be a {format}, not {value}', pt: 'deve ser um {format}; veio {value}' },
  schema: { en: '{detail}', pt: '{detail}' },
  time: {
    en: 'it must be a time of RFC 3339, as 2026-11-23T06:00:00Z',
    pt: 'deve ser um horário da RFC 3339, como 2026-11-23T06:00:00Z',
  },
  range: { en: 'it must be before "to"', pt: 'deve vir antes de "to"' },
  buckets: {
    en: 'at most {limit} buckets are given, this range has {length}',
    pt: 'no máximo {limit} intervalos são dados; este período tem {length}',
  },
  cursor: { en: 'it must come from a page before', pt: 'deve vir de uma página anterior' },
  'no-secret': {
    en: 'this server has no WEBHOOK_SECRET to sign with',
    pt: 'este servidor não tem WEBHOOK_SECRET para assinar',
  },
  'no-http': { en: 'it must be an http or https address', pt: 'deve ser um endereço http ou https' },
  'has-password': {
    en: 'it must not hold a name or a password',
    pt: 'não pode conter nome nem senha',
  },
  'not-public': { en: 'it does not lead to a public address', pt: 'não leva a um endereço público' },
  'unknown-host': { en: 'its name is not known', pt: 'o nome dele não é conhecido' },
} as const satisfies Record<string, Readonly<Record<'en' | 'pt', string>>>;

export type Rule = keyof typeof RULES;

export function isRule(text: string | number): text is Rule {
  return Object.hasOwn(RULES, text);
}

/** The words of the rule that `values` name. */
export function ruleText(language: Language, values: ErrorValues & { readonly rule: Rule }): string {
  return filled(RULES[values.rule][language], language, values);
}

/** One of the errors that TypeBox lists. */
export interface SchemaComplaint {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** The longest value that is shown again. */
const SHOWN = 60;

/**
 * The parameter that the first of a validator's complaints is about, the rule that it breaks, and what the rule's words
 * need. `otherwise` names what is wrong where no parameter is to blame.
 */
export function brokenRule(
  [first]: readonly SchemaComplaint[],
  whole: unknown,
  otherwise: string,
): RuleValues {
  return first
    ? ruleOf(first, whole, otherwise)
    : { name: otherwise, rule: 'schema', detail: 'it does not fit its schema' };
}

type RuleValues = ErrorValues & { readonly name: string; readonly rule: Rule };

function ruleOf(
  { keyword, instancePath, params, message }: SchemaComplaint,
  whole: unknown,
  otherwise: string,
): RuleValues {
  const details: Readonly<Record<string, unknown>> = { ...params };
  const value = valueAt(whole, instancePath);
  const [named] = [details.requiredProperties, details.additionalProperties].flat();
  const path = instancePath.slice(1);
  const name = path || (typeof named === 'string' ? named : otherwise);
  const shown = () => (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, SHOWN);
  const limit = typeof details.limit === 'number' ? details.limit : 0;
  switch (keyword) {
    case 'enum':
      return { name, rule: 'enum', allowed: [details.allowedValues].flat().join(', '), value: shown() };
    case 'type':
      return { name, rule: 'type', type: String(details.type), value: shown() };
    case 'required':
      return { name, rule: 'required' };
    case 'additionalProperties':
    case 'boolean':
      return { name, rule: 'unknown' };
    case 'minimum':
    case 'maximum':
      return { name, rule: keyword, limit, value: shown() };
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
      return { name, rule: keyword, limit, length: lengthOf(value) };
    case 'format':
      return { name, rule: 'format', format: String(details.format), value: shown() };
    default:
      return { name, rule: 'schema', detail: message };
  }
}

/** Follows a JSON pointer. */
function valueAt(whole: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce(
      (value: unknown, key) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
      whole,
    );
}

const lengthOf = (value: unknown): number =>
  typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : 0;
