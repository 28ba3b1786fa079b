import { describe, expect, test } from 'vitest';
import { MAX_WAITING_BYTES, Uart16550 } from '../../../machine/index.js';

const DATA = 0;
const IER = 1;
const IIR = 2;
const FCR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const MSR = 6;
const SCR = 7;

interface Rig {
  readonly uart: Uart16550;
  readonly sent: number[];
  /** Whether the UART interrupts now. */
  interrupts(): boolean;
  read(offset: number): number;
  write(offset: number, value: number): void;
  receive(...bytes: number[]): number;
}

function rig(): Rig {
  const sent: number[] = [];
  let high = false;
  const uart = new Uart16550({
    output: (byte) => sent.push(byte),
    line: (level) => {
      high = level;
    },
  });
  return {
    uart,
    sent,
    interrupts: () => high,
    read: (offset) => uart.load(offset, 1),
    write: (offset, value) => uart.store(offset, 1, value),
    receive: (...bytes) => uart.receive(Uint8Array.from(bytes)),
  };
}

describe('the UART receives', () => {
  test('a byte, shows it in LSR, and gives it once', () => {
    const { read, receive } = rig();
    expect(read(LSR)).toBe(0x60);
    expect(receive(0x41)).toBe(1);
    expect(read(LSR)).toBe(0x61);
    expect(read(DATA)).toBe(0x41);
    expect([read(LSR), read(DATA)]).toEqual([0x60, 0]);
  });

  test('bytes in order, with FIFOs and without, and loses none', () => {
    for (const fcr of [0, 1]) {
      const { read, write, receive } = rig();
      write(FCR, fcr);
      const bytes = Array.from({ length: 100 }, (_, i) => i);
      expect(receive(...bytes)).toBe(100);
      expect(bytes.map(() => read(DATA))).toEqual(bytes);
      expect(read(LSR)).toBe(0x60);
    }
  });

  test('no more than can wait on the line', () => {
    const { uart } = rig();
    expect(uart.receive(new Uint8Array(MAX_WAITING_BYTES + 100))).toBe(MAX_WAITING_BYTES);
    // One byte has gone on into RBR.
    expect(uart.receive(new Uint8Array(100))).toBe(1);
    expect(uart.receive(new Uint8Array(100))).toBe(0);
  });

  test('nothing of what was in the FIFO when it was cleared', () => {
    const { read, write, receive } = rig();
    write(FCR, 0x01);
    receive(1, 2, 3);
    write(FCR, 0x03);
    expect(read(LSR)).toBe(0x60);
  });
});

describe('the UART interrupts', () => {
  test('for a received byte while IER says so, until it is read', () => {
    const { read, write, receive, interrupts } = rig();
    receive(1);
    expect([interrupts(), read(IIR)]).toEqual([false, 0x01]);
    write(IER, 0x01);
    expect([interrupts(), read(IIR)]).toEqual([true, 0x04]);
    read(DATA);
    expect([interrupts(), read(IIR)]).toEqual([false, 0x01]);
  });

  test('with FIFOs says received from the trigger on, and timeout below it', () => {
    const { read, write, receive } = rig();
    write(IER, 0x01);
    write(FCR, 0x81);
    receive(...new Array<number>(8).fill(7));
    expect(read(IIR)).toBe(0xc4);
    read(DATA);
    expect(read(IIR)).toBe(0xcc);
    for (let i = 0; i < 7; i++) read(DATA);
    expect(read(IIR)).toBe(0xc1);
  });

  test('for the empty transmitter when that is enabled, until IIR says so', () => {
    const { read, write, interrupts } = rig();
    write(IER, 0x02);
    expect(interrupts()).toBe(true);
    expect(read(IIR)).toBe(0x02);
    expect([interrupts(), read(IIR)]).toEqual([false, 0x01]);
    write(DATA, 0x41);
    expect([interrupts(), read(IIR), interrupts()]).toEqual([true, 0x02, false]);
  });

  test('for what is received first: the transmitter stays to be told of', () => {
    const { read, write, receive } = rig();
    write(IER, 0x03);
    receive(1);
    expect([read(IIR), read(IIR)]).toEqual([0x04, 0x04]);
    read(DATA);
    expect([read(IIR), read(IIR)]).toEqual([0x02, 0x01]);
  });
});

