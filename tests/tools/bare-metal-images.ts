/** Bare-metal images, assembled by the machine's own assembler: no compiler is needed for them. */
import { assemble } from '../../machine/isa/assembler/index.js';
import { elfFile } from '../machine/elf-file.js';

/** What sources may name. */
const SYMBOLS = { UART: 0x1000_0000, FINISHER: 0x10_0000, CLINT: 0x0200_0000, DISK: 0x1000_1000 };
const MAY_DO_ALL = 7;

/** An ELF executable. */
export function image(source: string): Uint8Array {
  const { segments, symbols, entry } = assemble(source, { symbols: SYMBOLS });
  const labels = Array.from(symbols, ([name, address]) => ({ name, address, type: 0 }));
  return elfFile({
    entry,
    segments: segments.map(({ address, bytes }) => ({ address, bytes, flags: MAY_DO_ALL, alignment: 4 })),
    symbols: labels.filter(({ name }) => !Object.hasOwn(SYMBOLS, name)),
  });
}

/** The bytes alone. */
export function rawImage(source: string, base: number): Uint8Array {
  const { segments } = assemble(source, { symbols: SYMBOLS, base });
  return Uint8Array.from(segments[0].bytes);
}

/** Ends with the code in t1: 0x5555 for pass, 0x3333 | code << 16 for fail. */
const FINISH = `
finish: li t0, FINISHER
  sw t1, 0(t0)
  j .
`;

export const endsWith = (code: number): string => `
_start: li t1, ${code === 0 ? 0x5555 : 0x3333 | (code << 16)}
${FINISH}`;

/** Prints a line and ends well. */
export const SAYS_HELLO = `
_start: la a1, text
  li a2, UART
again: lbu a3, 0(a1)
  beqz a3, done
  sb a3, 0(a2)
  addi a1, a1, 1
  j again
done: li t1, 0x5555
${FINISH}
text: .asciz "hello\\n"
`;

/** Ends with 42 if there is a device tree at a1, big-endian as it is, and with a0, the hart's number, plus one if not. */
export const LOOKS_AT_TREE = `
_start: lw t2, 0(a1)
  li t3, 0xedfe0dd0
  bne t2, t3, no
  li t1, ${0x3333 | (42 << 16)}
  j finish
no: addi a0, a0, 1
  slli t1, a0, 16
  li t2, 0x3333
  or t1, t1, t2
${FINISH}`;

export const LOOPS = '_start: j _start\n';

export const SPINS = `
_start: nop
  nop
spin: j spin
`;

/** The same in U mode, which may do all that there is to memory. */
export const SPINS_IN_U = `
_start: li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  la t0, spin
  csrw mepc, t0
  mret
spin: j spin
`;

/** Says "ready", byte by byte, and loops. */
export const SAYS_READY = `
_start: li a2, UART
  li a3, 'r'
  sb a3, 0(a2)
  j .
`;

export const WAITS_FOR_EVER = '_start: wfi\nasleep: j _start\n';

/** Calls itself with ecall, sets a timer, and ends when it has rung. */
export const TRAPS = `
_start: la t0, trap
  csrw mtvec, t0
  ecall
  li t0, CLINT
  li t1, 1000
  li t2, 0x4000
  add t0, t0, t2
  sw t1, 0(t0)
  sw zero, 4(t0)
  li t0, 0x80
  csrw mie, t0
  csrsi mstatus, 8
  wfi
  j .
.align 2
trap: csrr t1, mcause
  bltz t1, rung
  csrr t1, mepc
  addi t1, t1, 4
  csrw mepc, t1
  mret
rung: li t1, 0x5555
${FINISH}`;

/** Leaves its handler by a jump, so that three traps leave exactly the same in the control registers. */
export const TRAPS_ALIKE = `
_start: la t0, trap
  csrw mtvec, t0
  li t2, 3
again: .word 0
.align 2
trap: addi t2, t2, -1
  bnez t2, again
  li t1, 0x5555
${FINISH}`;

/** From M to S to U under Sv32, whose ecall is delegated to S. */
export const TRAPS_TO_S = `
_start: li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, 0x100
  csrw medeleg, t0
  la t0, trap
  csrw stvec, t0
  la t0, root
  srli t0, t0, 12
  li t1, 0x80000000
  or t0, t0, t1
  csrw satp, t0
  la t0, user
  li t1, 0x7fc00000
  sub t0, t0, t1
  csrw mepc, t0
  mret
user: nop
  ecall
trap: csrr t0, scause
  li t1, 0x5555
  li t0, 0x100000
  sw t1, 0(t0)
  j .
.data
.align 12
root: .word 0xc7
  .word 0x200000df
  .zero 2040
  .word 0x200000cf
  .zero 2044
`;

/** Sends back what comes in, by polling; q ends it with 7. */
export const ECHOES = `
_start: li a2, UART
  li a5, 'q'
again: lbu a3, 5(a2)
  andi a3, a3, 1
  beqz a3, again
  lbu a4, 0(a2)
  beq a4, a5, done
  sb a4, 0(a2)
  j again
done: li t1, ${0x3333 | (7 << 16)}
${FINISH}`;

