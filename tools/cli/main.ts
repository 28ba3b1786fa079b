#!/usr/bin/env node
/** The command `tocsin`. */
import { runCommandLine } from './command-line.js';
import { standardOutput } from './standard-streams.js';

// With a handler, and not by the signal itself, so that temporary files of a compilation are removed.
// Node's own `exit`: where scenarios are run, `process` has another one.
const exit = process.exit.bind(process);
const onInterrupt = (): void => exit(130);
const onTermination = (): void => exit(143);
process.once('SIGINT', onInterrupt).once('SIGTERM', onTermination);

// A reader of our messages that went away does not hear that it did.
process.stderr.on('error', () => undefined);

const status = await runCommandLine(process.argv.slice(2), () => process.removeListener('SIGINT', onInterrupt));
// Whatever a command says of itself: without its output it has not done what it was asked to.
const failure = await standardOutput.settled();
process.exitCode = failure === undefined ? status : (await import('./failure.js')).explainOutput(failure);
