/** The monitor prompt: reads lines, finds the command, says what is wrong with it. */
import { MachineError } from '../../machine/index.js';
import { Refusal } from '../cli/failure.js';
import { nearest } from '../cli/nearest.js';
import type { ConsoleInput } from './console-input.js';
import type { Machine } from './machine.js';
import { MONITOR_COMMANDS, type MonitorCommand, MonitorError, type MonitorState } from './monitor-commands.js';
import { Snapshots } from './snapshots.js';

const PROMPT = '(tocsin) ';

export class Monitor {
  private readonly state: MonitorState;

  constructor(
    machine: Machine,
    private readonly input: ConsoleInput,
    private readonly line: (text: string) => void,
  ) {
    this.state = { machine, snapshots: new Snapshots(machine), hart: machine.board.harts[0], line };
  }

  /** Resolves when the person wants to go on with the guest, or to leave. */
  async converse(): Promise<'continue' | 'quit'> {
    try {
      for (;;) {
        const line = await this.input.readLine(PROMPT);
        if (line === undefined) return 'continue';
        const next = this.obey(line);
        if (next !== 'stay') return next;
      }
    } finally {
      this.input.endLines();
    }
  }

  private obey(line: string): 'stay' | 'continue' | 'quit' {
    const [name, ...words] = line.trim().split(/\s+/);
    if (name === '') return 'stay';
    try {
      const command = find(name);
      const [least, most] = command.words;
      if (words.length < least || words.length > most) {
        throw new MonitorError(`expected ${command.name} ${command.parameters}`.trimEnd());
      }
      return command.run(this.state, words);
    } catch (error) {
      if (!(error instanceof MonitorError || error instanceof MachineError || error instanceof Refusal)) throw error;
      this.line(error.message);
      return 'stay';
    }
  }
}

/** The command of that name, or the first that begins so. */
function find(name: string): MonitorCommand {
  const names = MONITOR_COMMANDS.map((command) => command.name);
  const exact = MONITOR_COMMANDS.find((command) => command.name === name);
  const command = exact ?? MONITOR_COMMANDS.find((candidate) => candidate.name.startsWith(name));
  if (command !== undefined) return command;
  const near = nearest(name, names);
  throw new MonitorError(`there is no command ${name}; ${near === undefined ? 'try help' : `did you mean ${near}?`}`);
}
