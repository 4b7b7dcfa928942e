// Our schema of dashboards beside the types that Grafana publishes: what does not fit does not compile.
import type { Dashboard as GrafanaDashboard } from '@grafana/schema';
import type { Options as HeatmapOptions } from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type {
  FieldConfig as LineConfig,
  Options as TimeSeriesOptions,
} from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { Static, TSchema } from 'typebox';
import type { Dashboard, Heatmap, Stat, Table, TimeSeries } from './dashboard-schema.ts';

/** Enumerations as the words that stand in a file, and everything optional, since Grafana fills in what is missing. */
type Written<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? Written<Item>[]
    : T extends object
      ? { [Key in keyof T]?: Written<T[Key]> }
      : T;

/** True when all that we write is known to Grafana, by name and by kind. */
type Fits<Ours, Theirs> = [Exclude<keyof Ours, keyof Theirs>] extends [never]
  ? Ours extends Written<Theirs>
    ? true
    : false
  : false;
type OptionsOf<Schema extends TSchema> = Static<Schema> extends { options: infer Options } ? Options : never;
type CustomOf<Schema extends TSchema> =
  Static<Schema> extends { fieldConfig: { defaults: { custom: infer Custom } } } ? Custom : never;

/** Of each kind of panel; false here is an error of the compiler. */
export const OPTIONS_FIT: readonly [
  Fits<OptionsOf<typeof Stat>, StatOptions>,
  Fits<OptionsOf<typeof TimeSeries>, TimeSeriesOptions>,
  Fits<CustomOf<typeof TimeSeries>, LineConfig>,
  Fits<OptionsOf<typeof Heatmap>, HeatmapOptions>,
  Fits<OptionsOf<typeof Table>, TableOptions>,
] = [true, true, true, true, true];

export function asGrafana(dashboard: Dashboard): Written<GrafanaDashboard> {
  return dashboard;
}
