// The dashboards of deploy/observe, checked, and what they ask.
import { Dashboard, type Panel } from './dashboard-schema.ts';
import { checked, dashboardFiles } from './observe-files.ts';

export function dashboards(): Dashboard[] {
  return dashboardFiles().map(([name, text]) => checked(Dashboard, JSON.parse(text), name));
}

export interface PanelQuery {
  /** The panel's title. */
  readonly panel: string;
  readonly expr: string;
  readonly legend: string;
}

export function panelsOf(panels: Dashboard['panels']): Panel[] {
  return panels.filter((panel) => panel.type !== 'row');
}

export function queriesOf(panels: Dashboard['panels']): PanelQuery[] {
  return panelsOf(panels).flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({ panel: title, expr, legend: legendFormat })),
  );
}
