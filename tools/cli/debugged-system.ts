/** A system as the gdb server has it: it can be booted again with the same options, and what was typed is typed again. */
import type { System, Timeline, ViewName, ViewRow } from '../../kernel/index.js';
import type { Debuggee } from '../debugger/debuggee.js';
import type { DebugTarget, ProgramImage } from '../debugger/gdb/target.js';
import { attachTravelling } from '../debugger/travelling.js';
import { Refusal } from './failure.js';

export interface Restartable {
  readonly images: readonly ProgramImage[];
  /** With other arguments for the program, where any are given. Throws Refusal where it cannot be booted. */
  boot(programArguments: readonly string[] | undefined): Timeline;
  /** The first line that is typed is the first again. */
  rewind(): void;
}

export class DebuggedSystem implements DebugTarget {
  constructor(
    private readonly how: Restartable,
    /** The one that was booted last. */
    public timeline: Timeline,
  ) {}

  readonly hasPast = true;

  get system(): System {
    return this.timeline.system;
  }

  get images(): readonly ProgramImage[] {
    return this.how.images;
  }

  get instructions(): number {
    return this.system.instructions;
  }

  get time(): number {
    return this.system.time;
  }

  attach(): Debuggee {
    return attachTravelling(this.timeline);
  }

  restart(programArguments: readonly string[] | undefined): string | undefined {
    try {
      this.timeline = this.how.boot(programArguments);
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
    this.how.rewind();
    return undefined;
  }

  view(name: ViewName): ViewRow[] {
    return this.system.view(name);
  }

  journal(records: number): readonly string[] {
    return this.system.kernel.journal.tail(records);
  }
}
