/** Errors as a person sees them: bad input is one line; anything else is a bug in Tocsin, and says so. */
import { ElfError } from '../../machine/elf.js';
import { ToolchainError } from '../toolchain/failure.js';
import { EXIT } from './exit-status.js';
import { say } from './standard-streams.js';

/** Something that the person can put right, in one line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Says what went wrong and gives the exit status. */
export function explain(error: unknown, words: readonly string[]): number {
  if (error instanceof ToolchainError) {
    process.stderr.write(error.output === '' || error.output.endsWith('\n') ? error.output : `${error.output}\n`);
    say(`tocsin: ${oneLine(error.message)}`);
    return EXIT.USAGE;
  }
  if (error instanceof Refusal || error instanceof ElfError) {
    say(`tocsin: ${oneLine(error.message)}`);
    return EXIT.USAGE;
  }
  say(`tocsin: this is a bug in Tocsin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  say(`tocsin: it happened in: tocsin ${words.map(quoted).join(' ')}`);
  return EXIT.PANIC;
}

/** File names may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** As a shell would read it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
