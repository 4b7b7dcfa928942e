import { coverageCurve } from '../coverage.ts';
import { reliabilityBins } from '../reliability.ts';
import { rocCurve } from '../roc.ts';
import type { Judged } from '../summary.ts';
import type { Html } from './html.ts';
import { linePlot, PERCENT_AXIS, type Series } from './plot.ts';

/** One model's judged bottles under the name that the legend shows. */
export interface Judgement {
  readonly name: string;
  readonly role: Series['role'];
  readonly bottles: readonly Judged[];
}

export function rocPlot(models: readonly Judgement[]): Html {
  return linePlot({
    title: 'ROC: open bottles found against closed ones called open',
    x: { ...PERCENT_AXIS, label: 'closed called open' },
    y: { ...PERCENT_AXIS, label: 'open called open' },
    diagonal: true,
    series: models.map(({ name, role, bottles }) => ({
      name,
      role,
      points: rocCurve(bottles).map((point) => ({ x: point.falsePositiveRate, y: point.truePositiveRate })),
    })),
  });
}

export function reliabilityPlot(models: readonly Judgement[]): Html {
  return linePlot({
    title: 'Reliability: how often it was open, by the probability given (ten bins of equal mass)',
    x: { ...PERCENT_AXIS, label: 'mean P(open) of the bin' },
    y: { ...PERCENT_AXIS, label: 'was open' },
    diagonal: true,
    series: models.map(({ name, role, bottles }) => ({
      name,
      role,
      dots: true,
      points: reliabilityBins(bottles).map((bin) => ({ x: bin.meanPOpen, y: bin.shareOpen })),
    })),
  });
}

export function coveragePlot(models: readonly Judgement[]): Html {
  const curves = models.map((model) => ({ ...model, curve: coverageCurve(model.bottles) }));
  const worst = Math.min(0.9, ...curves.flatMap(({ curve }) => curve.map(({ accuracy }) => accuracy)));
  return linePlot({
    title: 'Risk and coverage: accuracy when only the most confident share is answered',
    x: { ...PERCENT_AXIS, label: 'answered' },
    y: { ...PERCENT_AXIS, range: [Math.floor(worst * 10) / 10, 1], label: 'right among the answered' },
    series: curves.map(({ name, role, curve }) => ({
      name,
      role,
      points: curve.map(({ coverage, accuracy }) => ({ x: coverage, y: accuracy })),
    })),
  });
}
