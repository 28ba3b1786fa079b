/** The hardware that processes of the fuzz have: interrupt lines, the wires of some of them, and registers of devices. */
import { UART_BASE } from '../../../machine/index.js';
import { load, type Script, store } from '../../../userland/script/script.js';
import type { Random } from './belongings.js';

/** Lines that no device has: the fuzz is at their wires. */
const WIRES = [20, 21, 22, 23] as const;
/** The lines of the UART and of the clock. */
const DEVICE_LINES = [10, 11] as const;

const RTC_BASE = 0x0010_1000;
const EMPTY_SLOT = 0x1000_1000;

/** What interrupt_create asks for. */
export function lineOf(random: Random): number {
  if (random(3) === 0) return DEVICE_LINES[random(DEVICE_LINES.length)];
  return WIRES[random(WIRES.length)];
}

/** What device_create asks for. */
export function deviceOf(random: Random): number {
  return [UART_BASE, RTC_BASE, EMPTY_SLOT][random(3)];
}

interface Wired {
  raiseInterrupt(line: number): void;
  lowerInterrupt(line: number): void;
}

/** Something outside moves a wire. */
export function moveWire(random: Random, system: Wired): void {
  const line = WIRES[random(WIRES.length)];
  if (random(2) === 0) system.raiseInterrupt(line);
  else system.lowerInterrupt(line);
}

/** A thread reads or writes a register of a device whose registers begin at a mapped address; what is no register ends it. */
export function* touchDevice(random: Random, address: number, physical: number): Script {
  const isUart = physical === UART_BASE;
  const bytes = random(100) === 0 ? [1, 2, 4][random(3)] : isUart ? 1 : 4;
  const at = address + (isUart ? random(8) : 4 * random(9));
  if (random(2) === 0) yield* load(at, bytes);
  else
    yield* store(
      at,
      Uint8Array.from({ length: bytes }, () => random(256)),
    );
}
