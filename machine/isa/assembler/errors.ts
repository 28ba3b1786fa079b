/** What is said when a source cannot be assembled. */
import { MAX_ERRORS } from './limits.js';

/** A place in the source, both counted from 1. Text that a macro made stands where the macro was called. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** The macro that made the text, and which line of it; empty for text of the source itself. */
  readonly within: string;
}

/** One complaint, as an exception inside the assembler: the statement that it is about is given up, the next one is read. */
export class Fault extends Error {
  constructor(
    readonly sentence: string,
    readonly at: Position,
    /** Nothing that follows is worth reading: a limit was reached. */
    readonly last = false,
  ) {
    super(sentence);
  }
}

/** The source cannot be assembled: the message is the first of `errors`, which are `NAME:LINE:COLUMN: sentence`. */
export class AssemblerError extends Error {
  override readonly name = 'AssemblerError';

  constructor(readonly errors: readonly string[]) {
    super(errors[0]);
  }
}

/** Collects complaints until there are too many of them to be read. */
export class Complaints {
  private readonly faults: Fault[] = [];

  get count(): number {
    return this.faults.length;
  }

  /** Runs `work`; a fault in it becomes a complaint. Throws nothing but what ends the assembly. */
  collect(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { sentence, at } = error;
      const said = this.faults.some((other) => other.sentence === sentence && samePlace(other.at, at));
      if (!said) this.faults.push(error);
      if (error.last || this.faults.length >= MAX_ERRORS) throw new EnoughComplaints();
    }
  }

  asError(sourceName: string): AssemblerError {
    return new AssemblerError(
      this.faults.map(({ sentence, at }) => {
        const within = at.within === '' ? '' : ` (${at.within})`;
        return `${sourceName}:${at.line}:${at.column}: ${sentence}${within}`;
      }),
    );
  }
}

function samePlace(a: Position, b: Position): boolean {
  return a.line === b.line && a.column === b.column && a.within === b.within;
}

/** Ends the assembly: what would follow would not be read. */
export class EnoughComplaints extends Error {}
