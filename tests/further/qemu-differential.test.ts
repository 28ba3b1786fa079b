import { describe, expect, it } from 'vitest';
import { qemu } from './differential/qemu.js';
import { campaign } from './qemu-differential.js';

const INSTRUCTIONS = 2_000_000;

if (qemu === undefined) console.warn('qemu-system-riscv32 is not installed: the comparison with it is skipped');

describe.skipIf(qemu === undefined)('the machine does what QEMU does', () => {
  it(`in ${INSTRUCTIONS} instructions of random programs: all modes, traps, page tables, protection, their own code`, () => {
    const { difference, instructions } = campaign(INSTRUCTIONS, 0, () => {});
    expect(difference).toBeUndefined();
    expect(instructions).toBeGreaterThanOrEqual(INSTRUCTIONS);
  });
});
