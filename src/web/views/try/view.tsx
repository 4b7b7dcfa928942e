// One picture in, its verdict out: the session, the ways to change it, and what to show for it.

import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { DropOverlay } from '../../components/drop-overlay.tsx';
import { lazily } from '../../components/lazily.tsx';
import { EmptyStage, PictureStage } from '../../components/stage.tsx';
import { Verdict } from '../../components/verdict.tsx';
import { useKeys } from '../../keys.ts';
import { useModel } from '../../model.ts';
import { useStore } from '../../store.ts';
import { useSpeech } from '../../text/context.ts';
import { AfterAnswer } from '../history/after-answer.tsx';
import { FILE_INPUT_ID, Intake, Samples } from './components/intake.tsx';
import { Failed, Waiting } from './components/outcome.tsx';
import { Announcement, HeatmapSwitch, Intro, NoticeBar } from './components/page.tsx';
import { useJudge } from './judge.ts';
import { inFlight } from './session.ts';
import { trySession } from './session-store.ts';
import { TRY_KEYS } from './try-keys.ts';
import { useFocusKept, useSeen } from './upkeep.ts';
import { useIntake } from './use-intake.ts';

export { KEY_LINES } from './try-keys.ts';

const Camera = lazily(() => import('./components/camera.tsx').then((module) => module.Camera));
const Details = lazily(() => import('./components/details.tsx').then((module) => module.Details));

const { dispatch } = trySession;

export function View(): JSX.Element {
  const { say } = useSpeech();
  const { view, notice } = useStore(trySession);
  const [cameraOpen, setCameraOpen] = useState(false);
  const [heatmapOn, setHeatmapOn] = useState(false);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const picture = view.stage === 'empty' ? null : view.picture;
  const prediction = view.stage === 'answered' ? view.prediction : null;

  const [ways, dragging] = useIntake(dispatch);
  useJudge(view, dispatch);
  const model = useModel(prediction?.model ?? null);
  useSeen(picture?.ticket ?? null);
  useFocusKept(view.stage);
  useEffect(() => setHighlighted(null), [picture]);

  const retry = useCallback(() => dispatch({ type: 'retried' }), []);
  const cancel = (): void => dispatch({ type: 'cancelled' });
  const openCamera = (): void => setCameraOpen(true);
  const takeStill = (still: Blob): void => {
    setCameraOpen(false);
    ways.chooseStill(still);
  };
  useKeys(TRY_KEYS, {
    choose: () => document.getElementById(FILE_INPUT_ID)?.click(),
    camera: openCamera,
    heatmap: () => setHeatmapOn((on) => !on),
    retry,
    escape: inFlight(view) ? cancel : () => dispatch({ type: 'cleared' }),
  });

  return (
    <>
      <main class="try" data-stage={view.stage}>
        <div class="pane-picture">
          {picture === null ? (
            <EmptyStage inputId={FILE_INPUT_ID} />
          ) : (
            <PictureStage
              key={picture.ticket}
              waiting={inFlight(view)}
              {...{ picture, prediction, heatmapOn, highlighted }}
            />
          )}
          {prediction?.heatmap !== undefined && <HeatmapSwitch on={heatmapOn} onChange={setHeatmapOn} />}
        </div>
        <div class="pane-answer">
          <NoticeBar notice={notice} onDismiss={() => dispatch({ type: 'dismissed' })} />
          {view.stage === 'empty' && <Intro />}
          {inFlight(view) && <Waiting key={view.picture.ticket} onCancel={cancel} />}
          {view.stage === 'failed' && <Failed failure={view.failure} onRetry={retry} />}
          {view.stage === 'answered' && (
            <Verdict {...view} {...{ model, highlighted }} onHighlight={setHighlighted} />
          )}
          {picture !== null && <AfterAnswer key={picture.ticket} {...{ picture, prediction }} />}
          <Intake
            again={picture !== null}
            failed={view.stage === 'failed'}
            onFiles={ways.chooseFiles}
            onCamera={openCamera}
            onPaste={ways.pasteFromClipboard}
          />
          {view.stage === 'answered' && <Details {...view} model={model} />}
        </div>
        <Samples onSample={ways.chooseSample} />
      </main>
      <Announcement view={view} />
      {dragging && <DropOverlay title={say('dropNow')} detail={say('dropNowDetail')} />}
      {cameraOpen && <Camera onClose={() => setCameraOpen(false)} onStill={takeStill} />}
    </>
  );
}
