/** A board with an image on it, and what runs them: with HTIF where the image asks for it, traced where a person does. */
import {
  type Board,
  CSR,
  HTIF_INTERVAL,
  HTIF_SETTLING,
  Htif,
  type HtifState,
  MachineError,
  PENDING,
  type Snapshot,
  STOP,
  type StopReason,
  Uart16550,
} from '../../machine/index.js';
import { type Image, loadImage } from './image.js';
import { type Step, Stepper } from './stepper.js';
import { type Trace, Tracing } from './tracing.js';

const EXTERNAL_INTERRUPTS = PENDING.EXTERNAL | PENDING.SUPERVISOR_EXTERNAL;

export interface MachineOptions {
  readonly output: (bytes: Uint8Array) => void;
  readonly traces: ReadonlySet<Trace>;
  readonly traceLine: (text: string) => void;
}

export interface MachineState {
  readonly board: Snapshot;
  readonly htif: HtifState | undefined;
  readonly isHtifCalling: boolean;
}

export class Machine {
  readonly stepper: Stepper;
  private readonly htif: Htif | undefined;
  private readonly tracing: Tracing;
  /** The last look found a command, perhaps half of one. */
  private isHtifCalling = false;

  /** Loads the image. Throws Refusal or MachineError for one that the board cannot have. */
  constructor(
    readonly board: Board,
    readonly image: Image,
    { output, traces, traceLine }: MachineOptions,
  ) {
    loadImage(board, image);
    const address = (name: string) => image.symbols.find((symbol) => symbol.name === name)?.address;
    const [tohost, fromhost] = [address('tohost'), address('fromhost')];
    if (tohost !== undefined) {
      this.htif = new Htif(board.memory, { tohost, ...(fromhost !== undefined && { fromhost }) }, output);
    }
    this.stepper = new Stepper(board, image);
    this.tracing = new Tracing(traces, this, traceLine);
  }

  /** Instructions retired by all harts. */
  get instructions(): number {
    return this.board.harts.reduce((sum, { retired }) => sum + retired, 0);
  }

  /** What the guest ended with, and through which of the two ways; undefined while it runs. */
  get end(): { readonly code: number; readonly by: 'finisher' | 'htif' } | undefined {
    const { board, htif } = this;
    if (board.halted) return { code: board.exitCode, by: 'finisher' };
    return htif?.exitCode === undefined ? undefined : { code: htif.exitCode, by: 'htif' };
  }

  /** Whether a byte from outside could make a machine go on that waits for ever. */
  get canBeWoken(): boolean {
    if (this.htif?.wantsInput === true) return true;
    return this.board.harts.some((hart) => (hart.csrRead(CSR.mie) & EXTERNAL_INTERRUPTS) !== 0);
  }

  /** Bytes come in from outside: to HTIF where the guest can be answered there, else to the UART. Returns how many went in. */
  receive(bytes: Uint8Array): number {
    if (this.htif?.canAnswer === true) return this.htif.receive(bytes);
    return this.board.devices(Uart16550)[0]?.receive(bytes) ?? bytes.length;
  }

  /** Lets at most so many instructions retire; STOP.HALTED once the guest has ended, in whatever way. */
  run(limit: number): StopReason {
    if (this.htif === undefined) return this.advance(limit);
    for (let left = limit; ; ) {
      const before = this.instructions;
      const stop = this.advance(Math.min(left, this.untilLook));
      left -= this.instructions - before;
      this.look(this.htif, stop);
      if (this.end !== undefined) return STOP.HALTED;
      if (stop !== STOP.LIMIT || left <= 0) return stop;
    }
  }

  /** The state of the board, and of HTIF beside it. */
  snapshot(): MachineState {
    return { board: this.board.snapshot(), htif: this.htif?.snapshot(), isHtifCalling: this.isHtifCalling };
  }

  /** Takes back what `snapshot` of such a machine gave. Throws MachineError for that of another, and stays as it was. */
  restore({ board, htif, isHtifCalling }: MachineState): void {
    if (htif !== undefined && this.htif === undefined) {
      throw new MachineError('the snapshot is of an image with tohost, and this one has none');
    }
    this.board.restore(board);
    if (htif !== undefined) this.htif?.restore(htif);
    this.isHtifCalling = isHtifCalling;
  }

  /** One instruction, or the entry into one trap; undefined if there can be none. For the monitor: HTIF is looked at, too. */
  step(): Step | undefined {
    if (this.end !== undefined) return undefined;
    const { stop, step } = this.stepper.step();
    if (this.htif !== undefined) this.look(this.htif, stop);
    return step;
  }

  /** Instructions until HTIF is looked at: at numbers that do not depend on how a run is cut. */
  private get untilLook(): number {
    const position = this.instructions % HTIF_INTERVAL;
    // A snapshot that somebody made up may say that HTIF is being called where it cannot be: the next look puts that right.
    return (this.isHtifCalling && position < HTIF_SETTLING ? HTIF_SETTLING : HTIF_INTERVAL) - position;
  }

  private look(htif: Htif, stop: StopReason): void {
    const position = this.instructions % HTIF_INTERVAL;
    const isSettled = this.isHtifCalling && position === HTIF_SETTLING;
    if (isSettled || stop !== STOP.LIMIT) {
      htif.serve();
      this.isHtifCalling = false;
    } else if (position === 0) {
      this.isHtifCalling = htif.wantsAttention;
    }
  }

  private advance(limit: number): StopReason {
    return this.tracing.steps ? this.tracing.run(this.stepper, limit) : this.board.run(limit);
  }
}
