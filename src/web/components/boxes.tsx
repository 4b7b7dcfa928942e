// A frame around every mouth, with its state as colour, icon and word. Hidden from assistive technology:
// the list of bottles beside the picture says the same.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Bottle, Prediction } from '../../contract/prediction.ts';
import { placeChips, type Rect, type Size } from '../chips.ts';
import { useSpeech } from '../text/context.ts';
import { percent } from '../text/format.ts';
import { StateIcon } from './state.tsx';

interface BoxesProps {
  readonly prediction: Prediction;
  readonly highlighted: number | null;
}

export function Boxes({ prediction, highlighted }: BoxesProps): JSX.Element {
  const { bottles, width, height } = prediction;
  const layer = useRef<HTMLDivElement>(null);
  const shown = useShownSize(layer);
  useLayoutEffect(() => {
    if (layer.current !== null && shown.width > 0) arrange(layer.current, prediction, shown);
  });
  return (
    <div class="boxes" ref={layer} aria-hidden="true" data-highlighting={highlighted !== null}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {bottles.map((bottle, index) => (
          <g
            key={bottle.box.join()}
            class={`box is-${bottle.state}`}
            data-highlighted={index === highlighted}
          >
            <path class="box-halo" d={corners(bottle)} />
            <path class="box-line" d={corners(bottle)} />
          </g>
        ))}
      </svg>
      {bottles.map((bottle, index) => (
        <Chip key={bottle.box.join()} bottle={bottle} number={index + 1} numbered={bottles.length > 1} />
      ))}
    </div>
  );
}

interface ChipProps {
  readonly bottle: Bottle;
  readonly number: number;
  readonly numbered: boolean;
}

function Chip({ bottle, number, numbered }: ChipProps): JSX.Element {
  const { say, language } = useSpeech();
  return (
    <span class={`chip is-${bottle.state}`}>
      {numbered && <b>{number}</b>}
      <StateIcon state={bottle.state} />
      {say(`one_${bottle.state}`)}
      {!numbered && bottle.state !== 'uncertain' && ` ${percent(bottle.confidence, language)}`}
    </span>
  );
}

/** Four corner brackets: they frame the mouth without hiding it. In pixels of the picture. */
function corners({ box: [left, top, width, height] }: Bottle): string {
  const [right, bottom] = [left + width, top + height];
  const arm = Math.min(width, height) * 0.28;
  return [
    `M${left} ${top + arm}V${top}H${left + arm}`,
    `M${right - arm} ${top}H${right}V${top + arm}`,
    `M${right} ${bottom - arm}V${bottom}H${right - arm}`,
    `M${left + arm} ${bottom}H${left}V${bottom - arm}`,
  ].join('');
}

/** The size of an element on the screen, followed as it changes. */
function useShownSize(element: { readonly current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: target.clientWidth, height: target.clientHeight }),
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function arrange(layer: HTMLElement, { bottles, width, height }: Prediction, shown: Size): void {
  const chips = [...layer.querySelectorAll<HTMLElement>('.chip')];
  const [across, down] = [shown.width / width, shown.height / height];
  const boxes = bottles.map(({ box: [left, top, wide, tall] }): Rect => {
    return { left: left * across, top: top * down, width: wide * across, height: tall * down };
  });
  const sizes = chips.map((chip): Size => ({ width: chip.offsetWidth, height: chip.offsetHeight }));
  placeChips(boxes, sizes, shown).forEach((place, index) => {
    chips[index]?.style.setProperty('transform', `translate(${place.left}px, ${place.top}px)`);
  });
}
