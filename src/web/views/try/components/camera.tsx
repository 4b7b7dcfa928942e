// The camera dialog: a live view, a frame to aim with, one button. The still is judged at once.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Modal } from '../../../components/dialogs.tsx';
import { CameraIcon } from '../../../components/icons.tsx';
import { type CameraProblem, STILL_VIDEO, takeStill } from '../../../intake/camera.ts';
import { useCamera } from '../../../intake/use-camera.ts';
import { useSpeech } from '../../../text/context.ts';

interface CameraProps {
  readonly onStill: (still: Blob) => void;
  readonly onClose: () => void;
}

export function Camera({ onStill, onClose }: CameraProps): JSX.Element {
  const { say } = useSpeech();
  const lens = useCamera(STILL_VIDEO);
  return (
    <Modal title={say('cameraTitle')} kind="camera" onClose={onClose}>
      {lens.state === 'starting' && <p role="status">{say('cameraStarting')}</p>}
      {lens.state === 'failed' && <OtherWays problem={lens.problem} onStill={onStill} />}
      {lens.state === 'live' && <Viewfinder stream={lens.stream} onStill={onStill} />}
    </Modal>
  );
}

interface OtherWaysProps {
  readonly problem: CameraProblem;
  readonly onStill: (still: Blob) => void;
}

/** Why there is no live view, and the way round: on a phone this input opens the camera app, also without https. */
function OtherWays({ problem, onStill }: OtherWaysProps): JSX.Element {
  const { say } = useSpeech();
  return (
    <div class="other-ways">
      <p role="alert">{say(`camera_${problem}`)}</p>
      <input
        class="visually-hidden"
        id="capture"
        type="file"
        accept="image/*"
        capture="environment"
        aria-label={say('cameraInstead')}
        onChange={({ currentTarget: { files } }) => {
          const still = files?.[0];
          if (still !== undefined) onStill(still);
        }}
      />
      <label class="button button-primary" for="capture" aria-hidden="true">
        <CameraIcon />
        {say('cameraInstead')}
      </label>
    </div>
  );
}

interface ViewfinderProps {
  readonly stream: MediaStream;
  readonly onStill: (still: Blob) => void;
}

function Viewfinder({ stream, onStill }: ViewfinderProps): JSX.Element {
  const { say } = useSpeech();
  const video = useRef<HTMLVideoElement>(null);
  const shutter = useRef<HTMLButtonElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  // The dialog's one action: Space or Enter shoots at once.
  useEffect(() => {
    if (ready) shutter.current?.focus();
  }, [ready]);
  const shoot = async (): Promise<void> => {
    // A sensor takes its time; one press is one picture.
    setReady(false);
    if (video.current !== null) onStill(await takeStill(video.current, stream));
  };
  return (
    <div class="viewfinder">
      <div class="viewfinder-view">
        <video
          ref={video}
          autoPlay
          muted
          playsInline
          aria-label={say('cameraView')}
          onPlaying={() => setReady(true)}
        />
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <path d="M2 26V2h24M74 2h24v24M98 74v24H74M26 98H2V74" />
        </svg>
      </div>
      <p>{say('cameraHint')}</p>
      <button
        class="button button-primary shutter"
        type="button"
        ref={shutter}
        disabled={!ready}
        onClick={shoot}
      >
        <CameraIcon />
        {say('shoot')}
      </button>
    </div>
  );
}
