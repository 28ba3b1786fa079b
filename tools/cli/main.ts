#!/usr/bin/env node
/** The command `tocsin`. */
import { runCommandLine } from './command-line.js';

// With a handler, and not by the signal itself, so that temporary files of a compilation are removed.
const onInterrupt = (): void => process.exit(130);
const onTermination = (): void => process.exit(143);
process.once('SIGINT', onInterrupt).once('SIGTERM', onTermination);

// A reader of our messages that went away does not hear that it did.
process.stderr.on('error', () => undefined);

process.exitCode = await runCommandLine(process.argv.slice(2), () => process.removeListener('SIGINT', onInterrupt));
