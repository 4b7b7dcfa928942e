// The answered pictures as a zip file that training takes.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { download } from '../../download.ts';
import { useTexts } from '../../text/context.ts';
import { FOLDER_NAME, folderFiles, isLabelled, zipFolder } from './data-folder.ts';
import type { HistoryEntry } from './entry.ts';
import { TEXTS } from './texts.ts';

type Outcome = { readonly count: number } | 'failed' | null;

export function Export({ entries }: { readonly entries: readonly HistoryEntry[] }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const files = folderFiles(entries.filter(isLabelled));
  const count = files.length;
  const save = async (): Promise<void> => {
    try {
      download(FOLDER_NAME, await zipFolder(files));
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
