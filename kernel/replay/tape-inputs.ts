/**
 * Input as it stands on a tape: it goes in after the same step, when the same number of instructions had been executed, whatever the
 * UART looks like. Where the tape ends, what is typed goes in.
 */
import { PLIC_SOURCES, type Uart16550 } from '../../machine/index.js';
import { CALL_NUMBER } from '../../syscalls/calls.js';
import { repeatKill, repeatMemory, repeatRegisters } from '../debug/changes.js';
import { type InputSource, Inputs, uartOf } from '../inputs.js';
import type { Kernel } from '../kernel.js';
import { seqOfRun } from '../state/sources.js';
import { debuggerCalled, debuggerWrote } from '../transitions/debug.js';
import { bytesTyped, inputEnded, lineSet, TYPED_BYTES } from '../transitions/inputs.js';
import { booted } from '../transitions/steps.js';
import type { Moment } from '../travel/moment.js';
import { isRepeated, type Playback } from './playback.js';

const NOT_REPEATED = 'a debugger outside of the machine takes part from here on, in a way that cannot be replayed yet';

export class TapeInputs implements InputSource {
  private readonly uart: Uart16550;
  private live: Inputs;

  constructor(
    private readonly k: Kernel,
    private readonly playback: Playback,
    public last: Moment | undefined = undefined,
  ) {
    this.uart = uartOf(k).uart;
    this.live = new Inputs(k);
  }

  /** What was typed and has not gone in is forgotten: the run goes on from another moment. */
  forget(): void {
    const { playback } = this;
    this.live = new Inputs(this.k);
    for (let i = 0; i < playback.position; i++) if (playback.tape.type(i) === inputEnded.number) this.live.hasEnded();
  }

  /** What is typed now, where the tape has ended. */
  private get now(): Inputs | undefined {
    const { isAtEnd, grows } = this.playback;
    return isAtEnd && grows ? this.live : undefined;
  }

  get isAwaited(): boolean {
    return this.now?.isAwaited ?? false;
  }

  get waiting(): number {
    return this.now?.waiting ?? 0;
  }

  get isExact(): boolean {
    return !this.playback.isAtEnd;
  }

  /** Is nothing left, or a choice first? */
  get isEmpty(): boolean {
    const { playback } = this;
    if (playback.isAtEnd) return this.now?.isEmpty ?? true;
    return playback.isChoice || playback.divergence !== undefined;
  }

  /** What a debugger changed goes in between two steps, where no program can see a step. */
  get isHidden(): boolean {
    return this.playback.type === debuggerCalled.number;
  }

  get isReady(): boolean {
    const { playback, k } = this;
    if (playback.isAtEnd) return this.now?.isReady ?? false;
    const seq = seqOfRun(k.state);
    const { executed } = k;
    const after = this.isHidden && playback.grows ? playback.seq : playback.seq - 1;
    if (seq > after || (seq === after && executed > playback.instructions)) {
      playback.diverge(
        seq,
        `input is recorded as step ${playback.seq}, after ${playback.instructions} instructions; the replay is in step ${seq} after ${executed}`,
      );
      return false;
    }
    return seq === after && executed === playback.instructions && k.board.time >= playback.time;
  }

  slice(most: number): number {
    const { playback, k } = this;
    if (playback.isAtEnd) return this.now?.slice(most) ?? this.toLast(most);
    const left = playback.instructions - k.executed;
    return this.isEmpty || left <= 0 ? most : Math.min(most, left);
  }

  /** After the last step that was recorded no more instructions than were recorded. */
  private toLast(most: number): number {
    const { last, k } = this;
    if (last === undefined || seqOfRun(k.state) < last.seq) return most;
    return Math.min(most, Math.max(0, last.instruction - k.executed));
  }

  /** Each record that is committed is the next of the tape: that moves it on. */
  goIn(): void {
    const { k, playback, uart } = this;
    if (playback.isAtEnd) {
      this.live.goIn();
      return;
    }
    const { seq } = playback;
    switch (playback.type) {
      case bytesTyped.number:
        this.goInBytes(seq);
        break;
      case inputEnded.number:
        k.journal.commitOutside(inputEnded);
        uart.hangUp();
        break;
      case lineSet.number: {
        const [line, high] = [playback.field(0), playback.field(1)];
        if (line < 1 || line > PLIC_SOURCES) {
          playback.diverge(seq, `there is no interrupt line ${line}`);
          break;
        }
        k.journal.commitOutside(lineSet, line, high);
        k.board.plic.setLevel(line, high !== 0);
        break;
      }
      case debuggerCalled.number:
        this.repeatDebugger();
        break;
      case booted.number:
        playback.diverge(seq, 'a second boot is recorded');
        break;
      default:
        playback.diverge(seq, `input of type ${playback.typeName} cannot be replayed`);
    }
  }

  /** All bytes that went in in one step. The UART takes them, as it did then; or this is another run. */
  private goInBytes(seq: number): void {
    const { playback } = this;
    const bytes: number[] = [];
    while (playback.type === bytesTyped.number && playback.seq === seq) this.takeBytes(bytesTyped, bytes);
    if (this.uart.receive(Uint8Array.from(bytes)) !== bytes.length)
      playback.diverge(seq, `the UART does not take ${bytes.length} bytes`);
  }

  private takeBytes(type: typeof bytesTyped | typeof debuggerWrote, bytes: number[]): void {
    const { k, playback } = this;
    const count = playback.field(0);
    const words = Int32Array.from({ length: TYPED_BYTES / 4 }, (_, i) => playback.field(1 + i));
    const [a, b, c, d, e, f, g] = words;
    k.journal.commitOutside(type, count, a, b, c, d, e, f, g);
    bytes.push(...new Uint8Array(words.buffer).subarray(0, Math.max(0, count)));
  }

  /** What a debugger changed is changed again. */
  private repeatDebugger(): void {
    const { k, playback } = this;
    const [call, session, task, address, length, d, e] = Array.from({ length: 7 }, (_, i) => playback.field(i));
    if (!isRepeated(call)) {
      if (playback.grows) playback.cut();
      else playback.diverge(playback.seq, NOT_REPEATED);
      return;
    }
    k.journal.commitOutside(debuggerCalled, call, session, task, address, length, d, e);
    const bytes: number[] = [];
    while (playback.type === debuggerWrote.number) this.takeBytes(debuggerWrote, bytes);
    if (call === CALL_NUMBER.process_write_memory) repeatMemory(k, task, address, Uint8Array.from(bytes));
    else if (call === CALL_NUMBER.thread_write_state) repeatRegisters(k, task, Uint8Array.from(bytes));
    else repeatKill(k, task);
  }

  type(bytes: Uint8Array): void {
    this.typed.type(bytes);
  }

  end(): void {
    this.typed.end();
  }

  setLine(line: number, high: boolean): void {
    this.typed.setLine(line, high);
  }

  private get typed(): Inputs {
    if (!this.playback.grows) throw new RangeError('a replay has its input from the recording');
    return this.live;
  }
}
