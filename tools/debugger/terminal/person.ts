/** The debugger at a terminal: a person types commands, answers questions, and types into the program while it runs. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { completions } from './completion.js';
import { Debugging } from './debugging.js';
import { FullScreen } from './full-screen.js';
import { historyPath, readHistory, writeHistory } from './history-file.js';
import type { Host } from './host.js';
import { Interpreter, type LineSource } from './interpreter.js';
import { type Completed, LineEditor } from './line-editor.js';
import { ConsoleText } from './panes/console-pane.js';
import { readTextFile } from './script-host.js';
import { type Given, givenLines } from './script-lines.js';
import type { SourcePlaces } from './source-texts.js';
import type { StartTarget } from './target.js';
import { type Key, Terminal } from './terminal.js';
import { harmless } from './text.js';

const PROMPT = '(tocsin) ';
const MAX_FILES = 500;

export interface Conversation {
  /** Boots the program; what it prints goes to `onOutput`. */
  readonly boot: (onOutput: (bytes: Uint8Array) => void) => StartTarget;
  readonly guestArguments: readonly string[];
  readonly places: SourcePlaces;
  readonly given: readonly Given[];
  readonly tui: boolean;
  /** What is typed into the program from a file; undefined: the person does. */
  readonly input:
    | { next(): Promise<Uint8Array | undefined>; nextIfThere(): Uint8Array | undefined; interrupt(): void }
    | undefined;
  readonly takeInterrupts: () => void;
  readonly serveGdb: Host['serveGdb'];
}

/** Resolves to the exit status when the person leaves. */
export async function converse(conversation: Conversation): Promise<number> {
  const person = new Person(conversation);
  try {
    return await person.run();
  } finally {
    person.close();
  }
}

class Person implements Host, LineSource {
  readonly view: FullScreen;
  readonly serveGdb: Host['serveGdb'];
  onInterrupt: () => void = () => {};
  private readonly terminal = new Terminal(process.stdin, process.stdout);
  private readonly editor: LineEditor;
  private readonly said = new ConsoleText();
  private readonly given: string[];
  private readonly historyFile = historyPath(process.env);
  /** Finished lines that nobody has read; undefined at the end. */
  private readonly lines: (string | undefined)[] = [];
  private wake: () => void = () => {};
  private isInterrupted = false;
  private isGuestLineGivenUp = false;
  private isRunning = false;
  private isAtLineStart = true;
  /** Ctrl-X came, and the next key says what of it. */
  private isPrefixed = false;
  private d: Debugging | undefined;
  private readonly decoder = new TextDecoder();

  constructor(private readonly conversation: Conversation) {
    this.serveGdb = conversation.serveGdb;
    this.given = givenLines(conversation.given);
    const user = {
      line: (text: string | undefined) => this.lineTyped(text),
      complete: (line: string) => this.complete(line),
      candidates: (found: readonly string[]) => this.print(`${found.join('  ')}\n`),
    };
    this.editor = new LineEditor(user, process.stdout, readHistory(this.historyFile));
    const hasColours = !process.env.NO_COLOR;
    this.view = new FullScreen(this.terminal, this.editor, this.said, () => this.debugging(), hasColours);
  }

  async run(): Promise<number> {
    const { boot, guestArguments, places, takeInterrupts, tui } = this.conversation;
    const d = new Debugging(
      boot((bytes) => this.guestWrote(bytes)),
      this,
      guestArguments,
      places,
    );
    this.d = d;
    const interpreter = new Interpreter(d, this);
    process.on('SIGINT', this.interrupt);
    takeInterrupts();
    this.terminal.onKey = (key) => this.keyPressed(key);
    this.terminal.onResize = () => this.view.refresh();
    this.terminal.onEnd = () => this.lineTyped(undefined);
    this.terminal.open();
    this.editor.open(true);
    this.print(
      `Program ${d.target.programName} stands before its first instruction. "help" says what there is to do.\n`,
    );
    if (tui) this.view.isEnabled = true;
    while (interpreter.status === undefined) {
      const line = this.given.shift() ?? (await this.typedLine(PROMPT));
      if (line === undefined) break;
      await this.whileRunning(() => interpreter.obey(line));
      this.view.update();
    }
    return interpreter.status ?? 0;
  }

  close(): void {
    process.off('SIGINT', this.interrupt);
    this.view.isEnabled = false;
    this.editor.close();
    this.endGuestLine();
    this.terminal.close();
    writeHistory(this.historyFile, this.editor.history);
  }

  private async whileRunning(work: () => Promise<unknown>): Promise<void> {
    this.isRunning = true;
    this.view.isRunning = true;
    this.editor.keepsHistory = false;
    try {
      await work();
    } finally {
      this.isRunning = false;
      this.view.isRunning = false;
      this.editor.keepsHistory = true;
      this.isInterrupted = false;
    }
  }

  private debugging(): Debugging {
    if (this.d === undefined) throw new Error('nothing is debugged yet');
    return this.d;
  }

  // Lines

  async nextLine(): Promise<string | undefined> {
    return this.given.shift() ?? this.typedLine('>');
  }

  history(): readonly string[] {
    return [...this.editor.history].reverse();
  }

