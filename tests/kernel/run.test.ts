import { describe, expect, it } from 'vitest';
import { type Outcome, System, type SystemOptions } from '../../kernel/index.js';
import { CAUSE, encode } from '../../machine/index.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { runScript } from './booted.js';
import { A0, A1, BOOT_HANDLE, CODE, callOf, imageOf, li, S0 } from './compiled.js';

/** Two threads that sleep, yield, wake each other and write, and end after a few thousand instructions. */
function lively(): number[] {
  const start = [
    ...callOf('thread_create', BOOT_HANDLE.PROCESS, 16, 0, 0),
    encode('addi', { rd: A0, rs1: A1, imm: 0 }),
    ...li(A1, CODE + 4 * 30),
    ...li(12, 0),
    ...li(13, 0),
    ...li(17, 0x84),
    encode('ecall'),
  ];
  while (start.length < 30) start.push(encode('addi', { rd: 0, rs1: 0, imm: 0 }));
  const turn = [
    ...callOf('clock_get', 0),
    encode('addi', { rd: A0, rs1: A1, imm: 333 }),
    encode('addi', { rd: A1, rs1: 0, imm: 0 }),
    ...li(17, 0x57),
    encode('ecall'),
    ...callOf('thread_yield'),
    ...callOf('debug_write', CODE, 1),
    encode('addi', { rd: S0, rs1: S0, imm: 1 }),
    ...li(9, 8),
  ];
  const back = encode('bne', { rs1: S0, rs2: 9, imm: -4 * turn.length });
  return [...start, ...turn, back, ...callOf('thread_exit', 0)];
}

function ran(limit: number, options: Partial<SystemOptions> = {}): { system: System; calls: number; output: number } {
  let output = 0;
  const system = System.boot({
    name: 'lively',
    image: imageOf(lively()),
    memoryBytes: 1 << 20,
    quantum: 20,
    onOutput: (bytes) => {
      output += bytes.length;
    },
    ...options,
  });
  let calls = 0;
  let outcome: Outcome;
  do {
    outcome = system.run(limit);
    calls++;
  } while (outcome.kind === 'limit');
  expect(outcome).toEqual({ kind: 'exited', code: 0 });
  system.check();
  return { system, calls, output };
}

describe('run', () => {
  it.each([1, 2, 3, 17, 100])('in pieces of %i instructions it does what it does in one', (limit) => {
    for (const options of [{}, { seed: 5 }]) {
      const whole = ran(Number.POSITIVE_INFINITY, options);
      const pieces = ran(limit, options);
      expect(whole.calls).toBe(1);
      expect(pieces.calls).toBeGreaterThan(1);
      expect(pieces.system.journalHash()).toBe(whole.system.journalHash());
      expect(pieces.system.instructions).toBe(whole.system.instructions);
      expect(pieces.system.time).toBe(whole.system.time);
      expect(pieces.output).toBe(16);
    }
  });

  it('a limit is exact to the instruction, and 0 does nothing', () => {
    const system = System.boot({
      name: 'spin',
      image: imageOf([encode('jal', { rd: 0, imm: 0 })]),
      memoryBytes: 1 << 20,
    });
    for (const limit of [0, 1, 999, 0, 12_345]) {
      const before = system.instructions;
      expect(system.run(limit)).toEqual({ kind: 'limit' });
      expect(system.instructions).toBe(before + limit);
    }
  });

  it('an outcome other than the limit is final: running again gives it again', () => {
    const { system } = ran(50);
    const { instructions, records } = system;
    expect(system.run(1000)).toEqual({ kind: 'exited', code: 0 });
    expect([system.instructions, system.records]).toEqual([instructions, records]);
  });

  it('every kind of outcome, of compiled code', () => {
    const outcomeOf = (code: number[]): Outcome =>
      System.boot({ name: 'prog', image: imageOf(code), memoryBytes: 1 << 20, checked: true }).run(10_000);
    expect(outcomeOf(callOf('process_exit', -3))).toEqual({ kind: 'exited', code: -3 });
    expect(outcomeOf(callOf('thread_exit', 0))).toEqual({ kind: 'exited', code: 0 });
    expect(outcomeOf(callOf('system_halt', BOOT_HANDLE.PROCESS, 9))).toEqual({ kind: 'halted', code: 9 });
    expect(outcomeOf(callOf('task_kill', BOOT_HANDLE.PROCESS))).toEqual({ kind: 'killed' });
    expect(outcomeOf(callOf('task_kill', BOOT_HANDLE.THREAD))).toEqual({ kind: 'killed' });
    expect(outcomeOf([encode('ebreak')])).toMatchObject({ kind: 'fault', cause: CAUSE.BREAKPOINT, pc: CODE });
    expect(outcomeOf([encode('jal', { rd: 0, imm: 0 })])).toEqual({ kind: 'limit' });
    expect(outcomeOf(callOf('thread_sleep', -1, 0x7fff_ffff))).toMatchObject({
      kind: 'blocked',
      threads: [{ koid: 5, name: 'main', process: 'prog', on: 'sleep', address: 0, deadline: FOREVER }],
      cycle: [],
    });
  });

  it('output comes in order and whole, however much it is', () => {
    const { output } = runScript(
      function* ({ stackLow }) {
        for (let i = 0; i < 20; i++) yield* sys.debug_write(stackLow, 9999);
      },
      { checked: false },
    );
    expect(output.length).toBe(20 * 9999);
  });

  it('what a receiver of output keeps does not change under it', () => {
    const kept: Uint8Array[] = [];
    const code = [...callOf('debug_write', CODE, 4), ...callOf('debug_write', CODE + 4, 4), ...callOf('process_exit')];
    const system = System.boot({
      name: 'twice',
      image: imageOf(code),
      memoryBytes: 1 << 20,
      onOutput: (bytes) => kept.push(bytes),
    });
    while (system.run(7).kind === 'limit');
    expect(kept).toHaveLength(2);
    const words = kept.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
    expect(words).toEqual([code[0], code[1]]);
  });

  it('statistics count what happened', () => {
    const { system } = ran(Number.POSITIVE_INFINITY);
    expect(system.records).toBe(system.kernel.journal.count);
    expect(system.steps).toBeLessThan(system.records);
    expect(system.steps).toBeGreaterThan(40);
    expect(system.time).toBeGreaterThan(system.instructions);
    expect(system.memoryPeak).toBeGreaterThan(4 * 4096);
    expect(system.memoryUsed).toBe(0);
    expect(system.counts).toEqual({ processes: 1, threads: 0, handles: 0 });
  });
});
