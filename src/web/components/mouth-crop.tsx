// A close-up of one mouth, cut from the picture the person gave.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Bottle, Prediction } from '../../contract/prediction.ts';
import type { Picture } from '../picture.ts';

const SIDE = 144;

interface MouthCropProps {
  readonly picture: Picture;
  readonly prediction: Prediction;
  readonly bottle: Bottle;
}

export function MouthCrop({ picture, prediction, bottle }: MouthCropProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new Image();
    image.src = picture.url;
    image.decode().then(
      () => drawCrop(canvas.current, image, prediction, bottle),
      // Not shown: the stage already says that this browser cannot show the picture.
      () => undefined,
    );
  }, [picture, prediction, bottle]);
  return <canvas class="mouth-crop" ref={canvas} width={SIDE} height={SIDE} />;
}

function drawCrop(
  canvas: HTMLCanvasElement | null,
  image: HTMLImageElement,
  { width, height }: Prediction,
  { box: [left, top, wide, tall] }: Bottle,
): void {
  const context = canvas?.getContext('2d');
  if (context === null || context === undefined) return;
  // A square around the box's centre. The answer counts in pixels of the upright original, as the browser does,
  // unless the browser shrank the picture while decoding.
  const scale = image.naturalWidth / width;
  const side = Math.min(Math.max(wide, tall) * 1.1, width, height);
  const from = (start: number, length: number, room: number): number =>
    Math.max(0, Math.min(start + (length - side) / 2, room - side)) * scale;
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    image,
    from(left, wide, width),
    from(top, tall, height),
    side * scale,
    side * scale,
    0,
    0,
    SIDE,
    SIDE,
  );
}
