/** Errors as a person sees them: bad input is one line; anything else is a bug in Tocsin, and says so. */
import { ElfError } from '../../machine/elf.js';
import { ToolchainError } from '../toolchain/failure.js';
import { whyNot } from '../toolchain/input.js';
import { EXIT } from './exit-status.js';
import { say } from './standard-streams.js';

/** Something that the person can put right, in one line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Says what went wrong and gives the exit status; with `asJson` a refusal also as the object that `--json` promises. */
export function explain(error: unknown, words: readonly string[], asJson: boolean): number {
  if (error instanceof ToolchainError) {
    process.stderr.write(error.output === '' || error.output.endsWith('\n') ? error.output : `${error.output}\n`);
  }
  if (error instanceof ToolchainError || error instanceof Refusal || error instanceof ElfError) {
    const message = oneLine(error.message);
    say(`tocsin: ${message}`);
    if (asJson) sayRefusal(message);
    return EXIT.USAGE;
  }
  say(`tocsin: this is a bug in Tocsin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  say(`tocsin: it happened in: tocsin ${words.map(quoted).join(' ')}`);
  return EXIT.PANIC;
}

/** The last line of standard error where somebody asked for `--json` and nothing was run. */
export function sayRefusal(message: string): void {
  say(JSON.stringify({ outcome: 'refused', exitCode: EXIT.USAGE, message }));
}

/** Why standard output could not be written. A reader that went away knows it, and gets the status alone. */
export function explainOutput(error: NodeJS.ErrnoException): number {
  if (error.code === 'EPIPE') return EXIT.OUTPUT_CLOSED;
  say(`tocsin: standard output: ${whyNot(error)}`);
  return EXIT.OUTPUT_FAILED;
}

/** File names may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** As a shell would read it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
