/**
 * The test finisher (SiFive's, as on QEMU's virt board): the way for a guest to stop the board.
 *
 * One register at offset 0. Its low half says what happened: 0x5555 pass (exit code 0), 0x3333 fail (the exit code is in the
 * high half). 0x7777 asks for a reset, which this board does not do; it and all other values are ignored. It reads as zero.
 */
import type { Device, Width } from './bus.js';

const PASS = 0x5555;
const FAIL = 0x3333;

export class Finisher implements Device {
  readonly name = 'finisher';
  readonly bytes = 0x1000;

  /** `finish` gets the exit code, 0..65535. */
  constructor(private readonly finish: (exitCode: number) => void) {}

  load(_offset: number, _width: Width): number {
    return 0;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (offset !== 0 || width === 1) return true;
    const what = value & 0xffff;
    if (what === PASS) this.finish(0);
    else if (what === FAIL) this.finish(width === 4 ? value >>> 16 : 0);
    return true;
  }
}
