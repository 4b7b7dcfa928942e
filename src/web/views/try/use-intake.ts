// Every way a picture comes in ends here, as one event for the session.

import { useCallback, useMemo, useRef } from 'preact/hooks';
import { useDrop } from '../../intake/drop.ts';
import { readClipboardPicture, usePaste } from '../../intake/paste.ts';
import { inventedName, pickFile, pictureFrom } from '../../intake/pictures.ts';
import type { Origin } from '../../picture.ts';
import type { Sample } from './samples.ts';
import type { Notice, SessionEvent } from './session.ts';
import { keepSeveral } from './several.ts';

export interface IntakeWays {
  readonly chooseFiles: (files: readonly File[]) => void;
  readonly chooseStill: (still: Blob) => void;
  readonly chooseSample: (sample: Sample) => void;
  readonly pasteFromClipboard: () => void;
}

/** Listens for drops and pastes, and gives the ways in that a button starts. The flag says that files hover. */
export function useIntake(dispatch: (event: SessionEvent) => void): [IntakeWays, boolean] {
  // Loading a sample or the clipboard takes a moment; only the newest wish may become the picture.
  const wishes = useRef(0);

  const give = useCallback(
    (blob: Blob, origin: Origin, name: string, notice?: Notice) => {
      wishes.current += 1;
      const picture = pictureFrom(blob, origin, name);
      dispatch(notice === undefined ? { type: 'chosen', picture } : { type: 'chosen', picture, notice });
    },
    [dispatch],
  );

  const takeFiles = useCallback(
    (files: readonly File[], origin: Origin, noneFound: Notice | null) => {
      const file = pickFile(files);
      if (files.length > 1) keepSeveral(files);
      if (file !== undefined)
        give(file, origin, file.name, files.length > 1 ? 'FIRST_OF_SEVERAL' : undefined);
      else if (noneFound !== null) dispatch({ type: 'noticed', notice: noneFound });
    },
    [dispatch, give],
  );

  const takeLater = useCallback(
    async (loading: Promise<Blob | Notice>, origin: Origin, name?: string) => {
      wishes.current += 1;
      const wish = wishes.current;
      const loaded = await loading;
      if (wish !== wishes.current) return;
      if (typeof loaded === 'string') dispatch({ type: 'noticed', notice: loaded });
      else give(loaded, origin, name ?? inventedName(origin, loaded));
    },
    [dispatch, give],
  );

  const dragging = useDrop(
    useCallback(({ files }) => takeFiles([...files], 'drop', 'NO_PICTURE_DROPPED'), [takeFiles]),
  );
  usePaste(useCallback((files) => takeFiles(files, 'paste', 'NO_PICTURE_PASTED'), [takeFiles]));

  const ways = useMemo<IntakeWays>(
    () => ({
      // Closing the file dialog without a choice is no news.
      chooseFiles: (files) => takeFiles(files, 'file', null),
      chooseStill: (still) => give(still, 'camera', inventedName('camera', still)),
      chooseSample: ({ file, url }) => takeLater(loadSample(url), 'sample', file),
      pasteFromClipboard: () => takeLater(readClipboardPicture(), 'paste'),
    }),
    [give, takeFiles, takeLater],
  );
  return [ways, dragging];
}

async function loadSample(url: string): Promise<Blob | Notice> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.blob() : 'SAMPLE_UNAVAILABLE';
  } catch {
    return 'SAMPLE_UNAVAILABLE';
  }
}
