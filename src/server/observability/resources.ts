import process from 'node:process';
import { Gauge, type Registry } from 'prom-client';
import type { UploadMemory } from '../upload-memory.ts';
import { freeBytes } from './readiness.ts';

/** What the server holds and has left, and which server it is. */
export function measureResources(
  registry: Registry,
  { memory, dataDir, version }: { memory: UploadMemory; dataDir: string; version: string },
): void {
  const registers = [registry];
  new Gauge({
    name: 'tampinha_build_info',
    help: 'Always 1',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  new Gauge({
    name: 'tampinha_upload_memory_bytes',
    help: 'Uploads held in memory, all requests together',
    registers,
    collect() {
      this.set(memory.used);
    },
  });
  new Gauge({
    name: 'tampinha_disk_free_bytes',
    help: 'Free space where the data lie',
    registers,
    async collect() {
      this.set(await freeBytes(dataDir).catch(() => Number.NaN));
    },
  });
}
