/** One line on a terminal that says what takes so long; it is gone when the work is done. Nothing where there is no terminal. */

/** Shorter work is not worth a line. */
const PATIENCE_MS = 300;
const ERASE_LINE = '\r\x1b[K';

export class Progress {
  #text = '';
  #timer: NodeJS.Timeout | undefined;
  #isShown = false;

  say(text: string): void {
    if (!process.stderr.isTTY) return;
    this.#text = text;
    if (this.#isShown) this.#show();
    else this.#timer ??= setTimeout(() => this.#show(), PATIENCE_MS).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isShown) process.stderr.write(ERASE_LINE);
    this.#isShown = false;
  }

  #show(): void {
    this.#isShown = true;
    // A terminal that does not know its width says 0.
    const width = process.stderr.columns || 80;
    process.stderr.write(`${ERASE_LINE}${this.#text.slice(0, width - 1)}`);
  }
}
