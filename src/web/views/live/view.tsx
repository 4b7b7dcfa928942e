// A camera judged continuously.

import type { JSX } from 'preact';
import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { useCamera } from '../../intake/use-camera.ts';
import { useKeys } from '../../keys.ts';
import { useModel } from '../../model.ts';
import { useTexts } from '../../text/context.ts';
import { percent } from '../../text/format.ts';
import { Counts, Figures, Method } from './figures.tsx';
import './live.css';
import { LIVE_KEYS } from './live-keys.ts';
import { LiveStage, OffStage } from './live-stage.tsx';
import { type Live, type LiveEvent, NOTHING_YET, reduce } from './live-state.ts';
import { type Band, sureness, USUAL_BAND } from './smoothing.ts';
import { createSound } from './sound.ts';
import { Strip } from './strip.tsx';
import { TEXTS } from './texts.ts';
import { useInSight, useJudging, useScreenLit } from './use-judging.ts';

export { KEY_LINES } from './live-keys.ts';

/** What a phone's camera gives without warming it; the mouth is read from these pixels. */
const LIVE_VIDEO: MediaTrackConstraints = {
  facingMode: { ideal: 'environment' },
  width: { ideal: 1_920 },
  height: { ideal: 1_080 },
  frameRate: { ideal: 30 },
};

export function View(): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [live, dispatch] = useReducer<Live, LiveEvent>(reduce, NOTHING_YET);
  const [on, setOn] = useState(false);
  const [paused, setPaused] = useState(false);
  const [sound, setSound] = useState(false);
  const band = useModel(live.last?.model ?? null)?.uncertain ?? USUAL_BAND;
  const turn = (): void => {
    setOn(!on);
    setPaused(false);
    dispatch({ type: 'interrupted' });
  };
  const rest = (): void => setPaused((before) => on && !before);
  useKeys(LIVE_KEYS, { start: turn, pause: rest, sound: () => setSound((before) => !before) });
  useSound(sound, live);

  return (
    <main class="live">
      <div class="live-picture">
        {on ? <Running {...{ live, dispatch, band, paused }} /> : <OffStage onStart={turn} />}
        {on && <Strip marks={live.marks} band={band} />}
      </div>
      <div class="live-side">
        <header class="view-header">
          <h1 tabIndex={-1}>{say('title')}</h1>
          <p>{say('lead')}</p>
        </header>
        {on && (
          <div class="live-controls">
            <button class="button" type="button" onClick={rest}>
              {say(paused ? 'resume' : 'pause')}
            </button>
            <button class="button" type="button" onClick={turn}>
              {say('stop')}
            </button>
          </div>
        )}
        <Figures live={live} />
        <Counts live={live} onRecount={() => dispatch({ type: 'recount' })} />
        <label class="check">
          <input
            type="checkbox"
            checked={sound}
            onChange={({ currentTarget }) => setSound(currentTarget.checked)}
          />
          {say('sound')}
        </label>
        <Method />
      </div>
      <Announcement live={live} />
    </main>
  );
}

interface RunningProps {
  readonly live: Live;
  readonly dispatch: (event: LiveEvent) => void;
  readonly band: Band;
  readonly paused: boolean;
}

/** The camera is on as long as this is drawn. */
function Running({ live, dispatch, band, paused }: RunningProps): JSX.Element {
  const lens = useCamera(LIVE_VIDEO);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const inSight = useInSight();
  const resting = paused ? 'paused' : inSight ? null : 'hidden';
  const [trouble, retry] = useJudging(
    resting === null ? video : null,
    useCallback(
      (prediction, at, latency) => dispatch({ type: 'answered', prediction, at, latency, band }),
      [dispatch, band],
    ),
  );
  useEffect(() => {
    if (resting !== null) dispatch({ type: 'interrupted' });
  }, [resting, dispatch]);
  useScreenLit(lens.state === 'live' && resting === null);
  return <LiveStage {...{ lens, live, resting, trouble }} onRetry={retry} onVideo={setVideo} />;
}

function useSound(wanted: boolean, { changes }: Live): void {
  const player = useRef<ReturnType<typeof createSound> | null>(null);
  useEffect(() => {
    if (!wanted) return;
    player.current = createSound();
    return () => {
      player.current?.close();
      player.current = null;
    };
  }, [wanted]);
  const newest = changes[0];
  useEffect(() => {
    if (newest !== undefined) player.current?.play(newest.to);
  }, [newest]);
}

/** Said when the shown verdict changes, not with every frame. */
function Announcement({ live: { smooth } }: { readonly live: Live }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const verdict = smooth?.verdict ?? null;
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (smooth === null || verdict === null) return;
    const sure = percent(sureness(smooth), language);
    setSaid(say('announce', { verdict: say(`verdict_${verdict}`), percent: sure }));
  }, [verdict, language]);
  return (
    <p class="visually-hidden" role="status">
      {said}
    </p>
  );
}
