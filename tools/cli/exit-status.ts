import type { Ending } from './run-report.js';

/** What `tocsin` ends with. `run` ends with the guest's own code where the guest ended by itself. */
export const EXIT = {
  OK: 0,
  /** `doctor`: what is needed to run C programs is missing. */
  INCOMPLETE: 1,
  /** `test`: a scenario failed. `run --fail-allocation every`: a run did not end cleanly. */
  FAILED: 1,
  /** Bad usage or bad input; one line on standard error says which. */
  USAGE: 2,
  FAULT: 3,
  LIMIT: 4,
  BLOCKED: 5,
  /** A bug in Tocsin (`EX_SOFTWARE`). */
  PANIC: 70,
  /** The machine stopped for want of memory (`EX_OSERR`): the kernel gives this code itself. */
  ROOT_OOM: 71,
  /** Standard output cannot be written: a full disk (`EX_IOERR`). */
  OUTPUT_FAILED: 74,
  /** As shells report signals: Ctrl-C, and a reader of standard output that went away. */
  INTERRUPTED: 130,
  OUTPUT_CLOSED: 141,
} as const;

/** Of a run that is over. */
export function exitStatus(ending: Exclude<Ending, { kind: 'output closed' }>): number {
  switch (ending.kind) {
    case 'exited':
    case 'halted':
      // As a shell sees it.
      return ending.code & 0xff;
    case 'fault':
    case 'killed':
    case 'out of memory':
      return EXIT.FAULT;
    case 'limit':
      return EXIT.LIMIT;
    case 'blocked':
      return EXIT.BLOCKED;
    case 'interrupted':
      return EXIT.INTERRUPTED;
  }
}
