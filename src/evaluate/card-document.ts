// A model's card as a document for people: docs/model-card.md. Every figure is the card's own.

import type { Card, Proportion } from '../model/card.ts';
import { counted, score, share } from './figures.ts';

type Metrics = Card['metrics'][number];

/** Markdown. `command` is how the model was made, as somebody would type it. */
export function cardDocument(card: Card, command: string): string {
  const { name, id, version, created } = card;
  return [
    `# Model and data card: ${name} \`${id}\``,
    `Version ${version}, made on ${created.slice(0, 10)}. Written from \`card.json\` by \`npm run -s tampinha -- card --document docs/model-card.md\`; every figure below is measured on photographs from sources that the measured run did not train on.`,
    '## What it is for',
    USES,
    '## What it learned from',
    ...learned(card),
    '## What it was tested on, and how well it did',
    ...card.metrics.flatMap(measured),
    '## How it decides',
    ...decides(card),
    '## Known failures',
    bullets(card.knownFailures),
    FAILURES,
    '## Licences and origins',
    bullets(card.licences.map(({ what, licence, from }) => `${what}: ${licence}, from ${from}`)),
    'The photographs are not passed on: their licences are mostly not stated. The repository holds coordinates of mouths in them and nothing else.',
    '## Making it again',
    `\`\`\`sh\n${command}\n\`\`\``,
    table(
      ['setting', 'value'],
      Object.entries(card.training).map(([key, value]) => [key, String(value)]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const USES = `Telling from a photograph whether a bottle is open or closed: a phone's picture, a product shot, a camera over a line. It looks at the bottle's mouth, draws a box there, and says \`uncertain\` or \`no_bottle\` where it cannot tell.

Not for deciding alone where a mistake is costly (fitness for sale, liability, evidence): an operator must see what is uncertain, and a line needs its own measurement on its own pictures (\`tampinha evaluate\`). It says nothing of what is in the bottle, of fill levels, of whether a closed bottle was opened before, and nothing of people.`;

const FAILURES =
  'What they look like is shown with rendered bottles, since the photographs stay private: `samples/hard-1.jpg` and `samples/hard-2.jpg`, and the frames of docs/gallery.md. Dark glass whose lip is as dark as a cap, foil around an open mouth, mouths of fewer than ten pixels and mouths that the frame cuts off are where it errs.';

/** Of the counts that are no label: what they count. */
const COUNTED: Readonly<Record<string, string>> = {
  clicked: 'of these with every mouth clicked',
  added: 'rendered frames beside them',
};

function learned({ data }: Card): string[] {
  const counts = Object.entries(data.counts).map(([label, count]) => [
    COUNTED[label] ?? label,
    String(count),
  ]);
  return [
    `${data.split}. Manifest \`${data.manifestSha256.slice(0, 12)}\`.`,
    table(['pictures', 'number'], counts),
    data.origins.length > 0 ? `Sources: ${data.origins.join(', ')}.` : '',
  ];
}

function measured(metrics: Metrics): string[] {
  const figures: [string, string][] = [
    ['P(open) ≥ ½ is right', counted(metrics.accuracy)],
    ['open bottles right', counted(metrics.openRecall)],
    ['closed bottles right', counted(metrics.closedRecall)],
    ['balanced accuracy', share(metrics.balancedAccuracy)],
    ['area under the ROC curve', score(metrics.auc)],
    ['expected calibration error', share(metrics.expectedCalibrationError ?? null)],
    ['of those called open or closed, right', counted(metrics.selectiveAccuracy ?? null)],
    ['bottles called uncertain', counted(metrics.uncertain ?? null)],
    ['bottles found', counted(metrics.found ?? null)],
    ['bottle-free pictures told a state', counted(metrics.falseState ?? null)],
  ];
  return [
    `### ${metrics.split}`,
    table(['figure', 'value · count · exact 95 % interval'], figures),
    slices('kind', metrics.byKind),
    slices('source', metrics.bySource),
    reliability(metrics.reliability),
  ];
}

function slices(what: string, parts: Readonly<Record<string, Proportion>> | undefined): string {
  const rows = Object.entries(parts ?? {})
    .sort(([, one], [, other]) => other.of - one.of)
    .map(([name, accuracy]) => [name || '–', counted(accuracy)]);
  return rows.length === 0 ? '' : table([what, 'right · count · exact 95 % interval'], rows);
}

function reliability(bins: Metrics['reliability']): string {
  if (!bins) return '';
  const rows = bins.map(({ count, meanPOpen, shareOpen }) => [
    share(meanPOpen),
    share(shareOpen),
    String(count),
  ]);
  return `P(open) as it was said, and how often the bottle was open:\n\n${table(['said', 'was open', 'bottles'], rows)}`;
}

function decides({ calibration, thresholds, architecture }: Card): string[] {
  const { temperature, bias } = calibration;
  const { closedBelow, openAbove } = thresholds;
  const lines = [
    `P(open) = sigmoid(logit / ${temperature.toFixed(2)} ${bias < 0 ? '−' : '+'} ${Math.abs(bias).toFixed(2)}), fitted on held-out sources.`,
    `\`closed\` below ${closedBelow.toFixed(3)}, \`open\` above ${openAbove.toFixed(3)}, \`uncertain\` between. \`--cost-open\` and \`--cost-closed\` put costs in their place.`,
  ];
  if (architecture.arch === 'mouth') {
    const { presenceThreshold, sureThreshold } = architecture;
    lines.push(
      `\`no_bottle\` where the presence of the likeliest mouth is below ${presenceThreshold.toFixed(3)}; up to ${sureThreshold.toFixed(3)} it may be one, and no state is told.`,
    );
  }
  return lines;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
