import { type Static, Type } from 'typebox';
import { ADDRESS_POLICIES, type AddressPolicy } from '../../store/client-address.ts';

// The settings of the log: where it lies, how long it keeps what, and what happens when it cannot be written.

const WHEN_DOWN = ['refuse', 'answer'] as const;
const POSTGRES = String.raw`^(|postgres(ql)?://\S+)$`;

export const STORE_SETTINGS = {
  DATABASE_URL: Type.String({
    pattern: POSTGRES,
    default: '',
    description: 'PostgreSQL for the log, keys and jobs of all processes; without it they lie in `DATA_DIR`',
  }),
  DATABASE_READ_URL: Type.String({
    pattern: POSTGRES,
    default: '',
    description:
      'A replica of that database for lists, statistics and the review queue; what they show may be a moment behind',
  }),
  RETENTION_DAYS: Type.Integer({
    minimum: 0,
    maximum: 36_500,
    default: 0,
    description:
      'Predictions and their feedback are forgotten after this many days; 0 keeps them. PostgreSQL forgets a month at a time, when all of it is that old',
  }),
  KEEP_PICTURES: Type.Boolean({
    default: false,
    description:
      'Whether the pictures of answers are kept in `DATA_DIR/pictures`, without their metadata, as long as the predictions',
  }),
  KEEP_PICTURES_MB: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000,
    default: 1_000,
    description: 'Room for them; beyond it the oldest go first',
  }),
  CLIENT_ADDRESS: Type.Unsafe<AddressPolicy>(
    Type.Enum([...ADDRESS_POLICIES], {
      default: 'full',
      description:
        'What the log keeps of a client’s address: `full`, `truncated` (/24 of IPv4, /48 of IPv6), `hashed` (with `CLIENT_ADDRESS_SECRET`) or `none`',
    }),
  ),
  CLIENT_ADDRESS_SECRET: Type.String({
    pattern: '^(|.{16,})$',
    default: '',
    description: 'The key of hashed addresses, 16 characters or more, the same on all processes',
  }),
  LOG_WHEN_DOWN: Type.Unsafe<(typeof WHEN_DOWN)[number]>(
    Type.Enum([...WHEN_DOWN], {
      default: 'refuse',
      description:
        'What happens to an answer that the log cannot take: `refuse` it with 503, or `answer` and write the entry to the server’s own output instead',
    }),
  ),
};
const Shape = Type.Object(STORE_SETTINGS);
type StoreSettings = Static<typeof Shape>;

export interface StoreSettingsConfig {
  /** Empty for the embedded database. */
  readonly databaseUrl: string;
  /** Empty for the database itself. */
  readonly databaseReadUrl: string;
  /** Null for ever. */
  readonly retentionDays: number | null;
  readonly keepPictures: boolean;
  /** Of all pictures kept. */
  readonly keepPicturesBytes: number;
  readonly clientAddress: AddressPolicy;
  readonly clientAddressSecret: string;
  readonly logWhenDown: StoreSettings['LOG_WHEN_DOWN'];
}

/** From settings that fit the schema. */
export function readStoreSettings(settings: StoreSettings): StoreSettingsConfig {
  return {
    databaseUrl: settings.DATABASE_URL,
    databaseReadUrl: settings.DATABASE_READ_URL,
    retentionDays: settings.RETENTION_DAYS || null,
    keepPictures: settings.KEEP_PICTURES,
    keepPicturesBytes: settings.KEEP_PICTURES_MB * 1_000_000,
    clientAddress: settings.CLIENT_ADDRESS,
    clientAddressSecret: settings.CLIENT_ADDRESS_SECRET,
    logWhenDown: settings.LOG_WHEN_DOWN,
  };
}

/** What is wrong with settings that are each right by themselves. */
export function storeContradictions(settings: StoreSettings): string[] {
  const { CLIENT_ADDRESS, CLIENT_ADDRESS_SECRET, DATABASE_URL, DATABASE_READ_URL } = settings;
  return [
    ...(CLIENT_ADDRESS === 'hashed' && !CLIENT_ADDRESS_SECRET
      ? ['CLIENT_ADDRESS_SECRET is needed with CLIENT_ADDRESS=hashed']
      : []),
    ...(DATABASE_READ_URL && !DATABASE_URL ? ['DATABASE_URL is needed with DATABASE_READ_URL'] : []),
  ];
}
