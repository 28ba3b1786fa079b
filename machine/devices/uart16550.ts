/**
 * A 16550 UART. What is written to THR goes out at once, so the transmitter is always empty. What comes in waits on the line
 * until the receive FIFO has room, so nothing is ever overrun but in loopback.
 *
 * DLAB in LCR decides what the first two registers are. Any width; only the low byte counts. Speed, parity and the break bit
 * are remembered and mean nothing. Of the modem's lines one may change, once: the carrier is lost when nothing more will come.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import type { Device, DeviceEnvironment, DeviceKind, Width } from './device.js';
import { type DeviceState, listWords, StateReader } from './device-state.js';
import { type Register, RegisterTable, type RegisterValue, valueNow } from './registers.js';

/** Those that are only remembered, by offset. */
const IER = 1;
const LCR = 3;
const MCR = 4;
const SCR = 7;
const REGISTERS = 8;

const LCR_DLAB = 0x80;
const MCR_BITS = 0x1f;
const MCR_LOOP = 0x10;

/** Interrupts that IER enables. */
const IER_BITS = 0x0f;
const IER_RECEIVED = 0x01;
const IER_TRANSMITTER = 0x02;
const IER_LINE = 0x04;
const IER_MODEM = 0x08;

/** What IIR says, the most urgent first; the two upper bits say that there are FIFOs. */
const IIR_LINE = 0x06;
const IIR_RECEIVED = 0x04;
const IIR_TIMEOUT = 0x0c;
const IIR_TRANSMITTER = 0x02;
const IIR_MODEM = 0x00;
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
const MSR_CARRIER = 0x80;
/** The carrier changed since MSR was read last. */
const MSR_CARRIER_CHANGED = 0x08;

/** Bytes from outside that may wait on the line. */
export const MAX_WAITING_BYTES = 4096;
const MAX_DIVISOR = 0xffff;
/** As QEMU says; it divides to any speed that drivers want. */
const CLOCK_HERTZ = 3_686_400;

export class Uart16550 implements Device {
  readonly name = 'uart';
  readonly bytes = 0x100;
  private readonly data: readonly Register[] = [
    {
      name: 'RBR/THR',
      offset: 0,
      peek: () => this.received[0] ?? 0,
      load: () => this.take(),
      store: (byte) => this.send(byte),
    },
    {
      name: 'IER',
      offset: IER,
      peek: () => this.remembered[IER],
      store: (byte) => this.enableInterrupts(byte & IER_BITS),
      fields: { RECEIVED: 0, TRANSMITTER: 1, LINE: 2, MODEM: 3 },
    },
  ];
  private readonly divisorLatch: readonly Register[] = [
    {
      name: 'DLL',
      offset: 0,
      peek: () => this.divisor & 0xff,
      store: (byte) => {
        this.divisor = (this.divisor & 0xff00) | byte;
      },
    },
    {
      name: 'DLM',
      offset: 1,
      peek: () => this.divisor >>> 8,
      store: (byte) => {
        this.divisor = (this.divisor & 0xff) | (byte << 8);
      },
    },
  ];
  private readonly always: readonly Register[] = [
    {
      name: 'IIR/FCR',
      offset: 2,
      peek: () => this.mostUrgent() | (this.fifos ? IIR_FIFO : 0),
      load: () => this.identify(),
      store: (byte) => this.controlFifos(byte),
      fields: { NONE: 0, CAUSE: [1, 3], FIFOS: [6, 2] },
    },
    {
      name: 'LCR',
      offset: LCR,
      peek: () => this.remembered[LCR],
      store: (byte) => this.remember(LCR, byte),
      fields: { LENGTH: [0, 2], STOP: 2, PARITY: [3, 3], BREAK: 6, DLAB: 7 },
    },
    {
      name: 'MCR',
      offset: MCR,
      peek: () => this.remembered[MCR],
      store: (byte) => this.controlModem(byte & MCR_BITS),
      fields: { DTR: 0, RTS: 1, OUT1: 2, OUT2: 3, LOOP: 4 },
    },
    {
      name: 'LSR',
      offset: 5,
      peek: () => this.lineStatus(),
      load: () => this.takeLineStatus(),
      fields: { READY: 0, OVERRUN: 1, THRE: 5, TEMT: 6 },
    },
    {
      name: 'MSR',
      offset: 6,
      peek: () => this.modemStatus(),
      load: () => this.takeModemStatus(),
      fields: { DDCD: 3, CTS: 4, DSR: 5, RI: 6, DCD: 7 },
    },
    { name: 'SCR', offset: SCR, peek: () => this.remembered[SCR], store: (byte) => this.remember(SCR, byte) },
  ];
  /** What a guest reaches with DLAB = 0, and with DLAB = 1. */
  private readonly plain = new RegisterTable([...this.data, ...this.always]);
  private readonly latched = new RegisterTable([...this.divisorLatch, ...this.always]);
  private readonly remembered = new Uint8Array(REGISTERS);
  private divisor = 0;
  private fifos = false;
  private trigger = TRIGGERS[0];
  private overrun = false;
  /** THR became empty, and nobody has been told. */
  private emptied = false;
  /** The guest has looked whether a byte is there. */
  private polled = false;
  /** Nothing more will come in from outside; and nobody has been told. */
  private hungUp = false;
  private carrierChanged = false;
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

