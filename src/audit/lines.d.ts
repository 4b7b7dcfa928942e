import type { Audit } from './audit.ts';
import { type Finding } from './findings.ts';
/** Lines without their ends. The first says `verdict`; fields may be added, none renamed. */
export declare function toJsonLines(audit: Audit, findings: readonly Finding[]): string[];
/** The audit for people: the verdict, the findings, and how well each feature tells the label. */
export declare function toText(audit: Audit, findings: readonly Finding[]): string;
export declare const VERDICTS: {
  readonly confounded: 'CONFOUNDED: something other than the mouth gives the answer away.';
  readonly doubtful: 'DOUBTFUL: look at what was found before training on this.';
  readonly clean: 'CLEAN: nothing that was looked for gives the answer away.';
};