  /** A line of the person; undefined at Ctrl-D. */
  private async typedLine(prompt: string): Promise<string | undefined> {
    const { isRunning } = this;
    this.isRunning = false;
    this.view.isRunning = false;
    this.editor.keepsHistory = prompt === PROMPT;
    this.endGuestLine();
    if (this.lines.length === 0) this.editor.setPrompt(prompt);
    this.view.draw();
    while (this.lines.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.editor.setPrompt('');
    this.isRunning = isRunning;
    this.view.isRunning = isRunning;
    const line = this.lines.shift();
    this.said.add(`${prompt}${line ?? ''}\n`);
    if (line === undefined) {
      // The end stays the end, whoever asks next.
      this.lines.unshift(undefined);
      this.print(prompt === PROMPT ? 'quit\n' : '\n');
    }
    return line;
  }

  private lineTyped(text: string | undefined): void {
    this.isAtLineStart = true;
    this.view.scrollToEnd();
    if (text === undefined && this.lines.at(-1) === undefined && this.lines.length > 0) return;
    this.lines.push(text);
    this.wake();
  }

  private complete(line: string): Completed {
    return completions(this.debugging(), line, filesBeginning);
  }

  // Keys

  private keyPressed(key: Key): void {
    const { name, ctrl, sequence } = key;
    if (this.isPrefixed) {
      this.isPrefixed = false;
      this.prefixedKey(name ?? sequence);
    } else if (ctrl && name === 'x') this.isPrefixed = true;
    else if (ctrl && name === 'c') this.interrupt();
    else if (ctrl && name === 'z') this.terminal.suspend();
    else if (ctrl && name === 'l' && this.view.isEnabled) this.view.refresh();
    else if (ctrl && name === 'd' && !this.editor.isEmpty) this.editor.feed(sequence);
    else if (ctrl && name === 'd' && this.isRunning) this.lineTyped(undefined);
    else if (!(this.view.isEnabled && this.view.key(key))) {
      this.editor.feed(sequence);
      // The editor has taken the key when the stream has handed it on.
      setImmediate(() => this.view.draw());
    }
  }

  /** What gdb's users press behind Ctrl-X. */
  private prefixedKey(name: string): void {
    const { view } = this;
    if (name === 'a') {
      view.isEnabled = !view.isEnabled;
      if (!view.isEnabled) this.editor.redraw();
    } else if (name === '1') view.layout = view.layout === 'src' ? 'asm' : 'src';
    else if (name === '2') view.layout = view.layout === 'split' ? 'regs' : 'split';
    else if (name === 'o' && view.isEnabled) view.nextFocus();
    if ((name === '1' || name === '2') && !view.isEnabled) view.isEnabled = true;
    view.refresh();
  }

  readonly interrupt = (): void => {
    if (this.isRunning) {
      this.isInterrupted = true;
      this.wake();
      this.conversation.input?.interrupt();
      this.onInterrupt();
      return;
    }
    // As shells do it: what was typed is thrown away.
    this.editor.clear();
    this.print('Quit\n');
    this.editor.redraw();
    this.view.draw();
  };

  // Host

  print(text: string): void {
    const shown = harmless(text);
    this.endGuestLine();
    this.said.endLine();
    this.said.add(shown);
    if (this.view.isEnabled) this.view.drawSoon();
    else this.terminal.write(shown);
  }

  private guestWrote(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.isAtLineStart = bytes[bytes.length - 1] === NEWLINE;
    this.said.add(harmless(this.decoder.decode(bytes, { stream: true })));
    if (!this.view.isEnabled) this.terminal.write(bytes);
  }

  /** What the program printed last is a line of its own. */
  private endGuestLine(): void {
    if (this.isAtLineStart) return;
    this.isAtLineStart = true;
    this.said.endLine();
    if (!this.view.isEnabled) this.terminal.write('\n');
  }

  async look(): Promise<void> {
    this.view.drawSoon();
    await new Promise((resolve) => setImmediate(resolve));
  }

  takeInterrupt(): boolean {
    const { isInterrupted } = this;
    this.isInterrupted = false;
    return isInterrupted;
  }

  async guestLine(): Promise<Uint8Array | undefined> {
    const { input } = this.conversation;
    if (input !== undefined) return input.next();
    this.view.draw();
    this.isGuestLineGivenUp = false;
    while (this.lines.length === 0 && !this.isInterrupted && !this.isGuestLineGivenUp) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.isInterrupted || this.lines.length === 0) return new Uint8Array(0);
    return this.lineForGuest(this.lines.shift());
  }

  wakeGuestLine(): void {
    this.isGuestLineGivenUp = true;
    this.wake();
    this.conversation.input?.interrupt();
  }

  guestLineIfThere(): Uint8Array | undefined {
    const { input } = this.conversation;
    if (input !== undefined) return input.nextIfThere();
    return this.lines[0] === undefined ? undefined : this.lineForGuest(this.lines.shift());
  }

  /** It stands where it was asked for. */
  private lineForGuest(line: string | undefined): Uint8Array | undefined {
    if (line === undefined) return undefined;
    this.said.add(`${line}\n`);
    this.isAtLineStart = true;
    return Buffer.from(`${line}\n`, 'utf8');
  }

  async confirm(question: string): Promise<boolean> {
    const { settings } = this.debugging();
    if (!settings.isOn('confirm') || this.given.length > 0) return true;
    for (;;) {
      const answer = (await this.typedLine(`${question} (y or n) `))?.trim().toLowerCase();
      if (answer === undefined || answer === 'y' || answer === 'yes') return true;
      if (answer === 'n' || answer === 'no') return false;
      this.print('Please answer y or n.\n');
    }
  }

  readFile(path: string) {
    return readTextFile(path);
  }
}

const NEWLINE = 0x0a;

function filesBeginning(beginning: string): readonly string[] {
  const folder = beginning.includes('/') ? dirname(`${beginning}x`) : '.';
  try {
    const names = readdirSync(folder, { withFileTypes: true }).slice(0, MAX_FILES);
    return names.map((entry) => {
      const path = folder === '.' && !beginning.startsWith('./') ? entry.name : join(folder, entry.name);
      return entry.isDirectory() ? `${path}/` : path;
    });
  } catch {
    return [];
  }
}
