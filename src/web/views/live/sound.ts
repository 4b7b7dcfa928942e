// Two notes for a change of verdict, made by the browser: rising for open, falling for closed, one low for neither.

import type { Verdict } from '../../../contract/verdict.ts';

const NOTES: Readonly<Record<Verdict, readonly number[]>> = {
  open: [523, 784],
  closed: [523, 349],
  uncertain: [220],
  no_bottle: [220],
};

const NOTE_SECONDS = 0.12;
const VOLUME = 0.15;

/** Browsers let a page sound only after an action of the person; whoever switches it on has just acted. */
export function createSound(): { play(verdict: Verdict): void; close(): void } {
  const audio = new AudioContext();
  return {
    play: (verdict) => {
      for (const [index, frequency] of NOTES[verdict].entries()) {
        note(audio, frequency, index * NOTE_SECONDS);
      }
    },
    close: () => void audio.close(),
  };
}

function note(audio: AudioContext, frequency: number, after: number): void {
  const [start, end] = [audio.currentTime + after, audio.currentTime + after + NOTE_SECONDS];
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(VOLUME, start);
  // A tone that is cut off clicks.
  volume.gain.exponentialRampToValueAtTime(0.001, end);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(end);
}
