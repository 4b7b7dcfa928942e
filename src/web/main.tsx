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
