// The picture with what was seen in it; before there is one, the place to put it.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Heatmap, Prediction } from '../../contract/prediction.ts';
import { heatmapPixels } from '../heatmap-colours.ts';
import type { Picture } from '../picture.ts';
import { useSpeech } from '../text/context.ts';
import { Boxes } from './boxes.tsx';
import { BottleDrawing } from './icons.tsx';

/** `inputId`: the file input that a click on the empty stage opens. */
export function EmptyStage({ inputId }: { readonly inputId: string }): JSX.Element {
  const { say } = useSpeech();
  return (
    <label class="stage stage-empty" for={inputId}>
      <BottleDrawing />
      <span class="stage-words">
        <strong>{say('dropHint')}</strong>
        <span>{say('showTheMouth')}</span>
      </span>
    </label>
  );
}

interface PictureStageProps {
  readonly picture: Picture;
  /** Null until there is an answer. */
  readonly prediction: Prediction | null;
  readonly waiting: boolean;
  readonly heatmapOn: boolean;
  /** Index of the bottle to point out; null for none. */
  readonly highlighted: number | null;
}

interface Shape {
  readonly width: number;
  readonly height: number;
}

export function PictureStage(props: PictureStageProps): JSX.Element {
  const { picture, prediction, waiting, heatmapOn, highlighted } = props;
  const { say } = useSpeech();
  const [shape, setShape] = useState<Shape | 'unshowable' | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const known: Shape | null = shape === 'unshowable' ? prediction : (shape ?? prediction);
  // Style set through the object model: a style attribute would break the Content-Security-Policy.
  useLayoutEffect(() => {
    if (known !== null) frame.current?.style.setProperty('--aspect', String(known.width / known.height));
  }, [known]);
  return (
    <figure class="stage">
      <div class="picture" ref={frame} data-sized={known !== null}>
        {shape === 'unshowable' ? (
          <p class="unshowable">{say('previewUnavailable')}</p>
        ) : (
          <img
            src={picture.url}
            alt={say('photoOf', { name: picture.name })}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
              setShape({ width, height })
            }
            onError={() => setShape('unshowable')}
          />
        )}
        {heatmapOn && prediction?.heatmap !== undefined && <HeatmapLayer heatmap={prediction.heatmap} />}
        {prediction !== null && <Boxes prediction={prediction} highlighted={highlighted} />}
        {waiting && <div class="scan" aria-hidden="true" />}
      </div>
    </figure>
  );
}

function HeatmapLayer({ heatmap }: { readonly heatmap: Heatmap }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = new ImageData(heatmapPixels(heatmap), heatmap.width, heatmap.height);
    canvas.current?.getContext('2d')?.putImageData(pixels, 0, 0);
  }, [heatmap]);
  return <canvas class="heatmap" ref={canvas} width={heatmap.width} height={heatmap.height} />;
}
