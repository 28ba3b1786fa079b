/** Lines of commands where nobody types: those of the options first, then those of standard input. */

import { Refusal } from '../../cli/failure.js';
import type { TypedLines } from '../../cli/guest-input.js';
import type { LineSource } from './interpreter.js';
import { readTextFile } from './script-host.js';

export type Given = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'line'; readonly line: string };

/** The lines of `-x` and `--ex`, in their order. Throws Refusal for a file that cannot be read. */
export function givenLines(given: readonly Given[]): string[] {
  return given.flatMap((one) => {
    if (one.kind === 'line') return [one.line];
    const found = readTextFile(one.path);
    if ('error' in found) throw new Refusal(`${one.path}: ${found.error}`);
    // An empty line of a file repeats nothing.
    return found.text.split(/\r?\n/).filter((line) => line.trim() !== '');
  });
}

export class ScriptLines implements LineSource {
  private readonly given: string[];
  /** A line that came in pieces. */
  private begun = '';

  constructor(
    given: readonly Given[],
    private readonly input: (TypedLines & { close(): void }) | undefined,
  ) {
    this.given = givenLines(given);
  }

  async nextLine(): Promise<string | undefined> {
    const line = this.given.shift();
    if (line !== undefined) return line;
    for (;;) {
      const bytes = await this.input?.next();
      if (bytes === undefined) {
        const rest = this.begun;
        this.begun = '';
        return rest === '' ? undefined : rest;
      }
      // Nothing at all: the waiting was interrupted.
      if (bytes.length === 0) return undefined;
      this.begun += Buffer.from(bytes).toString('utf8');
      if (!this.begun.endsWith('\n')) continue;
      const whole = this.begun.replace(/\r?\n$/, '');
      this.begun = '';
      return whole;
    }
  }

  history(): readonly string[] {
    return [];
  }

  interrupt(): void {
    this.input?.interrupt();
  }

  close(): void {
    this.input?.close();
  }
}
