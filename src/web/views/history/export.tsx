// The answered pictures as a zip file that training takes.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../../text/context.ts';
import { folderFiles, zipFolder } from './data-folder.ts';
import type { HistoryEntry } from './entry.ts';
import { TEXTS } from './texts.ts';

type Outcome = { readonly count: number } | 'failed' | null;

const FILE_NAME = 'tampinha-data.zip';

export function Export({ entries }: { readonly entries: readonly HistoryEntry[] }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const files = folderFiles(entries);
  const count = files.length;
  const save = async (): Promise<void> => {
    try {
      download(await zipFolder(files));
      setOutcome({ count });
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <div class="export">
      <button class="button button-primary" type="button" disabled={count === 0} onClick={save}>
        {say('exportFolder', { count })}
      </button>
      <p>{say(count === 0 ? 'exportNone' : 'exportNote')}</p>
      <p role="status">
        {outcome === 'failed' && say('exportFailed')}
        {outcome !== null && outcome !== 'failed' && say('exported', outcome)}
      </p>
    </div>
  );
}

/** Hands a file to the browser's downloads. */
function download(file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = FILE_NAME;
  link.click();
  // The download has begun by then, and holds the bytes itself.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
