// Components that most visits never need, loaded when they are first drawn.

import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component that draws nothing until `load` has brought its code; drawn anew after a failure, it tries again. */
export function lazily<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): (props: Props) => JSX.Element | null {
  let loaded: FunctionComponent<Props> | null = null;
  return function Lazy(props: Props): JSX.Element | null {
    const [Drawn, setDrawn] = useState<FunctionComponent<Props> | null>(() => loaded);
    useEffect(() => {
      if (Drawn !== null) return;
      load().then(
        (component) => {
          loaded = component;
          setDrawn(() => component);
        },
        () => undefined,
      );
    }, [Drawn]);
    return Drawn === null ? null : <Drawn {...props} />;
  };
}
