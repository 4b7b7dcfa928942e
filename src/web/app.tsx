// The page: one session, the ways to change it, and what to show for it.

import type { JSX } from 'preact';
import { useCallback, useEffect, useReducer, useState } from 'preact/hooks';
import { Camera } from './components/camera.tsx';
import { Details } from './components/details.tsx';
import { Help } from './components/dialogs.tsx';
import { Header } from './components/header.tsx';
import { FILE_INPUT_ID, Intake, Samples } from './components/intake.tsx';
import { Failed, Waiting } from './components/outcome.tsx';
import { Announcement, DropOverlay, Footer, HeatmapSwitch, Intro, NoticeBar } from './components/page.tsx';
import { EmptyStage, PictureStage } from './components/stage.tsx';
import { Verdict } from './components/verdict.tsx';
import { useIntake } from './intake/use-intake.ts';
import { useJudge } from './judge.ts';
import { type Action, useKeys } from './keys.ts';
import { useModel } from './model.ts';
import { EMPTY, inFlight, reduce } from './session.ts';
import { nextTheme, useSettings } from './settings.ts';
import { LanguageContext } from './text/context.ts';
import { useFocusKept, useRevoked, useSeen } from './upkeep.ts';

export function App(): JSX.Element {
  const [settings, change] = useSettings();
  const [{ view, notice }, dispatch] = useReducer(reduce, EMPTY);
  const [dialog, setDialog] = useState<'camera' | 'help' | null>(null);
  const [heatmapOn, setHeatmapOn] = useState(false);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const picture = view.stage === 'empty' ? null : view.picture;
  const prediction = view.stage === 'answered' ? view.prediction : null;

  const [ways, dragging] = useIntake(dispatch);
  useJudge(view, dispatch);
  const model = useModel(prediction?.model ?? null);
  useRevoked(picture?.url ?? null);
  useSeen(picture?.ticket ?? null);
  useFocusKept(view.stage);
  useEffect(() => setHighlighted(null), [picture]);

  const retry = useCallback(() => dispatch({ type: 'retried' }), []);
  const openCamera = (): void => setDialog('camera');
  const openHelp = (): void => setDialog('help');
  const closeDialog = (): void => setDialog(null);
  const actions: Readonly<Partial<Record<Action, () => void>>> = {
    choose: () => document.getElementById(FILE_INPUT_ID)?.click(),
    camera: openCamera,
    heatmap: () => setHeatmapOn((on) => !on),
    retry,
    language: () => change({ language: settings.language === 'pt' ? 'en' : 'pt' }),
    theme: () => change({ theme: nextTheme(settings.theme) }),
    escape: () => dispatch({ type: inFlight(view) ? 'cancelled' : 'cleared' }),
    help: openHelp,
  };
  useKeys(settings.shortcuts, (action) => actions[action]?.());

  return (
    <LanguageContext.Provider value={settings.language}>
      <Header
        settings={settings}
        onChange={change}
        onHelp={openHelp}
        onHome={() => dispatch({ type: 'cleared' })}
      />
      <main data-stage={view.stage}>
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
          {inFlight(view) && (
            <Waiting key={view.picture.ticket} onCancel={() => dispatch({ type: 'cancelled' })} />
          )}
          {view.stage === 'failed' && <Failed failure={view.failure} onRetry={retry} />}
          {view.stage === 'answered' && (
            <Verdict {...view} model={model} highlighted={highlighted} onHighlight={setHighlighted} />
          )}
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
      <Footer />
      <Announcement view={view} />
      {dragging && <DropOverlay />}
      {dialog === 'camera' && (
        <Camera
          onClose={closeDialog}
          onStill={(still) => {
            closeDialog();
            ways.chooseStill(still);
          }}
        />
      )}
      {dialog === 'help' && (
        <Help
          shortcuts={settings.shortcuts}
          onShortcuts={(shortcuts) => change({ shortcuts })}
          onClose={closeDialog}
        />
      )}
    </LanguageContext.Provider>
  );
}
