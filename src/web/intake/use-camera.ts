// An open camera while a component lives; its light goes out with it.

import { useEffect, useState } from 'preact/hooks';
import { type CameraProblem, cameraProblem, closeCamera, hasCameraAccess, openCamera } from './camera.ts';

export type Lens =
  | { readonly state: 'starting' }
  | { readonly state: 'live'; readonly stream: MediaStream }
  | { readonly state: 'failed'; readonly problem: CameraProblem };

/** `video`: what to ask of the camera; the same object from one drawing to the next. */
export function useCamera(video: MediaTrackConstraints): Lens {
  const [lens, setLens] = useState<Lens>({ state: 'starting' });
  useEffect(() => {
    if (!hasCameraAccess()) {
      setLens({ state: 'failed', problem: 'INSECURE' });
      return;
    }
    let left = false;
    const opening = openCamera(video);
    opening.then(
      (stream) => (left ? closeCamera(stream) : setLens({ state: 'live', stream })),
      (error: unknown) => !left && setLens({ state: 'failed', problem: cameraProblem(error) }),
    );
    return () => {
      left = true;
      opening.then(closeCamera, () => undefined);
    };
  }, [video]);
  return lens;
}
