// Says when the network is away: the page still opens, but nothing can be judged.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSpeech } from '../text/context.ts';

/** Always there, so that assistive technology notices when words appear in it. */
export function Offline(): JSX.Element {
  const { say } = useSpeech();
  const online = useOnline();
  return (
    <div class="offline" role="status">
      {!online && <p>{say('offline')}</p>}
    </div>
  );
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return online;
}
