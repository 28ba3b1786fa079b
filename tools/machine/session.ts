/** A machine with a person, or a pipe, at its console: runs it in slices and looks at the host between them. */
import { STOP } from '../../machine/index.js';
import { EXIT } from '../cli/exit-status.js';
import { FIRST_SLICE, nextSlice } from '../cli/slice.js';
import type { GuestOutput } from '../cli/standard-streams.js';
import type { ConsoleInput } from './console-input.js';
import { KEYS_HELP } from './escape-keys.js';
import type { Machine } from './machine.js';
import type { Monitor } from './monitor.js';

/** Why a session is over. */
export type Ending =
  /** The guest said so: `code` is what it said. */
  | { readonly kind: 'ended'; readonly by: 'finisher' | 'htif'; readonly code: number }
  | { readonly kind: 'limit' }
  /** Every hart waits for an interrupt, and none can come. */
  | { readonly kind: 'waiting' }
  /** Ctrl-A x, or the monitor's quit. */
  | { readonly kind: 'left' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'output closed' };

export interface Console {
  readonly input: ConsoleInput;
  readonly output: GuestOutput;
  readonly monitor: Monitor;
  readonly line: (text: string) => void;
}

/** While there is a file to be read the slices are all of this length: what the guest gets when must not depend on the host. */
const FILE_SLICE = 100_000;

export class Session {
  private slice = FIRST_SLICE;
  private isInterrupted = false;

  constructor(
    private readonly machine: Machine,
    private readonly console: Console,
    /** All harts' instructions; Infinity for no limit. */
    private readonly maxInstructions: number,
  ) {}

  /** Runs to the end, to the limit, or until somebody stops it. `startsInMonitor`: the prompt comes first. */
  async run(startsInMonitor: boolean): Promise<Ending> {
    process.on('SIGINT', this.interrupt);
    try {
      if (startsInMonitor && (await this.console.monitor.converse()) === 'quit') return { kind: 'left' };
      for (;;) {
        const ending = (await this.look()) ?? (await this.advance());
        if (ending !== undefined) return ending;
      }
    } finally {
      process.off('SIGINT', this.interrupt);
    }
  }

  private readonly interrupt = (): void => {
    // Whoever presses Ctrl-C twice does not want to wait for the figures.
    if (this.isInterrupted) process.exit(EXIT.INTERRUPTED);
    this.isInterrupted = true;
    this.console.input.interrupt();
  };

  /** Lets the host's events in, and does what was asked for. */
  private async look(): Promise<Ending | undefined> {
    const { input, output, monitor, line } = this.console;
    await output.written();
    await new Promise((resolve) => setImmediate(resolve));
    if (output.isClosed) return { kind: 'output closed' };
    if (this.isInterrupted) return { kind: 'interrupted' };
    for (let request = input.nextRequest(); request !== undefined; request = input.nextRequest()) {
      output.endLine();
      if (request === 'help') line(KEYS_HELP);
      if (request === 'leave') return { kind: 'left' };
      if (request === 'monitor' && (await monitor.converse()) === 'quit') return { kind: 'left' };
    }
    return undefined;
  }

  private async advance(): Promise<Ending | undefined> {
    const { machine, maxInstructions } = this;
    const { input } = this.console;
    if (machine.end !== undefined) return { kind: 'ended', ...machine.end };
    if (machine.instructions >= maxInstructions) return { kind: 'limit' };
    input.feed((bytes) => machine.receive(bytes));
    const begun = performance.now();
    const slice = input.isFile && !input.isExhausted ? untilNext(FILE_SLICE, machine.instructions) : this.slice;
    const stop = machine.run(Math.min(slice, maxInstructions - machine.instructions));
    if (slice === this.slice) this.slice = nextSlice(slice, performance.now() - begun);
    if (stop !== STOP.WAIT) return undefined;
    // What waits for a byte gets it at once, or waits for the person as well.
    if (input.isExhausted || !machine.canBeWoken) return { kind: 'waiting' };
    await this.console.output.written();
    await input.arrival();
    return undefined;
  }
}

function untilNext(multiple: number, position: number): number {
  return multiple - (position % multiple);
}
