// The device's camera: opened on demand, the rear one preferred, stills at full resolution.

export const CAMERA_PROBLEMS = ['REFUSED', 'NONE', 'BUSY', 'INSECURE'] as const;
export type CameraProblem = (typeof CAMERA_PROBLEMS)[number];

/** Browsers hand out cameras only on https and localhost. */
export function hasCameraAccess(): boolean {
  return navigator.mediaDevices !== undefined;
}

/** Opens the camera. @throws what `getUserMedia` throws; see `cameraProblem` */
export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 4096 }, height: { ideal: 3072 } },
  });
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

function frameOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('the frame could not be encoded')) : resolve(blob)),
      'image/jpeg',
      0.95,
    );
  });
}
