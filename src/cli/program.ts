// The command line as a whole. Every command loads what it needs when it runs, so that `predict` starts
// without a web server and `serve` without a trainer.
import { Command, CommanderError } from 'commander';
import { capacityCommand } from './commands/capacity.ts';
import { cardCommand } from './commands/card.ts';
import { datasetCommand } from './commands/dataset.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { keysCommand } from './commands/keys.ts';
import { migrateCommand } from './commands/migrate.ts';
import { predictCommand } from './commands/predict.ts';
import { serveCommand } from './commands/serve.ts';
import { synthCommand } from './commands/synth.ts';
import { trainCommand } from './commands/train.ts';
import { validateCommand } from './commands/validate.ts';
import { type Terminal, UsageError } from './terminal.ts';

/**
 * Runs one command line (without the program's own name) to its end. What goes wrong with the call itself is
 * said on stderr and sets exit status 2; anything else that is thrown passes through.
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<void> {
  try {
    await buildProgram(terminal).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.stderr.write(`tampinha: ${error.message}\n`);
      terminal.setStatus(2);
    } else if (error instanceof CommanderError) terminal.setStatus(error.exitCode === 0 ? 0 : 2);
    else throw error;
  }
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command('tampinha').description(
    'Open or closed: tells the state of a bottle from a photograph',
  );
  const commands = [
    predictCommand,
    trainCommand,
    validateCommand,
    evaluateCommand,
    cardCommand,
    datasetCommand,
    synthCommand,
    serveCommand,
    keysCommand,
    migrateCommand,
    doctorCommand,
    capacityCommand,
  ].map((create) => create(terminal));
  for (const command of [program, ...commands, ...commands.flatMap(({ commands: inner }) => inner)])
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  for (const command of commands) program.addCommand(command);
  return program.showHelpAfterError('(--help shows what is possible)');
}
