import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

// What a place to run costs, as whoever pays writes it down. Every price says where it was read and when.

const Amount = Type.Number({ minimum: 0 });

/** Where a price was read. `dated` is the day that the source gives itself, null where it gives none. */
const Reading = {
  source: Type.String({ minLength: 1 }),
  dated: Type.Union([Type.String({ pattern: '^\\d{4}(-\\d\\d){0,2}$' }), Type.Null()]),
  found: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
};

/** Paid by the hour whether or not pictures come: a database, a load balancer. */
const Standing = Type.Object(
  { what: Type.String({ minLength: 1 }), hour: Amount, count: Amount, ...Reading },
  { additionalProperties: false },
);

export const Prices = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    region: Type.String({ minLength: 1 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    /** One virtual core for an hour. */
    vcpuHour: Amount,
    /** One GiB of memory for an hour. */
    gibHour: Amount,
    requestsMillion: Amount,
    /** One GiB that leaves for the internet. */
    trafficGib: Amount,
    standing: Type.Array(Standing),
    ...Reading,
  },
  { additionalProperties: false },
);
export type Prices = Static<typeof Prices>;

const PriceLists = Type.Array(Prices, { minItems: 1 });

/** Checks what came from a file. Throws an Error that names the first place that is wrong. */
export function readPrices(value: unknown): Prices[] {
  if (Value.Check(PriceLists, value)) return value;
  const [first] = Value.Errors(PriceLists, value);
  throw new Error(`prices: ${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}`);
}
