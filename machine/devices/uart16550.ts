/**
 * A 16550 UART. What is written to THR goes out at once, so the transmitter is always empty. What comes in waits on the line
 * until the receive FIFO has room, so nothing is ever overrun but in loopback.
 *
 * | offset | DLAB = 0 read | DLAB = 0 write | DLAB = 1            |
 * | ------ | ------------- | -------------- | ------------------- |
 * | 0      | RBR           | THR            | DLL                 |
 * | 1      | IER           | IER            | DLM                 |
 * | 2      | IIR           | FCR            |                     |
 * | 3      | LCR           | LCR            | bit 7 is DLAB       |
 * | 4      | MCR           | MCR            |                     |
 * | 5      | LSR           | (ignored)      |                     |
 * | 6      | MSR           | (ignored)      |                     |
 * | 7      | SCR           | SCR            |                     |
 *
 * Any width; only the low byte counts. Speed, parity and the break bit are remembered and mean nothing. The modem's lines
 * never change, so they never interrupt.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import type { Device, DeviceEnvironment, DeviceKind, Width } from './device.js';
import { type DeviceState, listWords, StateReader } from './device-state.js';

const DATA = 0;
const IER = 1;
const IIR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const MSR = 6;
const REGISTERS = 8;

const LCR_DLAB = 0x80;
const MCR_BITS = 0x1f;
const MCR_LOOP = 0x10;

/** Interrupts that IER enables. */
const IER_BITS = 0x0f;
const IER_RECEIVED = 0x01;
const IER_TRANSMITTER = 0x02;
const IER_LINE = 0x04;

/** What IIR says, the most urgent first; the two upper bits say that there are FIFOs. */
const IIR_LINE = 0x06;
const IIR_RECEIVED = 0x04;
const IIR_TIMEOUT = 0x0c;
const IIR_TRANSMITTER = 0x02;
const IIR_NONE = 0x01;
const IIR_FIFO = 0xc0;

const FCR_ENABLE = 0x01;
const FCR_CLEAR_RECEIVER = 0x02;
const FCR_TRIGGER_SHIFT = 6;
/** Bytes in the FIFO from which on the receiver interrupts, by the two upper bits of FCR. */
const TRIGGERS = [1, 4, 8, 14];
const FIFO_BYTES = 16;

const LSR_READY = 0x01;
const LSR_OVERRUN = 0x02;
/** Transmitter holding register and transmitter empty. */
const LSR_IDLE = 0x60;
/** Carrier detect, data set ready, clear to send. */
const MSR_CONNECTED = 0xb0;

/** Bytes from outside that may wait on the line. */
export const MAX_WAITING_BYTES = 4096;
const MAX_DIVISOR = 0xffff;
/** As QEMU says; it divides to any speed that drivers want. */
const CLOCK_HERTZ = 3_686_400;

export class Uart16550 implements Device {
  readonly name = 'uart';
  readonly bytes = 0x100;
  /** IER, LCR, MCR, SCR and the others that are only remembered, by offset. */
  private readonly registers = new Uint8Array(REGISTERS);
  private divisor = 0;
  private fifos = false;
  private trigger = TRIGGERS[0];
  private overrun = false;
  /** THR became empty, and nobody has been told. */
  private emptied = false;
  /** What RBR reads next, first; and what comes behind it. */
  private received: number[] = [];
  private waiting: number[] = [];

  constructor(private readonly environment: Pick<DeviceEnvironment, 'output' | 'line'>) {}

  /** Bytes come in from outside. Returns how many there was room for: at most MAX_WAITING_BYTES wait to be read. */
  receive(bytes: Uint8Array): number {
    const accepted = Math.min(bytes.length, MAX_WAITING_BYTES - this.waiting.length);
    for (let i = 0; i < accepted; i++) this.waiting.push(bytes[i]);
    this.fill();
    return accepted;
  }

  load(offset: number, _width: Width): number {
    const divisorLatch = (this.registers[LCR] & LCR_DLAB) !== 0;
    switch (offset) {
      case DATA:
        return divisorLatch ? this.divisor & 0xff : this.take();
      case IER:
        return divisorLatch ? this.divisor >>> 8 : this.registers[IER];
      case IIR:
        return this.identify();
      case LSR:
        return this.lineStatus();
      case MSR:
        return this.modemStatus();
      default:
        return offset < REGISTERS ? this.registers[offset] : 0;
    }
  }

  store(offset: number, _width: Width, value: number): boolean {
    const byte = value & 0xff;
    const divisorLatch = (this.registers[LCR] & LCR_DLAB) !== 0;
    if (offset === DATA && !divisorLatch) this.send(byte);
    else if (offset === DATA) this.divisor = (this.divisor & 0xff00) | byte;
    else if (offset === IER && divisorLatch) this.divisor = (this.divisor & 0xff) | (byte << 8);
    else if (offset === IER) this.enableInterrupts(byte & IER_BITS);
    else if (offset === IIR) this.controlFifos(byte);
    else if (offset === MCR) this.controlModem(byte & MCR_BITS);
    else if (offset < REGISTERS && offset !== LSR && offset !== MSR) this.registers[offset] = byte;
    return true;
  }

