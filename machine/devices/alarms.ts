/**
 * What devices want to be told when virtual time gets there. A hart looks at `next` where it looks at its timer: it executes
 * no further than that, and lets the alarms ring before it looks for interrupts.
 */

/** Later deadlines count as none: virtual time must stay a number that JavaScript counts exactly, whatever a guest sets. */
export const LAST_DEADLINE = 2 ** 52;

export interface Alarm {
  /** Virtual time in ticks from which it is due; above LAST_DEADLINE never. It rings once, at the first look from then on. */
  set(ticks: number): void;
}

interface Entry {
  ticks: number;
  readonly ring: () => void;
}

export class Alarms {
  /** Virtual time in ticks at which the earliest is due; Infinity if none is set. */
  next = Number.POSITIVE_INFINITY;
  private readonly entries: Entry[] = [];

  /** `now` gives virtual time in ticks. */
  constructor(private readonly now: () => number) {}

  /** One more alarm, not set; `ring` is called when it is due. A device asks for its alarms once, when it is made. */
  create(ring: () => void): Alarm {
    const entry: Entry = { ticks: Number.POSITIVE_INFINITY, ring };
    this.entries.push(entry);
    return {
      set: (ticks) => {
        entry.ticks = ticks > LAST_DEADLINE ? Number.POSITIVE_INFINITY : ticks;
        this.findNext();
      },
    };
  }

  /** Rings what is due now. An alarm that is set anew while it rings waits for the next look. */
  ring(): void {
    const now = this.now();
    if (now < this.next) return;
    const due = this.entries.filter((entry) => entry.ticks <= now);
    for (const entry of due) entry.ticks = Number.POSITIVE_INFINITY;
    for (const entry of due) entry.ring();
    this.findNext();
  }

  private findNext(): void {
    this.next = Number.POSITIVE_INFINITY;
    for (const { ticks } of this.entries) this.next = Math.min(this.next, ticks);
  }
}