/** As ECHOES, but asleep until the console interrupts, and without q. */
export const ECHOES_WHEN_WOKEN = `
_start: li a2, UART
  li t0, 1
  sb t0, 1(a2)
  li t1, 0x0c000000
  sw t0, 40(t1)
  li t2, 0x0c002000
  li t0, 0x400
  sw t0, 0(t2)
  li t0, 0x800
  csrw mie, t0
  li s0, 0x0c200004
sleep: wfi
  lw s1, 0(s0)
again: lbu a3, 5(a2)
  andi a3, a3, 1
  beqz a3, done
  lbu a4, 0(a2)
  sb a4, 0(a2)
  j again
done: sw s1, 0(s0)
  j sleep
`;

const HTIF = `
.data
.align 6
tohost: .dword 0
fromhost: .dword 0
`;

/** Ends through HTIF with a code, as the tests of the architecture do: over and over. */
export const endsByHtifWith = (code: number): string => `
_start: li t0, ${code * 2 + 1}
  la t1, tohost
again: sw t0, 0(t1)
  sw zero, 4(t1)
  j again
${HTIF}
.globl begin_signature
.align 4
begin_signature: .word 0x12345678, 1, -1
end_signature: .word 9
`;

/** Prints "ok" through HTIF's console and "sys" by its system call, echoes a byte that it asks for, and ends with 3. */
export const TALKS_BY_HTIF = `
_start: la s0, tohost
  la s1, fromhost
  li a0, 'o'
  li a1, 0x01010000
  jal command
  li a0, 'k'
  li a1, 0x01010000
  jal command
  la a0, call
  li a1, 0
  jal command
  jal answer
  li a0, 0
  li a1, 0x01000000
  jal command
  jal answer
  andi a0, a0, 0xff
  li a1, 0x01010000
  jal command
  li a0, 7
  li a1, 0
  jal command
  j .
command: sw a0, 0(s0)
  sw a1, 4(s0)
1: lw t0, 0(s0)
  lw t1, 4(s0)
  or t0, t0, t1
  bnez t0, 1b
  ret
answer: lw a0, 0(s1)
  beqz a0, answer
  sw zero, 0(s1)
  sw zero, 4(s1)
  ret
${HTIF}
.align 6
call: .dword 64, 1, text, 4, 0, 0, 0, 0
text: .ascii "sys\\n"
`;

/** Every hart adds its number plus one, a hundred times; hart 0 ends with the sum over a hundred when all have. */
export const ADDS_ON_ALL_HARTS = `
_start: la s0, sum
  la s1, ready
  addi a0, a0, 1
  li t0, 100
again: amoadd.w zero, a0, (s0)
  addi t0, t0, -1
  bnez t0, again
  li t0, 1
  amoadd.w zero, t0, (s1)
  addi a0, a0, -1
  bnez a0, sleep
all: lw t0, 0(s1)
  li t1, 4
  bne t0, t1, all
  lw t0, 0(s0)
  li t1, 100
  divu t0, t0, t1
  slli t1, t0, 16
  li t2, 0x3333
  or t1, t1, t2
${FINISH}
sleep: wfi
  j sleep
.align 2
sum: .word 0
ready: .word 0
`;

/** Writes 512 bytes, 0xaa each, to the second sector of the disk, and ends with the status that it got. */
export const WRITES_DISK = `
_start: li s0, DISK
  li t0, 15
  sw zero, 0x70(s0)
  li t0, 3
  sw t0, 0x70(s0)
  li t0, 1
  sw t0, 0x24(s0)
  sw t0, 0x20(s0)
  sw zero, 0x24(s0)
  sw zero, 0x20(s0)
  li t0, 11
  sw t0, 0x70(s0)
  sw zero, 0x30(s0)
  li t0, 8
  sw t0, 0x38(s0)
  la t0, descriptors
  sw t0, 0x80(s0)
  sw zero, 0x84(s0)
  la t0, available
  sw t0, 0x90(s0)
  sw zero, 0x94(s0)
  la t0, used
  sw t0, 0xa0(s0)
  sw zero, 0xa4(s0)
  li t0, 1
  sw t0, 0x44(s0)
  li t0, 15
  sw t0, 0x70(s0)
  sw zero, 0x50(s0)
  la t0, status
  lbu t0, 0(t0)
  slli t1, t0, 16
  li t2, 0x3333
  or t1, t1, t2
${FINISH}
.align 4
descriptors: .dword header
  .word 16
  .half 1, 1
  .dword bytes
  .word 512
  .half 1, 2
  .dword status
  .word 1
  .half 2, 0
  .zero 80
available: .half 0, 1, 0
  .zero 16
.align 4
used: .zero 80
header: .word 1, 0, 1, 0
bytes: .fill 512, 1, 0xaa
status: .byte 0xff
`;
