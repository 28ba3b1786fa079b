/**
 * Several harts take turns: one executes a slice of so many instructions, then the next one is chosen.
 *
 * Who is next, and for how long, is a choice (choices.ts); where nobody makes it, every hart has a slice of the same length in
 * turn. Slices are counted in retired instructions, and a slice that a limit cuts is finished by the next `run`, so the order
 * of all instructions depends on the choices alone. Nothing is ever reordered: memory is sequentially consistent. A slice
 * ends early when its hart has nothing to do; when no hart has, virtual time jumps to the first timer or alarm that changes
 * that.
 */
import { BOARD_CHOICE, type Choices } from './choices.js';
import { MachineError } from './errors.js';
import { type Hart, STOP, type StopReason } from './hart/hart.js';

/** Long enough that changing harts costs little, and short enough that whoever spins does not spin for long. */
const FAIR_SLICE = 1000;
/**
 * Short slices find races between two instructions, long ones let work get done: lengths that are chosen are spread over
 * powers of two, from 1 instruction to 8191.
 */
const SLICE_SCALES = 13;
const MAX_SLICE = 2 ** SLICE_SCALES - 1;

/** What turns need of the board. */
export interface TurnEnvironment {
  readonly finisher: { readonly halted: boolean };
  readonly alarms: { readonly next: number };
  /** Lets time pass to then, and devices do what is due. */
  idleUntil(ticks: number): void;
}

export class Interleaving {
  /** The hart of the slice under way, at first the last one, so that hart 0 follows it; and what is left of the slice. */
  private current: number;
  private left = 0;
  /** Harts that had nothing to do when they executed last: 1 for each. */
  private readonly stopped: Uint8Array;

  constructor(
    private readonly harts: readonly Hart[],
    private readonly choices: Choices,
    private readonly environment: TurnEnvironment,
  ) {
    this.current = harts.length - 1;
    this.stopped = new Uint8Array(harts.length);
  }

  /** The hart that executed last. */
  get hart(): Hart {
    return this.harts[this.current];
  }

  /** As `Hart.run`, for all harts together. */
  run(limit: number): StopReason {
    if (!(limit >= 0)) throw new RangeError(`a board cannot run ${limit} instructions`);
    let remaining = Math.floor(limit);
    for (;;) {
      if (this.environment.finisher.halted) return STOP.HALTED;
      if (remaining <= 0) return STOP.LIMIT;
      if (this.left === 0 && !this.beginSlice()) return STOP.WAIT;
      const { hart } = this;
      const before = hart.retired;
      const stop = hart.run(Math.min(remaining, this.left));
      const spent = hart.retired - before;
      remaining -= spent;
      this.left -= spent;
      if (stop === STOP.WAIT) {
        this.left = 0;
        this.stopped[this.current] = 1;
      } else if (stop !== STOP.LIMIT) {
        return stop;
      }
    }
  }

  /** Words for `restore`. */
  snapshot(): number[] {
    return [this.current, this.left, ...this.stopped];
  }

  /** Takes back what `snapshot` gave. Throws MachineError if it cannot have been that. */
  restore([current, left, ...stopped]: readonly number[]): void {
    const sane = current >= 0 && current < this.harts.length && left >= 0 && left <= MAX_SLICE;
    if (!sane || stopped.length !== this.stopped.length) throw new MachineError('the turns of the harts are damaged');
    this.current = current;
    this.left = left;
    this.stopped.set(stopped);
  }

  /** Returns false if no hart will ever have anything to do. */
  private beginSlice(): boolean {
    const ready = this.waitForReady();
    if (ready.length === 0) return false;
    const { choices } = this;
    const turn = Math.max(
      0,
      ready.findIndex((id) => id > this.current),
    );
    const picked = choices.areMade ? choices.choose(BOARD_CHOICE.HART, ready.length) : 0;
    this.current = ready[(turn + picked) % ready.length];
    this.left = choices.areMade ? this.chosenLength() : FAIR_SLICE;
    this.stopped[this.current] = 0;
    return true;
  }

  private chosenLength(): number {
    const least = 2 ** this.choices.choose(BOARD_CHOICE.SLICE_SCALE, SLICE_SCALES);
    return least + this.choices.choose(BOARD_CHOICE.SLICE_REST, least);
  }

  /** The harts that can execute, after time has passed if there was none; still none if there never will be. */
  private waitForReady(): readonly number[] {
    const { harts, environment } = this;
    for (;;) {
      const ready = harts.filter((hart) => this.stopped[hart.id] === 0 || hart.canGoOn).map(({ id }) => id);
      if (ready.length > 0) return ready;
      const next = Math.min(environment.alarms.next, ...harts.map((hart) => hart.wakeTime));
      if (next === Number.POSITIVE_INFINITY) return ready;
      environment.idleUntil(next);
    }
  }
}
