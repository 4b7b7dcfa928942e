// The device's camera: opened on demand, the rear one preferred, stills at full resolution, frames as wanted.

export const CAMERA_PROBLEMS = ['REFUSED', 'NONE', 'BUSY', 'INSECURE'] as const;
export type CameraProblem = (typeof CAMERA_PROBLEMS)[number];

/** Browsers hand out cameras only on https and localhost. */
export function hasCameraAccess(): boolean {
  return navigator.mediaDevices !== undefined;
}

/** For one picture: as many pixels as there are. */
export const STILL_VIDEO: MediaTrackConstraints = {
  facingMode: { ideal: 'environment' },
  width: { ideal: 4096 },
  height: { ideal: 3072 },
};

const RELEASE_MS = 500;

/**
 * Opens the camera. One that was given back a moment ago may still say that it is in use, so it is asked twice.
 * @throws what `getUserMedia` throws; see `cameraProblem`
 */
export async function openCamera(video: MediaTrackConstraints): Promise<MediaStream> {
  const ask = () => navigator.mediaDevices.getUserMedia({ audio: false, video });
  try {
    return await ask();
  } catch (error) {
    if (cameraProblem(error) !== 'BUSY') throw error;
    await new Promise((resolve) => setTimeout(resolve, RELEASE_MS));
    return ask();
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

export function cameraProblem(error: unknown): CameraProblem {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'REFUSED';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'NONE';
  return 'BUSY';
}

/** A JPEG of what `video` shows: from the sensor where the browser offers that, else the frame on show. */
export async function takeStill(video: HTMLVideoElement, stream: MediaStream): Promise<Blob> {
  const [track] = stream.getVideoTracks();
  if (track !== undefined && 'ImageCapture' in globalThis) {
    try {
      const still = await new ImageCapture(track).takePhoto();
      if (still.type === 'image/jpeg' || still.type === 'image/png') return still;
    } catch {
      // Some drivers refuse stills while streaming; the frame on show is always there.
    }
  }
  return frameOf(video);
}

/** What `video` shows, as a JPEG; nothing is enlarged. @param longSide at most so many pixels across or down */
export function frameOf(
  video: HTMLVideoElement,
  { longSide = Number.POSITIVE_INFINITY, quality = 0.95 } = {},
): Promise<Blob> {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, longSide / Math.max(videoWidth, videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('the frame could not be encoded')) : resolve(blob)),
      'image/jpeg',
      quality,
    );
  });
}
