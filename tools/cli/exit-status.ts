/** What `tocsin` ends with. `run` ends with the guest's own code where the guest ended by itself. */
export const EXIT = {
  OK: 0,
  /** `doctor`: what is needed to run C programs is missing. */
  INCOMPLETE: 1,
  /** `test`: a scenario failed. */
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
