import { Counter, Gauge, type Registry } from 'prom-client';
import type { Inference } from './inference.ts';
import { type Models, REPLACEMENTS, ROLES, type Role } from './models.ts';

/** Tells a registry how the processes and the models are doing. */
export function measureModels(registry: Registry, models: Models, inference: Pick<Inference, 'card'>): void {
  const registers = [registry];
  new Gauge({
    name: 'tampinha_worker_processes',
    help: 'Processes that look at pictures: of the champion, which answers, and of the challenger',
    labelNames: ['role'],
    registers,
    collect() {
      for (const role of ROLES) setFor(this, role, models.figures.pools[role]?.processes);
    },
  });
  new Gauge({
    name: 'tampinha_worker_memory_bytes',
    help: 'What they held when each last reported',
    labelNames: ['role'],
    registers,
    collect() {
      for (const role of ROLES) setFor(this, role, models.figures.pools[role]?.memory);
    },
  });
  new Counter({
    name: 'tampinha_workers_replaced_total',
    help: 'Processes replaced, by reason: a picture ended one, took too long, or left it too large',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const reason of REPLACEMENTS) this.inc({ reason }, models.figures.replaced[reason]);
    },
  });
  new Counter({
    name: 'tampinha_shadow_total',
    help: 'Pictures that the challenger answered, by whether it gave the same verdict',
    labelNames: ['agreed'],
    registers,
    collect() {
      this.reset();
      this.inc({ agreed: 'true' }, models.figures.shadow.agreed);
      this.inc({ agreed: 'false' }, models.figures.shadow.disagreed);
    },
  });
  new Counter({
    name: 'tampinha_shadow_failed_total',
    help: 'Pictures shown to the challenger that it did not answer',
    registers,
    collect() {
      this.reset();
      this.inc(models.figures.shadow.failed);
    },
  });
  new Gauge({
    name: 'tampinha_model_info',
    help: '1 for the model that answers',
    labelNames: ['model', 'folder', 'version'],
    registers,
    collect() {
      this.reset();
      const { id, version } = inference.card;
      this.set({ model: id, folder: models.aliases.champion, version }, 1);
    },
  });
}

/** Of a pool that is not there nothing is said: a 0 would be one whose processes have all ended. */
function setFor(gauge: Gauge<'role'>, role: Role, value: number | undefined): void {
  if (value !== undefined) gauge.set({ role }, value);
}
