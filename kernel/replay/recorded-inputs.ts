/**
 * Input as it went into a recorded run: after the same step, when the same number of instructions had been executed, whatever the
 * UART looks like.
 */
import { PLIC_SOURCES, type Uart16550 } from '../../machine/index.js';
import { type InputSource, uartOf } from '../inputs.js';
import type { Kernel } from '../kernel.js';
import { debuggerCalled } from '../transitions/debug.js';
import { bytesTyped, inputEnded, lineSet, TYPED_BYTES } from '../transitions/inputs.js';
import { booted, chosen } from '../transitions/steps.js';
import type { OutsideRecords } from './outside-records.js';

export class RecordedInputs implements InputSource {
  readonly isAwaited = false;
  readonly waiting = 0;
  readonly isExact = true;
  private readonly uart: Uart16550;

  constructor(
    private readonly k: Kernel,
    private readonly records: OutsideRecords,
  ) {
    this.uart = uartOf(k).uart;
  }

  /** Is nothing left, or a choice first? */
  get isEmpty(): boolean {
    const { records } = this;
    return records.isAtEnd || records.type === chosen.number || records.divergence !== undefined;
  }

  get isReady(): boolean {
    const { records, k } = this;
    const { seq } = k.state;
    const { retired } = k.hart;
    if (seq >= records.seq || (seq === records.seq - 1 && retired > records.instructions)) {
      records.diverge(
        seq,
        `input is recorded as step ${records.seq}, after ${records.instructions} instructions; the replay is in step ${seq} after ${retired}`,
      );
      return false;
    }
    return seq === records.seq - 1 && retired === records.instructions && k.board.time >= records.time;
  }

  slice(most: number): number {
    const { records, k } = this;
    const left = records.instructions - k.hart.retired;
    return this.isEmpty || left <= 0 ? most : Math.min(most, left);
  }

  goIn(): void {
    const { k, records, uart } = this;
    const { seq } = records;
    switch (records.type) {
      case bytesTyped.number:
        this.goInBytes(seq);
        break;
      case inputEnded.number:
        k.journal.commitOutside(inputEnded);
        uart.hangUp();
        records.advance();
        break;
      case lineSet.number: {
        const [line, high] = [records.field(0), records.field(1)];
        if (line < 1 || line > PLIC_SOURCES) {
          records.diverge(seq, `there is no interrupt line ${line}`);
          break;
        }
        k.journal.commitOutside(lineSet, line, high);
        k.board.plic.setLevel(line, high !== 0);
        records.advance();
        break;
      }
      case debuggerCalled.number:
        records.diverge(seq, 'a debugger outside of the machine takes part from here on, which cannot be replayed yet');
        break;
      case booted.number:
        records.diverge(seq, 'a second boot is recorded');
        break;
      default:
        records.diverge(seq, `input of type ${records.type} cannot be replayed`);
    }
  }

  /** All bytes that went in in one step. The UART takes them, as it did then; or this is another run. */
  private goInBytes(seq: number): void {
    const { k, records } = this;
    const bytes: number[] = [];
    while (records.type === bytesTyped.number && records.seq === seq) {
      const count = records.field(0);
      const words = Int32Array.from({ length: TYPED_BYTES / 4 }, (_, i) => records.field(1 + i));
      const [a, b, c, d, e, f, g] = words;
      k.journal.commitOutside(bytesTyped, count, a, b, c, d, e, f, g);
      bytes.push(...new Uint8Array(words.buffer).subarray(0, Math.max(0, count)));
      records.advance();
    }
    if (this.uart.receive(Uint8Array.from(bytes)) !== bytes.length)
      records.diverge(seq, `the UART does not take ${bytes.length} bytes`);
  }

  type(): void {
    throw new RangeError('a replay has its input from the recording');
  }

  end(): void {
    this.type();
  }

  setLine(): void {
    this.type();
  }
}
