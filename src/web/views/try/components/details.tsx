// Folded under the verdict: what answered, how long it took, and the same request as code.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Accuracy, ModelInfo } from '../../../../contract/model-info.ts';
import type { Prediction } from '../../../../contract/prediction.ts';
import { mediaType, PREDICTIONS_PATH } from '../../../api/predict.ts';
import type { Picture } from '../../../picture.ts';
import { type Speech, useSpeech } from '../../../text/context.ts';
import { fileSize, percent } from '../../../text/format.ts';
import { QUERY } from '../judge.ts';
import { SNIPPET_LANGUAGES, type SnippetLanguage, snippet } from '../snippets.ts';

interface DetailsProps {
  /** Null until it is known. */
  readonly model: ModelInfo | null;
  readonly picture: Picture;
  readonly prediction: Prediction;
}

export function Details({ picture, prediction, model }: DetailsProps): JSX.Element {
  const { say } = useSpeech();
  return (
    <details class="details">
      <summary>{say('details')}</summary>
      <Facts prediction={prediction} model={model} />
      <SameRequest picture={picture} />
      <CopyButton label={say('copyJson')} text={() => JSON.stringify(prediction, null, 2)} />
    </details>
  );
}

function Facts({ prediction, model }: Omit<DetailsProps, 'picture'>): JSX.Element {
  const speech = useSpeech();
  const { say, language } = speech;
  const { width, height, timings } = prediction;
  const format = prediction.format.toUpperCase();
  const size = fileSize(prediction.bytes, language);
  const times = {
    total: Math.round(timings.total),
    decode: Math.round(timings.decode),
    infer: Math.round(timings.infer),
  };
  const facts: readonly (readonly [string, string])[] = [
    [say('detailModel'), [model?.name, model?.version, prediction.model].filter(Boolean).join(' ')],
    ...(model?.accuracy ?? []).map((one) => [say('detailAccuracy'), accuracyText(one, speech)] as const),
    [say('detailPicture'), say('detailPictureValue', { width, height, format, size })],
    [say('detailTime'), say('detailTimeValue', times)],
    [say('detailRequest'), prediction.id],
    [say('detailSha'), prediction.sha256],
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={value}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function accuracyText({ value, count, of, interval: [low, high], split }: Accuracy, speech: Speech): string {
  const { say, language } = speech;
  const shown = (probability: number): string => percent(probability, language);
  return say('detailAccuracyValue', {
    value: shown(value),
    count,
    of,
    low: shown(low),
    high: shown(high),
    split,
  });
}

function SameRequest({ picture }: { readonly picture: Picture }): JSX.Element {
  const { say } = useSpeech();
  const [chosen, setChosen] = useState<SnippetLanguage>('curl');
  const code = snippet(chosen, {
    url: new URL(PREDICTIONS_PATH + QUERY, location.href).href,
    file: picture.name,
    mediaType: mediaType(picture.blob),
  });
  return (
    <section class="same-request" aria-labelledby="same-request">
      <h2 id="same-request">{say('sameRequest')}</h2>
      <div class="segments">
        {SNIPPET_LANGUAGES.map((language) => (
          <button
            key={language}
            type="button"
            aria-pressed={language === chosen}
            onClick={() => setChosen(language)}
          >
            {language}
          </button>
        ))}
      </div>
      <pre>
        <code>{code}</code>
      </pre>
      <CopyButton label={say('copyCode', { language: chosen })} text={() => code} />
    </section>
  );
}

interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
}

/** Absent where the browser keeps the clipboard to https and localhost. */
function CopyButton({ label, text }: CopyButtonProps): JSX.Element | null {
  const { say } = useSpeech();
  const [copied, setCopied] = useState(false);
  if (navigator.clipboard === undefined) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text());
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button class="button button-small" type="button" onClick={copy}>
      {label}
      <span class="copied" role="status">
        {copied && say('copied')}
      </span>
    </button>
  );
}
