// Puts the server's settings into the schema of the chart's values: `node test/deploy/write-values-schema.ts`, then
// `npm run format`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSettings } from './values-schema.ts';

const path = join(import.meta.dirname, '../../deploy/helm/tampinha/values.schema.json');
writeFileSync(path, withSettings(readFileSync(path, 'utf8')));