  /** Bytes that came in and were not read. */
  get holding(): number {
    return this.received.length + this.waiting.length;
  }

  /** Whether the driver asks to be told of bytes that come in. */
  get isListenedTo(): boolean {
    return (this.remembered[IER] & IER_RECEIVED) !== 0;
  }

  /** Whether the driver looks at LSR itself, or has. One that has done neither may still clear the FIFO. */
  get isPolled(): boolean {
    return this.polled;
  }

  /** Whoever is outside hangs up: the carrier is lost, for good. */
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    this.carrierChanged = true;
    this.update();
  }

  load(offset: number, _width: Width): number {
    return this.table.load(offset);
  }

  store(offset: number, width: Width, value: number): boolean {
    this.table.store(offset, width, value & 0xff);
    return true;
  }

  registers(): readonly RegisterValue[] {
    return [...this.data, ...this.always, ...this.divisorLatch].map(valueNow);
  }

  snapshot(): DeviceState {
    const { remembered, divisor, fifos, trigger, received, waiting } = this;
    const flags = [fifos, this.overrun, this.emptied, this.polled, this.hungUp, this.carrierChanged].map(Number);
    return { words: [...remembered, divisor, trigger, ...flags, ...listWords(received), ...listWords(waiting)] };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    reader.into(this.remembered);
    this.divisor = reader.word() & MAX_DIVISOR;
    this.trigger = reader.word();
    this.fifos = reader.flag();
    this.overrun = reader.flag();
    this.emptied = reader.flag();
    this.polled = reader.flag();
    this.hungUp = reader.flag();
    this.carrierChanged = reader.flag();
    this.received = reader.list(FIFO_BYTES);
    this.waiting = reader.list(MAX_WAITING_BYTES);
    this.update();
  }

  describe(tree: TreePlace): void {
    tree.node('serial').set('compatible', 'ns16550a').set('clock-frequency', CLOCK_HERTZ);
  }

  private get table(): RegisterTable {
    return (this.remembered[LCR] & LCR_DLAB) === 0 ? this.plain : this.latched;
  }

  private remember(offset: number, byte: number): void {
    this.remembered[offset] = byte;
  }

  private send(byte: number): void {
    if ((this.remembered[MCR] & MCR_LOOP) === 0) this.environment.output(byte);
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
    const room = (this.remembered[MCR] & MCR_LOOP) === 0 ? this.capacity - this.received.length : 0;
    if (room > 0) this.received.push(...this.waiting.splice(0, room));
    this.update();
  }

  private enableInterrupts(enabled: number): void {
    // The transmitter is empty: whoever asks to be told is told at once.
    if ((enabled & ~this.remembered[IER] & IER_TRANSMITTER) !== 0) this.emptied = true;
    this.remembered[IER] = enabled;
    this.update();
  }

  private controlModem(byte: number): void {
    this.remembered[MCR] = byte;
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
    const enabled = this.remembered[IER];
    if ((enabled & IER_LINE) !== 0 && this.overrun) return IIR_LINE;
    if ((enabled & IER_RECEIVED) !== 0 && this.received.length > 0) {
      // What is below the trigger stays there because nothing follows on the line: at once what a real one calls a timeout.
      return this.received.length >= this.trigger ? IIR_RECEIVED : IIR_TIMEOUT;
    }
    if ((enabled & IER_TRANSMITTER) !== 0 && this.emptied) return IIR_TRANSMITTER;
    return (enabled & IER_MODEM) !== 0 && this.carrierChanged ? IIR_MODEM : IIR_NONE;
  }

  private lineStatus(): number {
    return LSR_IDLE | (this.received.length > 0 ? LSR_READY : 0) | (this.overrun ? LSR_OVERRUN : 0);
  }

  /** Reads LSR, which forgets the overrun. */
  private takeLineStatus(): number {
    const status = this.lineStatus();
    this.overrun = false;
    this.polled = true;
    this.update();
    return status;
  }

  /** In loopback the outputs of MCR are the inputs: RTS is CTS, DTR is DSR, OUT1 is RI and OUT2 is DCD. */
  private modemStatus(): number {
    const control = this.remembered[MCR];
    const changed = this.carrierChanged ? MSR_CARRIER_CHANGED : 0;
    if ((control & MCR_LOOP) === 0) return changed | (this.hungUp ? MSR_CONNECTED & ~MSR_CARRIER : MSR_CONNECTED);
    return ((control & 0x02) << 3) | ((control & 0x01) << 5) | ((control & 0x0c) << 4);
  }

  /** Reads MSR, which forgets that the carrier changed. */
  private takeModemStatus(): number {
    const status = this.modemStatus();
    // In loopback the modem itself is not to be seen.
    if ((this.remembered[MCR] & MCR_LOOP) === 0) this.carrierChanged = false;
    this.update();
    return status;
  }

  private update(): void {
    this.environment.line(this.mostUrgent() !== IIR_NONE);
  }
}

export const UART_KIND: DeviceKind<object> = {
  places: [{ base: 0x1000_0000, interrupt: 10 }],
  create: (_options, environment) => new Uart16550(environment),
};
