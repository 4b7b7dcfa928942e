import { resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { brokenRule, ruleText } from '../contract/rules.ts';
import { fromText } from './from-text.ts';
import { INFERENCE_SETTINGS, type InferenceConfig, readInference } from './inference/settings.ts';
import { JOB_SETTINGS, type JobConfig, readJobSettings } from './jobs/settings.ts';
import { listed, strangeEntries } from './network-list.ts';
import { readTraceSettings, TRACE_SETTINGS, type TraceConfig } from './observability/settings.ts';
import { contradictions, readSecurity, SECURITY_SETTINGS, type SecurityConfig } from './security/settings.ts';
import {
  readStoreSettings,
  STORE_SETTINGS,
  type StoreSettingsConfig,
  storeContradictions,
} from './store/settings.ts';

// Every setting of the server, read from the environment in this one place. Defaults are safe on a laptop.

const BUNDLED_MODELS = resolve(import.meta.dirname, '../../models');
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const READERS = ['loopback', 'everyone'] as const;

export const Settings = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8501, description: '0 takes a free one' }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address to listen on' }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: 'data',
    description: 'Where the embedded database lives; created when missing',
  }),
  ...STORE_SETTINGS,
  ...INFERENCE_SETTINGS,
  LOG_LEVEL: Type.Unsafe<(typeof LOG_LEVELS)[number]>(
    Type.Enum([...LOG_LEVELS], { default: 'info', description: `One of ${LOG_LEVELS.join(', ')}` }),
  ),
  REUSE_PORT: Type.Boolean({
    default: false,
    description:
      'Whether several servers on this machine may listen on the same port; Linux shares connections out among them',
  }),
  SHUTDOWN_DELAY_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 0,
    description:
      'How long it goes on after it was asked to end, not ready any more, so that a load balancer can notice first',
  }),
  UPLOAD_MEMORY_MB: Type.Integer({
    minimum: 50,
    maximum: 1_000_000,
    default: 256,
    description: 'Uploads held in memory, all requests together; beyond it the answer is 503',
  }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 100,
    description: 'API requests a minute from one address; 0 is no limit. Addresses of this machine have none',
  }),
  LOG_READERS: Type.Unsafe<(typeof READERS)[number]>(
    Type.Enum([...READERS], {
      default: 'loopback',
      description:
        'Who may list the predictions with their client addresses: `loopback` (this machine only) or `everyone`',
    }),
  ),
  MIN_FREE_DISK_MB: Type.Integer({
    minimum: 0,
    maximum: 1_000_000_000,
    default: 100,
    description: 'With less free space than this at `DATA_DIR` the server says that it is not ready',
  }),
  TRUST_PROXY: Type.String({
    default: '',
    description: 'Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas',
  }),
  CORS_ORIGINS: Type.String({
    pattern: String.raw`^(|https?://[^/,\s]+( *, *https?://[^/,\s]+)*)$`,
    default: '',
    description: 'Origins whose pages may call the API from a browser, separated by commas',
  }),
  ...JOB_SETTINGS,
  ...TRACE_SETTINGS,
  ...SECURITY_SETTINGS,
});
type Settings = Static<typeof Settings>;

export interface Config extends InferenceConfig, JobConfig, SecurityConfig, TraceConfig, StoreSettingsConfig {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly logLevel: Settings['LOG_LEVEL'];
  readonly reusePort: boolean;
  readonly shutdownDelayMs: number;
  readonly uploadMemoryBytes: number;
  readonly rateLimitPerMinute: number;
  readonly logReaders: Settings['LOG_READERS'];
  readonly minFreeDiskBytes: number;
  readonly trustProxy: readonly string[];
  readonly corsOrigins: readonly string[];
}

/** Names every wrong setting at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** `cores` stands in for CONCURRENCY 0. Throws ConfigError. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, cores: number): Config {
  const settings = parse(environment);
  return {
    port: settings.PORT,
    host: settings.HOST,
    dataDir: settings.DATA_DIR,
    // The bundled models are found wherever the server is started from.
    modelsDir: environment.MODELS_DIR?.trim() ? settings.MODELS_DIR : BUNDLED_MODELS,
    logLevel: settings.LOG_LEVEL,
    reusePort: settings.REUSE_PORT,
    shutdownDelayMs: settings.SHUTDOWN_DELAY_MS,
    uploadMemoryBytes: settings.UPLOAD_MEMORY_MB * 1_000_000,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    logReaders: settings.LOG_READERS,
    minFreeDiskBytes: settings.MIN_FREE_DISK_MB * 1_000_000,
    trustProxy: listed(settings.TRUST_PROXY),
    corsOrigins: listed(settings.CORS_ORIGINS),
    ...readInference(settings, cores),
    ...readJobSettings(settings),
    ...readTraceSettings(settings),
    ...readSecurity(settings),
    ...readStoreSettings(settings),
  };
}

function parse(environment: Readonly<Record<string, string | undefined>>): Settings {
  // A variable that is set to nothing means its default, as in `PORT= npm start`.
  const given = Object.keys(Settings.properties).flatMap((name) => {
    const value = environment[name]?.trim();
    return value ? [[name, value] as const] : [];
  });
  const settings = fromText(Settings, Object.fromEntries(given));
  const strange = strangeEntries(environment);
  if (!Value.Check(Settings, settings)) {
    const misfits = Value.Errors(Settings, settings).map((complaint) => {
      const broken = brokenRule([complaint], settings, 'settings');
      // Addresses of services may hold passwords, and errors end up in logs.
      const value = /_(URL|SECRET)$/.test(broken.name) ? '…' : environment[broken.name];
      return `${broken.name}=${value ?? ''}: ${ruleText('en', { ...broken, value: value ?? '' })}`;
    });
    throw wrongSettings([...misfits, ...strange]);
  }
  const wrong = [...strange, ...contradictions(settings), ...storeContradictions(settings)];
  if (wrong.length > 0) throw wrongSettings(wrong);
  return settings;
}

function wrongSettings(lines: readonly string[]): ConfigError {
  return new ConfigError(`These settings are wrong:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
