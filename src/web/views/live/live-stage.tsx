// The camera's picture with the verdict on it.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Boxes } from '../../components/boxes.tsx';
import { BottleDrawing, CameraIcon } from '../../components/icons.tsx';
import { StateIcon } from '../../components/state.tsx';
import type { Lens } from '../../intake/use-camera.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import { percent } from '../../text/format.ts';
import type { Live } from './live-state.ts';
import { type Smooth, sureness } from './smoothing.ts';
import { TEXTS } from './texts.ts';
import type { Trouble } from './use-judging.ts';

export function OffStage({ onStart }: { readonly onStart: () => void }): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <div class="stage live-off">
      <BottleDrawing />
      <button class="button button-primary" type="button" onClick={onStart}>
        <CameraIcon />
        {say('start')}
      </button>
    </div>
  );
}

interface LiveStageProps {
  readonly lens: Lens;
  readonly live: Live;
  /** Why nothing is judged now; null while it is. */
  readonly resting: 'paused' | 'hidden' | null;
  readonly trouble: Trouble | null;
  readonly onRetry: () => void;
  /** Called with the video once it shows something. */
  readonly onVideo: (video: HTMLVideoElement) => void;
}

export function LiveStage(props: LiveStageProps): JSX.Element {
  const { lens, live, resting, trouble } = props;
  const { say } = useTexts(TEXTS);
  if (lens.state === 'failed') return <NoCamera problem={lens.problem} />;
  return (
    <div class="stage live-stage" data-resting={resting !== null}>
      {lens.state === 'starting' && <p role="status">{say('starting')}</p>}
      {lens.state === 'live' && <Picture {...props} stream={lens.stream} />}
      {resting !== null && <p class="live-message">{say(resting)}</p>}
      {resting === null && trouble !== null && <Troubled {...props} trouble={trouble} />}
      {live.smooth === null
        ? lens.state === 'live' &&
          resting === null &&
          trouble === null && <p class="live-message">{say('first')}</p>
        : lens.state === 'live' && <Banner state={live.smooth} />}
    </div>
  );
}

function Picture({ live, onVideo, stream }: LiveStageProps & { readonly stream: MediaStream }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [sized, setSized] = useState(false);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return (
    <div class="picture" ref={frame} data-sized={sized}>
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        aria-label={say('video')}
        onPlaying={({ currentTarget }) => onVideo(currentTarget)}
        onResize={({ currentTarget: { videoWidth, videoHeight } }) => {
          // A phone that is turned turns its video.
          frame.current?.style.setProperty('--aspect', String(videoWidth / videoHeight));
          setSized(videoHeight > 0);
        }}
      />
      {live.last !== null && <Boxes prediction={live.last} highlighted={null} />}
    </div>
  );
}

/** Word, icon and colour of the shown verdict, and how sure it is. */
function Banner({ state }: { readonly state: Smooth }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { verdict } = state;
  return (
    <p class={`live-banner is-${verdict}`}>
      <StateIcon state={verdict} />
      <strong>{say(`verdict_${verdict}`)}</strong>
      {verdict !== 'uncertain' && <span>{percent(sureness(state), language)}</span>}
    </p>
  );
}

function Troubled({ trouble, onRetry }: LiveStageProps & { readonly trouble: Trouble }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  const { failure, wait } = trouble;
  return (
    <div class="live-message" role="alert">
      <p>
        {failureText(failure, speech)}{' '}
        {wait !== null && say('retryIn', { seconds: Math.max(1, Math.round(wait / 1_000)) })}
      </p>
      <button class="button button-small" type="button" onClick={onRetry}>
        {say('again')}
      </button>
    </div>
  );
}

type Problem = Extract<Lens, { state: 'failed' }>['problem'];

function NoCamera({ problem }: { readonly problem: Problem }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  return (
    <div class="stage live-off">
      <div class="live-message" role="alert">
        <p>{speech.say(`camera_${problem}`)}</p>
        <p>{say('noCamera')}</p>
      </div>
    </div>
  );
}