  snapshot(): DeviceState {
    const { registers, divisor, fifos, trigger, overrun, emptied, received, waiting } = this;
    const flags = [fifos, overrun, emptied].map(Number);
    return { words: [...registers, divisor, trigger, ...flags, ...listWords(received), ...listWords(waiting)] };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    reader.into(this.registers);
    this.divisor = reader.word() & MAX_DIVISOR;
    this.trigger = reader.word();
    this.fifos = reader.flag();
    this.overrun = reader.flag();
    this.emptied = reader.flag();
    this.received = reader.list(FIFO_BYTES);
    this.waiting = reader.list(MAX_WAITING_BYTES);
    this.update();
  }

  describe(tree: TreePlace): void {
    tree.node('serial').set('compatible', 'ns16550a').set('clock-frequency', CLOCK_HERTZ);
  }

  private send(byte: number): void {
    if ((this.registers[MCR] & MCR_LOOP) === 0) this.environment.output(byte);
    else this.loop(byte);
    this.emptied = true;
    this.update();
  }

  /** A byte too many is lost to the FIFO, but takes the place of the one in RBR where there is no FIFO. */
  private loop(byte: number): void {
    if (this.received.length < this.capacity) {
      this.received.push(byte);
      return;
    }
    this.overrun = true;
    if (!this.fifos) this.received = [byte];
  }

  private take(): number {
    const byte = this.received.shift() ?? 0;
    this.fill();
    return byte;
  }

  private get capacity(): number {
    return this.fifos ? FIFO_BYTES : 1;
  }

  private fill(): void {
    // In loopback the receiver is cut off from the line.
    const room = (this.registers[MCR] & MCR_LOOP) === 0 ? this.capacity - this.received.length : 0;
    if (room > 0) this.received.push(...this.waiting.splice(0, room));
    this.update();
  }

  private enableInterrupts(enabled: number): void {
    // The transmitter is empty: whoever asks to be told is told at once.
    if ((enabled & ~this.registers[IER] & IER_TRANSMITTER) !== 0) this.emptied = true;
    this.registers[IER] = enabled;
    this.update();
  }

  private controlModem(byte: number): void {
    this.registers[MCR] = byte;
    // Out of loopback, what waits on the line comes in.
    this.fill();
  }

  private controlFifos(byte: number): void {
    const enable = (byte & FCR_ENABLE) !== 0;
    if (enable !== this.fifos || (byte & FCR_CLEAR_RECEIVER) !== 0) this.received = [];
    this.fifos = enable;
    this.trigger = enable ? TRIGGERS[byte >>> FCR_TRIGGER_SHIFT] : TRIGGERS[0];
    this.fill();
  }

  /** Reads IIR: whoever learns that THR is empty has been told. */
  private identify(): number {
    const what = this.mostUrgent();
    if (what === IIR_TRANSMITTER) this.emptied = false;
    this.update();
    return what | (this.fifos ? IIR_FIFO : 0);
  }

  private mostUrgent(): number {
    const enabled = this.registers[IER];
    if ((enabled & IER_LINE) !== 0 && this.overrun) return IIR_LINE;
    if ((enabled & IER_RECEIVED) !== 0 && this.received.length > 0) {
      // What is below the trigger stays there because nothing follows on the line: at once what a real one calls a timeout.
      return this.received.length >= this.trigger ? IIR_RECEIVED : IIR_TIMEOUT;
    }
    return (enabled & IER_TRANSMITTER) !== 0 && this.emptied ? IIR_TRANSMITTER : IIR_NONE;
  }

  /** Reads LSR, which forgets the overrun. */
  private lineStatus(): number {
    const status = LSR_IDLE | (this.received.length > 0 ? LSR_READY : 0) | (this.overrun ? LSR_OVERRUN : 0);
    this.overrun = false;
    this.update();
    return status;
  }

  /** In loopback the outputs of MCR are the inputs: RTS is CTS, DTR is DSR, OUT1 is RI and OUT2 is DCD. */
  private modemStatus(): number {
    const control = this.registers[MCR];
    if ((control & MCR_LOOP) === 0) return MSR_CONNECTED;
    return ((control & 0x02) << 3) | ((control & 0x01) << 5) | ((control & 0x0c) << 4);
  }

  private update(): void {
    this.environment.line(this.mostUrgent() !== IIR_NONE);
  }
}

export const UART_KIND: DeviceKind<object> = {
  places: [{ base: 0x1000_0000, interrupt: 10 }],
  create: (_options, environment) => new Uart16550(environment),
};
