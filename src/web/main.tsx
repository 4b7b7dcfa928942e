// Starts the page.

import { render } from 'preact';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/try.css';
import './styles/stage.css';
import './styles/answer.css';
import './styles/dialogs.css';
import './styles/motion.css';

const root = document.getElementById('page');
if (root !== null) render(<App />, root);

/** So long the first picture has the network and the processor to itself. */
const SETTLED_MS = 3_000;

// After the page: its files are fetched once more for the time without a network. In development they change too often.
if (import.meta.hot === undefined && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    // Without it, as over plain http or with storage blocked, the page only needs the network.
    const register = (): unknown =>
      navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
    setTimeout(register, SETTLED_MS);
  });
}
