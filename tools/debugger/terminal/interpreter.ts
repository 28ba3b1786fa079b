/** Lines of a person or a script become commands: the name is found, an empty line repeats, and errors are a line. */
import { type Command, type Context, commandNamed } from './command.js';
import { CommandError } from './command-error.js';
import { COMMANDS } from './commands/all.js';
import type { Debugging } from './debugging.js';
import { Runner } from './going.js';
import { Reversing } from './reversing.js';
import { Stepping } from './stepping.js';

/** Commands that `commands` and `source` have put before the person's next line; a script that reads itself would be endless. */
const MAX_QUEUED = 10_000;
const MAX_DEPTH = 20;

/** `print/x`, `x/8xw`, `!`: the name, the format, the rest. */
const LINE = /^([A-Za-z?!][\w-]*|\?)(?:\/([\w]*))?\s*([\s\S]*)$/;

export interface LineSource {
  /** Another line of a list that `end` ends; undefined where nothing more comes. */
  nextLine(): Promise<string | undefined>;
  history(): readonly string[];
}

export class Interpreter {
  /** The status with which to leave; undefined while there is more to do. */
  status: number | undefined;
  private last = '';
  private queue: string[] = [];
  private depth = 0;
  private readonly context: Context;

  constructor(
    readonly d: Debugging,
    source: LineSource,
  ) {
    const runner = new Runner(d);
    this.context = {
      d,
      commands: COMMANDS,
      runner,
      stepping: new Stepping(d, runner),
      reversing: new Reversing(d, runner),
      execute: (line) => this.execute(line, false),
      enqueue: (lines) => this.enqueue(lines),
      // What was put before the next line comes before it here, too.
      nextLine: async () => this.queue.shift() ?? source.nextLine(),
      history: () => source.history(),
      quit: (status) => {
        this.status = status;
        this.queue = [];
      },
    };
  }

  /** Executes a line, and what it puts before the next one. Says what is wrong with it; whether nothing was. */
  async obey(line: string): Promise<boolean> {
    let isGood = await this.tryLine(line, true);
    while (this.queue.length > 0 && this.status === undefined) {
      const next = this.queue.shift() ?? '';
      isGood = await this.tryLine(next, false);
      // As gdb has it: the first mistake ends a script.
      if (!isGood) this.queue = [];
    }
    return isGood;
  }

  private async tryLine(line: string, repeats: boolean): Promise<boolean> {
    try {
      await this.execute(line, repeats);
      return true;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.d.print(error.message);
      return false;
    }
  }

  private async execute(line: string, repeats: boolean): Promise<void> {
    const typed = line.trim();
    if (typed.startsWith('#')) return;
    const isRepeated = typed === '' && repeats;
    const text = isRepeated ? this.last : typed;
    if (text === '') return;
    const parts = LINE.exec(text);
    if (parts === null) throw new CommandError(`Undefined command: "${text.slice(0, 40)}". Try "help".`);
    const [, name, format, rest] = parts;
    const command = commandNamed(COMMANDS, name);
    if (format !== undefined && command.hasFormat !== true) {
      throw new CommandError(`"${command.name}" takes no "/${format}".`);
    }
    if (repeats) this.last = repetition(command, text, name, format);
    if (++this.depth > MAX_DEPTH) throw new CommandError('commands call each other too deeply');
    try {
      // `p/x` may have its format behind a blank, too.
      const spaced = command.hasFormat === true && format === undefined ? /^\/(\w+)\s*([\s\S]*)$/.exec(rest) : null;
      await command.run(this.context, {
        text: (spaced?.[2] ?? rest).trim(),
        format: spaced?.[1] ?? format ?? '',
        isRepeated,
      });
    } finally {
      this.depth--;
    }
  }

  private enqueue(lines: readonly string[]): void {
    if (this.queue.length + lines.length > MAX_QUEUED) throw new CommandError('too many commands wait to be executed');
    this.queue.unshift(...lines);
  }
}

function repetition({ repeat = 'same' }: Command, text: string, name: string, format: string | undefined): string {
  if (repeat === 'never') return '';
  if (repeat === 'same') return text;
  return format === undefined ? name : `${name}/${format}`;
}
