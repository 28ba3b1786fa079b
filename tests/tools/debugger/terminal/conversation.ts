/** A debugger that a test talks to: a compiled program in a real system, and all that is said about it. */
import { readFileSync } from 'node:fs';
import { Timeline } from '../../../../kernel/index.js';
import { parseElf } from '../../../../machine/index.js';
import { Debugging } from '../../../../tools/debugger/terminal/debugging.js';
import type { Host } from '../../../../tools/debugger/terminal/host.js';
import { Interpreter } from '../../../../tools/debugger/terminal/interpreter.js';
import { KnownProgram, SystemTarget } from '../../../../tools/debugger/terminal/system-target.js';
import type { Target } from '../../../../tools/debugger/terminal/target.js';
import type { Optimization } from '../../../../tools/toolchain/compiler.js';
import { consoleDriver } from '../../../../tools/toolchain/console-driver.js';
import { findCompiler } from '../../../../tools/toolchain/find-compiler.js';
import { readInput } from '../../../../tools/toolchain/input.js';
import { buildProgram } from '../../../../tools/toolchain/program.js';

export const PROGRAMS = 'tests/tools/debugger/terminal/programs';

export interface Setting {
  readonly optimization?: Optimization;
  readonly debug?: boolean;
  readonly arguments?: readonly string[];
  /** With the console driver, so that it can print and read. */
  readonly console?: boolean;
  readonly input?: string;
  /** Whoever waits for a line waits until it is woken. */
  readonly typesNothing?: boolean;
  readonly serveGdb?: Host['serveGdb'];
}

export class Conversation {
  readonly d: Debugging;
  private readonly host: Host;
  readonly interpreter: Interpreter;
  /** What the program has printed. */
  printed = '';
  private said = '';
  private readonly lines: string[] = [];
  private asksToStop = false;
  /** How often the host was looked at; after so many an interrupt comes. */
  private looksLeft = Number.POSITIVE_INFINITY;
  private input: string | undefined;
  private giveUpLine: () => void = () => {};
  answers = true;
  readonly questions: string[] = [];
  view: Host['view'];

  constructor(
    start: (guestArguments: readonly string[], onOutput: (bytes: Uint8Array) => void) => Target,
    setting: Setting,
  ) {
    this.input = setting.input;
    this.host = {
      print: (text) => {
        this.said += text;
      },
      look: async () => {
        if (--this.looksLeft <= 0) this.asksToStop = true;
        // Only who serves somebody else waits for more than that.
        if (setting.serveGdb !== undefined) await new Promise((resolve) => setImmediate(resolve));
      },
      takeInterrupt: () => {
        const { asksToStop } = this;
        this.asksToStop = false;
        return asksToStop;
      },
      guestLine: async () => {
        if (setting.typesNothing === true) {
          return new Promise((resolve) => {
            this.giveUpLine = () => resolve(new Uint8Array(0));
          });
        }
        const { input } = this;
        this.input = undefined;
        return input === undefined ? undefined : Buffer.from(input);
      },
      guestLineIfThere: () => undefined,
      confirm: async (question) => {
        this.questions.push(question);
        return this.answers;
      },
      readFile: (path) => {
        try {
          return { text: readFileSync(path, 'utf8') };
        } catch {
          return { error: 'no such file' };
        }
      },
      view: undefined,
      onInterrupt: () => {},
      wakeGuestLine: () => this.giveUpLine(),
      serveGdb: setting.serveGdb,
    };
    Object.defineProperty(this.host, 'view', { get: () => this.view });
    const onOutput = (bytes: Uint8Array): void => {
      this.printed += Buffer.from(bytes).toString('utf8');
    };
    const places = { folders: [PROGRAMS], library: [{ prefix: 'tocsin/', folder: 'userland' }] };
    this.d = new Debugging((words) => start(words, onOutput), this.host, setting.arguments ?? [], places);
    this.interpreter = new Interpreter(this.d, {
      nextLine: async () => this.lines.shift(),
      history: () => ['first', 'second'],
    });
  }

  /** Executes a line; what is said then, without the blank lines at both ends. */
  async say(line: string, ...more: readonly string[]): Promise<string> {
    this.said = '';
    this.lines.push(...more);
    await this.interpreter.obey(line);
    return this.said.replace(/^\n+|\n+$/g, '');
  }

  /** Several lines; what the last of them says. */
  async all(...lines: readonly string[]): Promise<string> {
    let last = '';
    for (const line of lines) last = await this.say(line);
    return last;
  }

  /** Ctrl-C, now. */
  interrupt(): void {
    this.asksToStop = true;
    this.giveUpLine();
    this.host.onInterrupt();
  }

  /** Ctrl-C, when the host has been looked at so often. */
  interruptAfter(looks: number): void {
    this.looksLeft = looks;
  }
}

const programs = new Map<string, Promise<KnownProgram>>();

/** Talks about a program of `programs/`, compiled without optimization unless the setting says otherwise. */
export async function conversation(source: string, setting: Setting = {}): Promise<Conversation> {
  const { optimization = '0', debug = true } = setting;
  const known = [await programOf(source, optimization, debug)];
  if (setting.console === true) known.push(await driverOf());
  const name = source.replace(/\.\w+$/, '');
  return new Conversation((guestArguments, onOutput) => {
    const timeline = Timeline.boot({
      name,
      image: known[0].image,
      ...(known.length === 1 ? {} : { console: known[1].image }),
      arguments: guestArguments,
      memoryBytes: 16 << 20,
      interactive: 'at once',
      onOutput,
    });
    return new SystemTarget(timeline, name, known, { bold: (text) => text, dim: (text) => text });
  }, setting);
}

function programOf(source: string, optimization: Optimization, debug: boolean): Promise<KnownProgram> {
  return once(`${source} ${optimization} ${debug}`, async () => {
    const input = readInput(`${PROGRAMS}/${source}`);
    return (await buildProgram([input], findCompiler('zig'), { optimization, debug, preprocessor: [] })).bytes;
  });
}

function driverOf(): Promise<KnownProgram> {
  return once('the console driver', async () => {
    const bytes = await consoleDriver(undefined);
    if (bytes === undefined) throw new Error('there is no console driver');
    return bytes;
  });
}

function once(key: string, bytes: () => Promise<Uint8Array>): Promise<KnownProgram> {
  const known = programs.get(key) ?? bytes().then((elf) => new KnownProgram(elf, parseElf(elf)));
  programs.set(key, known);
  return known;
}

/** The number of the one line of a source that has this in it. */
export function lineWith(source: string, text: string): number {
  const lines = readFileSync(`${PROGRAMS}/${source}`, 'utf8').split('\n');
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${found.length} lines of ${source} have ${text}`);
  return found[0];
}
