import type { Dependencies } from '../dependencies.ts';
import { describeAccess, scopesWithoutKey } from './rights.ts';

/** Says at the start who may use this server, and warns where that is nobody or everybody. */
export async function announceAccess({ config, keys, logger }: Dependencies): Promise<void> {
  const { auth, host, oidc } = config;
  const text = describeAccess(auth, host);
  if (auth === 'off') return logger?.warn(text);
  logger?.info(text);
  if (scopesWithoutKey(auth, host, 'local').size > 0 || oidc) return;
  const none = await keys.list().then(
    (all) => all.every(({ revoked }) => revoked !== null),
    () => false,
  );
  if (none) logger?.warn('There is no API key yet: `tampinha keys create` makes one');
}
