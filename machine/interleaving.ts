/**
 * Several harts take turns: one executes a slice of so many instructions, then the next one is chosen.
 *
 * Slices are counted in retired instructions, and a slice that a limit cuts is finished by the next `run`, so the order of
 * all instructions depends on the choices alone. Nothing is ever reordered: memory is sequentially consistent. A slice ends
 * early when its hart has nothing to do; when no hart has, virtual time jumps to the first timer or alarm that changes that.
 */
import { MachineError } from './errors.js';
import { type Hart, STOP, type StopReason } from './hart/hart.js';

/** What is known when the next slice is chosen. */
export interface SliceQuestion {
  /** Numbers of the harts that can execute, at least one, ascending. */
  readonly ready: readonly number[];
  /** The hart that had the slice before; at first the last hart, so that hart 0 follows it. */
  readonly previous: number;
  /** How many slices there were before: with the rest of the board's state it is all that a choice may depend on. */
  readonly turn: number;
}

export interface Slice {
  /** One of those that are ready. */
  readonly hart: number;
  /** 1..2^30. */
  readonly instructions: number;
}

/** Chooses who executes next, and for how long. */
export type ChooseSlice = (question: SliceQuestion) => Slice;

const MAX_SLICE = 2 ** 30;
/** Long enough that changing harts costs little, and short enough that whoever spins does not spin for long. */
const FAIR_SLICE = 1000;

/** Every hart in turn, all slices alike. */
export const roundRobin: ChooseSlice = ({ ready, previous }) => {
  const hart = ready.find((number) => number > previous) ?? ready[0];
  return { hart, instructions: FAIR_SLICE };
};

/** What turns need of the board. */
export interface TurnEnvironment {
  readonly halted: boolean;
  /** When a device has something to do; Infinity for never. */
  readonly nextAlarm: number;
  /** Lets time pass to then, and devices do what is due. */
  idleUntil(ticks: number): void;
}

export class Interleaving {
  /** The hart of the slice under way, what is left of it, and its number. */
  private current: number;
  private left = 0;
  private turns = 0;
  /** Harts that had nothing to do when they executed last: 1 for each. */
  private readonly stopped: Uint8Array;

  constructor(
    private readonly harts: readonly Hart[],
    private readonly choose: ChooseSlice,
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
      if (this.environment.halted) return STOP.HALTED;
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
    return [this.current, this.left, this.turns, ...this.stopped];
  }

  /** Takes back what `snapshot` gave. Throws MachineError if it cannot have been that. */
  restore([current, left, turns, ...stopped]: readonly number[]): void {
    const sane = current >= 0 && current < this.harts.length && left >= 0 && left <= MAX_SLICE && turns >= 0;
    if (!sane || stopped.length !== this.stopped.length) throw new MachineError('the turns of the harts are damaged');
    this.current = current;
    this.left = left;
    this.turns = turns;
    this.stopped.set(stopped);
  }

  /** Returns false if no hart will ever have anything to do. */
  private beginSlice(): boolean {
    const ready = this.waitForReady();
    if (ready.length === 0) return false;
    const { hart, instructions } = this.choose({ ready, previous: this.current, turn: this.turns });
    if (!ready.includes(hart) || !Number.isInteger(instructions) || instructions < 1 || instructions > MAX_SLICE) {
      throw new RangeError(`there can be no slice of ${instructions} instructions for hart ${hart}`);
    }
    this.current = hart;
    this.left = instructions;
    this.turns++;
    this.stopped[hart] = 0;
    return true;
  }

  /** The harts that can execute, after time has passed if there was none; still none if there never will be. */
  private waitForReady(): readonly number[] {
    const { harts, environment } = this;
    for (;;) {
      const ready = harts.filter((hart) => this.stopped[hart.id] === 0 || hart.canGoOn).map(({ id }) => id);
      if (ready.length > 0) return ready;
      const next = Math.min(environment.nextAlarm, ...harts.map((hart) => hart.wakeTime));
      if (next === Number.POSITIVE_INFINITY) return ready;
      environment.idleUntil(next);
    }
  }
}
