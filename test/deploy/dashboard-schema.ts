// What the dashboards use of Grafana's format, and nothing else: a misspelt member is an error here, where Grafana would
// pass over it. `grafana-types.ts` has the compiler lay it beside Grafana's own types.
import { type Static, type TProperties, Type } from 'typebox';

const strict = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const oneOf = <Value extends string>(...values: Value[]) => Type.Unsafe<Value>(Type.Enum(values));
const Text = Type.String({ minLength: 1 });
// Grafana's own notation for the variable, no template of ours.
const Datasource = strict({ type: Type.Literal('prometheus'), uid: Type.Literal(`\${datasource}`) });

const Target = strict({
  refId: Type.String({ pattern: '^[A-Z]$' }),
  datasource: Datasource,
  expr: Text,
  legendFormat: Type.String(),
  format: Type.Optional(oneOf('heatmap', 'table')),
  instant: Type.Optional(Type.Boolean()),
});
const Position = strict({
  h: Type.Integer({ minimum: 1, maximum: 20 }),
  w: Type.Integer({ minimum: 1, maximum: 24 }),
  x: Type.Integer({ minimum: 0, maximum: 23 }),
  y: Type.Integer({ minimum: 0 }),
});
const Thresholds = strict({
  mode: Type.Literal('absolute'),
  steps: Type.Array(strict({ value: Type.Union([Type.Number(), Type.Null()]), color: Text }), {
    minItems: 1,
  }),
});
const UNITS = ['short', 's', 'bytes', 'percentunit', 'reqps'] as const;
const Unit = oneOf(...UNITS);

const base = {
  id: Type.Integer({ minimum: 1 }),
  title: Text,
  description: Text,
  datasource: Datasource,
  gridPos: Position,
  targets: Type.Array(Target, { minItems: 1 }),
};
const scale = {
  unit: Unit,
  decimals: Type.Optional(Type.Integer({ minimum: 0 })),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  thresholds: Thresholds,
};

export const Row = strict({
  id: base.id,
  type: Type.Literal('row'),
  title: Text,
  collapsed: Type.Literal(false),
  gridPos: Position,
  panels: Type.Array(Type.Never(), { maxItems: 0 }),
});

export const Stat = strict({
  ...base,
  type: Type.Literal('stat'),
  fieldConfig: strict({
    defaults: strict({ ...scale, color: strict({ mode: Type.Literal('thresholds') }) }),
    overrides: Type.Array(Type.Never(), { maxItems: 0 }),
  }),
  options: strict({
    colorMode: Type.Literal('value'),
    graphMode: Type.Literal('area'),
    justifyMode: Type.Literal('auto'),
    orientation: Type.Literal('auto'),
    textMode: Type.Literal('auto'),
    wideLayout: Type.Boolean(),
    reduceOptions: strict({
      calcs: Type.Array(Type.Literal('lastNotNull')),
      fields: Type.Literal(''),
      values: Type.Boolean(),
    }),
  }),
});

export const TimeSeries = strict({
  ...base,
  type: Type.Literal('timeseries'),
  fieldConfig: strict({
    defaults: strict({
      ...scale,
      color: strict({ mode: Type.Literal('palette-classic') }),
      custom: strict({
        drawStyle: Type.Literal('line'),
        lineInterpolation: Type.Literal('linear'),
        lineWidth: Type.Integer(),
        fillOpacity: Type.Integer({ minimum: 0, maximum: 100 }),
        showPoints: Type.Literal('never'),
        spanNulls: Type.Boolean(),
        stacking: strict({ mode: oneOf('none', 'normal', 'percent'), group: Text }),
        thresholdsStyle: strict({ mode: oneOf('off', 'dashed') }),
      }),
    }),
    overrides: Type.Array(
      strict({
        matcher: strict({ id: Type.Literal('byName'), options: Text }),
        properties: Type.Array(
          strict({
            id: Type.Literal('color'),
            value: strict({ mode: Type.Literal('fixed'), fixedColor: Text }),
          }),
        ),
      }),
    ),
  }),
  options: strict({
    legend: strict({
      displayMode: Type.Literal('list'),
      placement: Type.Literal('bottom'),
      showLegend: Type.Boolean(),
      calcs: Type.Array(Type.String()),
    }),
    tooltip: strict({ mode: Type.Literal('multi'), sort: Type.Literal('desc') }),
  }),
});