describe('the UART in loopback', () => {
  test('receives what it sends, and sends nothing', () => {
    const { read, write, sent } = rig();
    write(MCR, 0x10);
    write(DATA, 0x5a);
    expect([read(LSR), read(DATA), sent]).toEqual([0x61, 0x5a, []]);
  });

  test('is overrun by a byte too many, says so once, and interrupts for it', () => {
    const { read, write, interrupts } = rig();
    write(MCR, 0x10);
    write(IER, 0x04);
    write(DATA, 1);
    expect(interrupts()).toBe(false);
    write(DATA, 2);
    expect([interrupts(), read(IIR), read(LSR), read(LSR), interrupts()]).toEqual([true, 0x06, 0x63, 0x61, false]);
    expect(read(DATA)).toBe(2);
  });

  test('keeps what is in the FIFO, and loses the byte too many', () => {
    const { read, write } = rig();
    write(MCR, 0x10);
    write(FCR, 0x01);
    for (let byte = 0; byte < 17; byte++) write(DATA, byte);
    expect(read(LSR)).toBe(0x63);
    expect(Array.from({ length: 17 }, () => read(DATA))).toEqual([...Array(16).keys(), 0]);
  });

  test('shows the outputs of MCR as inputs in MSR, which is how drivers probe it', () => {
    const { read, write } = rig();
    expect(read(MSR)).toBe(0xb0);
    write(MCR, 0x1a);
    expect(read(MSR)).toBe(0x90);
    write(MCR, 0x15);
    expect(read(MSR)).toBe(0x60);
  });

  test('leaves on the line what comes in meanwhile', () => {
    const { read, write, receive } = rig();
    write(MCR, 0x10);
    receive(9);
    expect(read(LSR)).toBe(0x60);
    write(MCR, 0x00);
    expect([read(LSR), read(DATA)]).toEqual([0x61, 9]);
  });
});

describe('the UART knows', () => {
  test('whether its driver has it interrupt, or polls it, and how much was not read', () => {
    const { uart, read, write, receive } = rig();
    expect([uart.isListenedTo, uart.isPolled, uart.holding]).toEqual([false, false, 0]);
    write(IER, 0x0e);
    receive(1, 2, 3);
    expect([uart.isListenedTo, uart.isPolled, uart.holding]).toEqual([false, false, 3]);
    write(IER, 0x01);
    read(LSR);
    read(DATA);
    uart.restore(uart.snapshot());
    expect([uart.isListenedTo, uart.isPolled, uart.holding]).toEqual([true, true, 2]);
  });
});

describe('the UART loses the carrier', () => {
  const LOST = 0x30;

  test('when whoever is outside hangs up, and says so until MSR is read', () => {
    const { uart, read, write, interrupts } = rig();
    write(IER, 0x09);
    uart.hangUp();
    expect([interrupts(), read(IIR)]).toEqual([true, 0x00]);
    expect([read(MSR), read(MSR)]).toEqual([LOST | 0x08, LOST]);
    expect([interrupts(), read(IIR)]).toEqual([false, 0x01]);
    uart.hangUp();
    expect([interrupts(), read(MSR)]).toEqual([false, LOST]);
  });

  test('and gives what came before first', () => {
    const { uart, read, write, receive } = rig();
    write(IER, 0x09);
    receive(7);
    uart.hangUp();
    expect([uart.holding, read(IIR), read(DATA), read(IIR)]).toEqual([1, 0x04, 7, 0x00]);
  });

  test('and cannot be seen to in loopback', () => {
    const { uart, read, write } = rig();
    uart.hangUp();
    write(MCR, 0x1f);
    expect(read(MSR)).toBe(0xf0);
    write(MCR, 0x00);
    expect(read(MSR)).toBe(LOST | 0x08);
  });
});

describe("the UART's other registers", () => {
  test('keep what is written', () => {
    const { read, write } = rig();
    write(SCR, 0xa5);
    write(LCR, 0x1b);
    write(MCR, 0xff);
    write(IER, 0xff);
    expect([read(SCR), read(LCR), read(MCR), read(IER)]).toEqual([0xa5, 0x1b, 0x1f, 0x0f]);
  });
});
