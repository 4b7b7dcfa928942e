import type { Audit } from './audit.ts';
import { type Finding } from './findings.ts';
/** `folder` is only named; pictures are read from the samples' paths. */
export declare function renderAudit(
  folder: string,
  audit: Audit,
  findings: readonly Finding[],
): Promise<string>;
