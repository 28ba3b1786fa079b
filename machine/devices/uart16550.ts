/**
 * A 16550 UART, output only so far: what is written to THR goes out at once, so the transmitter is always empty.
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
 * Any width; only the low byte counts.
 */
import type { Device, Width } from './bus.js';

const DATA = 0;
const IER = 1;
const IIR = 2;
const LCR = 3;
const LSR = 5;
const MSR = 6;

const LCR_DLAB = 0x80;
const IER_BITS = 0x0f;
/** No interrupt is pending, and the FIFOs are enabled or not. */
const IIR_NONE = 0x01;
const IIR_FIFO = 0xc0;
const FCR_ENABLE = 0x01;
/** Transmitter holding register and transmitter empty. */
const LSR_IDLE = 0x60;
/** Carrier detect, data set ready, clear to send. */
const MSR_CONNECTED = 0xb0;

export class Uart16550 implements Device {
  readonly name = 'uart';
  readonly bytes = 0x100;
  /** IER, LCR, MCR, SCR and the others that are only remembered, by offset. */
  private readonly registers = new Uint8Array(8);
  private divisor = 0;
  private fifos = false;

  /** `output` gets every byte that the guest sends. */
  constructor(private readonly output: (byte: number) => void) {}

  load(offset: number, _width: Width): number {
    const divisorLatch = (this.registers[LCR] & LCR_DLAB) !== 0;
    switch (offset) {
      case DATA:
        return divisorLatch ? this.divisor & 0xff : 0;
      case IER:
        return divisorLatch ? this.divisor >>> 8 : this.registers[IER];
      case IIR:
        return IIR_NONE | (this.fifos ? IIR_FIFO : 0);
      case LSR:
        return LSR_IDLE;
      case MSR:
        return MSR_CONNECTED;
      default:
        return offset < 8 ? this.registers[offset] : 0;
    }
  }

  store(offset: number, _width: Width, value: number): boolean {
    const byte = value & 0xff;
    const divisorLatch = (this.registers[LCR] & LCR_DLAB) !== 0;
    if (offset === DATA && !divisorLatch) this.output(byte);
    else if (offset === DATA) this.divisor = (this.divisor & 0xff00) | byte;
    else if (offset === IER && divisorLatch) this.divisor = (this.divisor & 0xff) | (byte << 8);
    else if (offset === IER) this.registers[IER] = byte & IER_BITS;
    else if (offset === IIR) this.fifos = (byte & FCR_ENABLE) !== 0;
    else if (offset < 8 && offset !== LSR && offset !== MSR) this.registers[offset] = byte;
    return true;
  }
}
