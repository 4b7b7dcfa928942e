// Installing the page as an app, where the browser offers that.

import { useEffect, useState } from 'preact/hooks';

/** Chromium's event, which no standard describes yet. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** Asks the browser to install the page; null while it does not offer to. */
export function useInstall(): (() => void) | null {
  const [offer, setOffer] = useState<InstallOffer | null>(null);
  useEffect(() => {
    const onOffer = (event: Event): void => {
      if (!isOffer(event)) return;
      // Its own bar would come at a moment of its own choosing; here it is a button.
      event.preventDefault();
      setOffer(event);
    };
    const onDone = (): void => setOffer(null);
    addEventListener('beforeinstallprompt', onOffer);
    addEventListener('appinstalled', onDone);
    return () => {
      removeEventListener('beforeinstallprompt', onOffer);
      removeEventListener('appinstalled', onDone);
    };
  }, []);
  if (offer === null) return null;
  return () => {
    // An offer can be taken up once.
    setOffer(null);
    offer.prompt().catch(() => undefined);
  };
}

function isOffer(event: Event): event is InstallOffer {
  return 'prompt' in event && typeof event.prompt === 'function';
}
