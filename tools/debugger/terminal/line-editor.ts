/**
 * The line that is being typed: Node's readline does the editing, the history and the completion. It gets its keys from here
 * and not from the terminal, so that keys of the view can be kept from it; and in the view, what it draws goes nowhere, and the
 * panes show its line.
 */
import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import type { TypedLine } from './panes/console-pane.js';

export const HISTORY_LINES = 1000;

export interface Completed {
  readonly found: readonly string[];
  readonly word: string;
}

export interface EditorUser {
  /** Undefined: Ctrl-D, nothing more will be typed. */
  line(text: string | undefined): void;
  complete(line: string): Completed;
  /** Candidates, where Tab cannot choose. */
  candidates(found: readonly string[]): void;
}

export class LineEditor {
  private keys = new PassThrough();
  private editor: Interface | undefined;
  private prompt = '';
  private past: string[];
  /** What is typed while the program runs is its input, and no history. */
  keepsHistory = true;
  private isVisible = true;
  private lastCompleted = '';

  /** `history`: the newest first, as readline has it. */
  constructor(
    private readonly user: EditorUser,
    private readonly output: NodeJS.WritableStream,
    history: readonly string[],
  ) {
    this.past = [...history];
  }

  /** Begins anew, drawing itself or not; what was typed so far stays. */
  open(isVisible: boolean): void {
    const line = this.editor?.line ?? '';
    this.close();
    this.isVisible = isVisible;
    this.keys = new PassThrough();
    const editor = createInterface({
      input: this.keys,
      output: isVisible ? this.output : nowhere(),
      terminal: true,
      history: [...this.past],
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (typed: string) => this.completed(typed),
      tabSize: 8,
    });
    this.editor = editor;
    editor.on('history', (history: string[]) => {
      if (!this.keepsHistory) history.shift();
      else this.past = [...history];
    });
    editor.on('line', (text) => this.user.line(text));
    editor.on('SIGINT', () => undefined);
    editor.on('close', () => {
      if (this.editor === editor) this.user.line(undefined);
    });
    editor.setPrompt(this.prompt);
    if (line !== '') editor.write(line);
  }

  close(): void {
    const { editor } = this;
    this.editor = undefined;
    editor?.close();
  }

  /** A key that is nobody else's. */
  feed(sequence: string): void {
    this.keys.write(sequence);
  }

  setPrompt(prompt: string): void {
    this.prompt = prompt;
    this.editor?.setPrompt(prompt);
    this.redraw();
  }

  /** Shows prompt and line again, below what was printed meanwhile. */
  redraw(): void {
    if (this.isVisible && this.prompt !== '') this.editor?.prompt(true);
  }

  /** Throws away what was typed. */
  clear(): void {
    this.editor?.write(null, { ctrl: true, name: 'e' });
    this.editor?.write(null, { ctrl: true, name: 'u' });
  }

  get typed(): TypedLine {
    const { line = '', cursor = 0 } = this.editor ?? {};
    return { text: this.prompt + line, cursor: this.prompt.length + cursor };
  }

  get isEmpty(): boolean {
    return (this.editor?.line ?? '') === '';
  }

  /** The newest first. */
  get history(): readonly string[] {
    return this.past;
  }

  private completed(typed: string): [string[], string] {
    const { found, word } = this.user.complete(typed);
    // Visible, readline lists what could be meant itself, at the second Tab.
    if (!this.isVisible && found.length > 1 && this.lastCompleted === typed) this.user.candidates(found);
    this.lastCompleted = typed;
    const only = found.length === 1 && !/[/:]$/.test(found[0]) ? [`${found[0]} `] : [...found];
    return [only, word];
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
