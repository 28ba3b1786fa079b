/**
 * What comes from outside (law 4): bytes typed into the UART, wires of interrupt lines, the end of input. It waits here in the
 * order in which it was given, and goes in, a record each, before the next instruction; bytes only when there is a driver that
 * has the UART interrupt it or polls it, and has emptied it of those before them. Same inputs at the same instruction counts,
 * same journal.
 */
import { PLIC_SOURCES, Uart16550 } from '../machine/index.js';
import type { Kernel } from './kernel.js';
import { must } from './panic.js';
import { bytesTyped, inputEnded, lineSet, TYPED_BYTES } from './transitions/inputs.js';
import type { Moment } from './travel/moment.js';

/** Bytes that go in at once: a driver that is interrupted empties the UART, and there is a step for each portion. */
const PORTION = 16 * TYPED_BYTES;

/** While bytes wait the machine stops so often, at multiples of this many instructions, to see whether the UART has room. */
const INPUT_INTERVAL = 65_536;

/** What comes from outside, as the run asks for it: typed now (`Inputs`), or taken from a recording. */
export interface InputSource {
  /** Does nothing wait? */
  readonly isEmpty: boolean;
  /** Can the first go in now? */
  readonly isReady: boolean;
  /** Does the guest wait for what has not come yet? */
  readonly isAwaited: boolean;
  /** Bytes that wait. */
  readonly waiting: number;
  /** Is the next one what a debugger changed, which no program can see go in? Then its step is one that no program can see. */
  readonly isHidden: boolean;
  /** May the next have to go in at the same instruction? Typed input waits for the end of a slice. */
  readonly isExact: boolean;
  /** Where a recorded run is over, whatever it would do next; undefined where it goes on. */
  readonly last: Moment | undefined;
  /** How many of at most so many instructions the hart may execute before something may have to go in. */
  slice(most: number): number;
  /** Lets the first go in; within a step. */
  goIn(): void;
  type(bytes: Uint8Array): void;
  end(): void;
  setLine(line: number, high: boolean): void;
}

type Input =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; done: number }
  | { readonly kind: 'line'; readonly line: number; readonly high: boolean }
  | { readonly kind: 'end' };

export class Inputs implements InputSource {
  readonly isExact = false;
  readonly isHidden = false;
  readonly last = undefined;
  private readonly queue: Input[] = [];
  private readonly uart: Uart16550;
  /** The line of the UART at the interrupt controller. */
  private readonly uartLine: number;
  private isEnded = false;
  private readonly words = new Int32Array(TYPED_BYTES / 4);
  private readonly bytes = new Uint8Array(this.words.buffer);

  constructor(private readonly k: Kernel) {
    const { uart, line } = uartOf(k);
    this.uart = uart;
    this.uartLine = line;
  }

  /** Types bytes; they are copied. After the end of input there is nothing to type. */
  type(bytes: Uint8Array): void {
    if (this.isEnded) throw new RangeError('input was typed after its end');
    if (bytes.length > 0) this.queue.push({ kind: 'bytes', bytes: bytes.slice(), done: 0 });
  }

  /** No more bytes will come. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.queue.push({ kind: 'end' });
  }

  /** Its end went in already. */
  hasEnded(): void {
    this.isEnded = true;
  }

  /** Sets a wire that no device of the board has. */
  setLine(line: number, high: boolean): void {
    if (!Number.isInteger(line) || line < 1 || line > PLIC_SOURCES)
      throw new RangeError(`there is no interrupt line ${line}: lines are 1 to ${PLIC_SOURCES}`);
    const owner = this.k.board.bus.mappings.find(({ interrupt }) => interrupt === line);
    if (owner !== undefined) throw new RangeError(`interrupt line ${line} is the wire of the ${owner.device.name}`);
    this.queue.push({ kind: 'line', line, high });
  }

  /** Bytes that were typed and have not gone in. */
  get waiting(): number {
    return this.queue.reduce((sum, input) => sum + (input.kind === 'bytes' ? input.bytes.length - input.done : 0), 0);
  }

  /** Does anything wait here? */
  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  slice(most: number): number {
    return this.isEmpty ? most : Math.min(most, INPUT_INTERVAL - (this.k.hart.retired % INPUT_INTERVAL));
  }

  /** Can something go in now? */
  get isReady(): boolean {
    const [first] = this.queue;
    const { uart } = this;
    if (first === undefined || first.kind === 'line') return first !== undefined;
    // A driver that only begins would clear the FIFO, and lose what is in it.
    return uart.holding === 0 && (first.kind === 'end' || uart.isListenedTo || uart.isPolled);
  }

  /**
   * Does the guest wait for what is typed? Its driver has the UART interrupt when bytes come in, and none are on their way. A
   * driver that only lets it interrupt while somebody reads is told of nothing that nobody asked for.
   */
  get isAwaited(): boolean {
    const { uart, k } = this;
    if (!uart.isListenedTo || uart.holding > 0) return false;
    return !this.isEnded && this.isEmpty && k.state.lineInterrupt[this.uartLine] >= 0;
  }

  /** Lets the first go in; within a step. */
  goIn(): void {
    const { k, queue } = this;
    const [first] = queue;
    switch (first.kind) {
      case 'bytes':
        this.goInBytes(first.bytes.subarray(first.done, first.done + PORTION));
        first.done += PORTION;
        if (first.done < first.bytes.length) return;
        break;
      case 'line':
        k.journal.commitOutside(lineSet, first.line, first.high ? 1 : 0);
        k.board.plic.setLevel(first.line, first.high);
        break;
      case 'end':
        k.journal.commitOutside(inputEnded);
        this.uart.hangUp();
        break;
    }
    queue.shift();
  }

  private goInBytes(portion: Uint8Array): void {
    const { words: w, bytes } = this;
    for (let at = 0; at < portion.length; at += TYPED_BYTES) {
      const part = portion.subarray(at, at + TYPED_BYTES);
      bytes.fill(0);
      bytes.set(part);
      this.k.journal.commitOutside(bytesTyped, part.length, w[0], w[1], w[2], w[3], w[4], w[5], w[6]);
    }
    must(this.uart.receive(portion) === portion.length, 'the UART refused what it has room for');
  }
}

/** The UART of the board, and its line at the interrupt controller. */
export function uartOf(k: Kernel): { readonly uart: Uart16550; readonly line: number } {
  const place = k.board.bus.mappings.find(({ device }) => device instanceof Uart16550);
  must(place?.device instanceof Uart16550 && place.interrupt !== undefined, 'the board has no UART');
  return { uart: place.device, line: place.interrupt };
}