export const Heatmap = strict({
  ...base,
  type: Type.Literal('heatmap'),
  fieldConfig: strict({ defaults: strict({}), overrides: Type.Array(Type.Never(), { maxItems: 0 }) }),
  options: strict({
    calculate: Type.Literal(false),
    yAxis: strict({ unit: Unit, axisPlacement: Type.Literal('left') }),
    cellGap: Type.Integer(),
    color: strict({
      mode: Type.Literal('scheme'),
      scheme: Text,
      steps: Type.Integer(),
      exponent: Type.Number(),
      reverse: Type.Boolean(),
      fill: Text,
    }),
    legend: strict({ show: Type.Boolean() }),
    tooltip: strict({ mode: Type.Literal('single'), yHistogram: Type.Boolean() }),
    rowsFrame: strict({ layout: Type.Literal('auto') }),
    filterValues: strict({ le: Type.Number() }),
  }),
});

export const Table = strict({
  ...base,
  type: Type.Literal('table'),
  fieldConfig: strict({ defaults: strict({}), overrides: Type.Array(Type.Never(), { maxItems: 0 }) }),
  options: strict({ showHeader: Type.Boolean(), cellHeight: Type.Literal('sm') }),
  transformations: Type.Array(
    strict({
      id: Type.Literal('organize'),
      options: strict({
        excludeByName: Type.Record(Type.String(), Type.Literal(true)),
        indexByName: strict({}),
        renameByName: strict({}),
      }),
    }),
  ),
});

export const Panel = Type.Union([Stat, TimeSeries, Heatmap, Table]);
export type Panel = Static<typeof Panel>;

const hidden = {
  options: Type.Array(Type.Never(), { maxItems: 0 }),
  hide: Type.Literal(0),
  skipUrlSync: Type.Literal(false),
};
const DatasourceVariable = strict({
  ...hidden,
  name: Type.Literal('datasource'),
  label: Text,
  type: Type.Literal('datasource'),
  query: Type.Literal('prometheus'),
  refresh: Type.Literal(1),
  regex: Type.Literal(''),
  multi: Type.Literal(false),
  includeAll: Type.Literal(false),
  current: strict({}),
});
const QueryVariable = strict({
  ...hidden,
  name: oneOf('job', 'instance'),
  label: Text,
  type: Type.Literal('query'),
  datasource: Datasource,
  definition: Text,
  query: strict({ query: Text, refId: Text }),
  refresh: Type.Literal(2),
  sort: Type.Literal(1),
  multi: Type.Boolean(),
  includeAll: Type.Literal(true),
  allValue: Type.Literal('.*'),
  current: strict({ text: Type.Literal('All'), value: Type.Literal('$__all') }),
  regex: Type.Literal(''),
});

export const Dashboard = strict({
  uid: Type.String({ pattern: '^tampinha-[a-z]+$' }),
  title: Type.String({ pattern: '^Tampinha: ' }),
  description: Text,
  tags: Type.Array(Type.Literal('tampinha'), { minItems: 1 }),
  schemaVersion: Type.Literal(39),
  version: Type.Integer({ minimum: 1 }),
  editable: Type.Boolean(),
  graphTooltip: Type.Literal(1),
  refresh: Text,
  time: strict({ from: Text, to: Text }),
  timezone: Type.Literal('browser'),
  fiscalYearStartMonth: Type.Literal(0),
  weekStart: Type.Literal(''),
  annotations: strict({
    list: Type.Array(
      strict({
        name: Text,
        datasource: Datasource,
        enable: Type.Boolean(),
        iconColor: Text,
        expr: Text,
        titleFormat: Text,
        step: Text,
      }),
    ),
  }),
  links: Type.Array(
    strict({
      type: Type.Literal('dashboards'),
      title: Text,
      tags: Type.Array(Type.Literal('tampinha')),
      asDropdown: Type.Boolean(),
      icon: Type.Literal(''),
      includeVars: Type.Boolean(),
      keepTime: Type.Boolean(),
      targetBlank: Type.Boolean(),
      tooltip: Type.Literal(''),
      url: Type.Literal(''),
    }),
  ),
  templating: strict({
    list: Type.Tuple([DatasourceVariable, QueryVariable, QueryVariable]),
  }),
  panels: Type.Array(Type.Union([Row, Panel]), { minItems: 4 }),
});
export type Dashboard = Static<typeof Dashboard>;
