import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import type { Finding } from '../doctor-checks.ts';
import { type Terminal, writeLine } from '../terminal.ts';

export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('say whether a server would work here: settings, model, store, Redis, disk')
    .option('--json', 'one JSON object a line')
    .action(({ json = false }: { json?: boolean }) => doctor(terminal, json));
}

/** Exit status 1 when something has failed; a warning is none. */
async function doctor(terminal: Terminal, json: boolean): Promise<void> {
  const tell = async (finding: Finding) => {
    await writeLine(terminal.stdout, json ? JSON.stringify(finding) : inWords(finding));
    if (finding.state === 'failed') terminal.setStatus(1);
  };
  const { CHECKS, checkNode, runCheck } = await import('../doctor-checks.ts');
  const { ConfigError, readConfig } = await import('../../server/config.ts');
  await tell(checkNode());
  try {
    const config = readConfig(terminal.env, availableParallelism());
    await tell({ what: 'settings', state: 'ok', detail: `answers on ${config.host}, port ${config.port}` });
    for (const check of CHECKS) await tell(await runCheck(check, config));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Without settings there is nothing else to look at.
    await tell({ what: 'settings', state: 'failed', detail: error.message });
  }
}

function inWords({ what, state, detail }: Finding): string {
  return `${state.padEnd(8)} ${what.padEnd(12)} ${detail}`;
}
