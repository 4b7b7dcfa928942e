#!/usr/bin/env node
// The command line's only contact with the process: arguments, environment, streams, exit status.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

// What was compiled once is not compiled again, here and in the processes that are started from here. A folder that
// cannot be written to only makes starts slower. Not the machine's temporary folder, where others could leave code.
process.env.NODE_COMPILE_CACHE ||= join(import.meta.dirname, '../../node_modules/.cache/compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
// For the processes that are started from here: glibc gives every thread that allocates an arena of its own, and what is
// freed there stays there. Two are as fast and leave forty megabytes less to each process that looks at pictures.
process.env.MALLOC_ARENA_MAX ||= '2';
const { runProgram } = await import('./program.ts');

// A reader that has seen enough (`| head`) is no error, and nothing is left to be said to it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// Nobody is left to hear of progress: no reason to end without the checkpoint of the step under way.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => new Date(),
  setStatus: (status) => {
    process.exitCode = status;
  },
  stopAsked: () =>
    new Promise((resolve) => {
      // Once only: a second signal ends a process that takes too long to stop.
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
      // A part of a validation stops when the process that started it asks it to, or is gone; until then the channel
      // does not keep it running.
      process.once('disconnect', () => resolve());
      process.channel?.unref();
      if (process.connected === false) resolve();
    }),
});
