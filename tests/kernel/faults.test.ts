/** A fault that nobody satisfies ends the process; its exit record says what happened, where and why. */
import { describe, expect, it } from 'vitest';
import { System } from '../../kernel/index.js';
import { CAUSE, encode } from '../../machine/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { EXIT_REASON, FAULT_DETAIL, TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load } from '../../userland/script/script.js';
import { expectStatus, expectSuccess } from './booted.js';
import { A0, A1, A7, CODE, callOf, imageOf, li, makeProcess, mapCode, runInProcess, S0, SPIN } from './compiled.js';
import { processFields, threadFields } from './information.js';

const NOP = encode('addi', { rd: 0, rs1: 0, imm: 0 });
const at = (index: number): number => CODE + 4 * index;

/** Goes to an address. */
const goTo = (address: number): number[] => [...li(S0, address), encode('jalr', { rd: 0, rs1: S0, imm: 0 })];
/** Loads or stores a word at an address; the third instruction. */
const loadFrom = (address: number): number[] => [...li(S0, address), encode('lw', { rd: A0, rs1: S0, imm: 0 })];
const storeTo = (address: number): number[] => [...li(S0, address), encode('sw', { rs1: S0, rs2: A0, imm: 0 })];

interface Fault {
  readonly code: readonly number[];
  readonly cause: number;
  readonly pc: number;
  readonly address: number;
}

const { LOAD_PAGE_FAULT, STORE_PAGE_FAULT, INSTRUCTION_PAGE_FAULT, ILLEGAL_INSTRUCTION, BREAKPOINT } = CAUSE;
const UNMAPPED = 0x2000_0000;
const MSTATUS = 0x300;
const lastWord = CODE + PAGE_BYTES - 2;
const WFI = encode('wfi');
const MRET = encode('mret');
const FENCE_VMA = encode('sfence.vma', { rs1: 0, rs2: 0 });
const READ_MSTATUS = encode('csrrs', { rd: A0, rs1: 0, imm: MSTATUS });

/** Every way in which one instruction can go wrong; what was there before each fault is filled with no-operations. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'a load from null': { code: loadFrom(0), cause: LOAD_PAGE_FAULT, pc: at(2), address: 0 },
  'a store to null': { code: storeTo(8), cause: STORE_PAGE_FAULT, pc: at(2), address: 8 },
  'a jump to null': { code: goTo(0), cause: INSTRUCTION_PAGE_FAULT, pc: 0, address: 0 },
  'a load where nothing is mapped': { code: loadFrom(UNMAPPED), cause: LOAD_PAGE_FAULT, pc: at(2), address: UNMAPPED },
  'a store where nothing is mapped': { code: storeTo(UNMAPPED), cause: STORE_PAGE_FAULT, pc: at(2), address: UNMAPPED },
  'a jump where nothing is mapped': {
    code: goTo(UNMAPPED),
    cause: INSTRUCTION_PAGE_FAULT,
    pc: UNMAPPED,
    address: UNMAPPED,
  },
  'a store to code': { code: storeTo(CODE), cause: STORE_PAGE_FAULT, pc: at(2), address: CODE },
  'an atomic on code': {
    code: [...li(S0, CODE), encode('amoadd.w', { rd: A0, rs1: S0, rs2: 0 })],
    cause: STORE_PAGE_FAULT,
    pc: at(2),
    address: CODE,
  },
  'a load beyond user addresses': {
    code: loadFrom(LIMITS.userTop),
    cause: LOAD_PAGE_FAULT,
    pc: at(2),
    address: LIMITS.userTop,
  },
  'a load at the end of the address space': {
    code: loadFrom(0xffff_fffc),
    cause: LOAD_PAGE_FAULT,
    pc: at(2),
    address: 0xffff_fffc,
  },
  'a store where the UART is': { code: storeTo(0x1000_0000), cause: STORE_PAGE_FAULT, pc: at(2), address: 0x1000_0000 },
  'a load where RAM is': { code: loadFrom(0x8000_0000), cause: LOAD_PAGE_FAULT, pc: at(2), address: 0x8000_0000 },
  'an instruction of zeros': { code: [NOP, 0], cause: ILLEGAL_INSTRUCTION, pc: at(1), address: 0 },
  'an instruction of ones': { code: [NOP, 0xffff_ffff], cause: ILLEGAL_INSTRUCTION, pc: at(1), address: 0xffff_ffff },
  'waiting for an interrupt': { code: [WFI], cause: ILLEGAL_INSTRUCTION, pc: at(0), address: WFI },
  'returning from a trap': { code: [MRET], cause: ILLEGAL_INSTRUCTION, pc: at(0), address: MRET },
  'a translation fence': { code: [FENCE_VMA], cause: ILLEGAL_INSTRUCTION, pc: at(0), address: FENCE_VMA },
  'a control register of the machine': {
    code: [READ_MSTATUS],
    cause: ILLEGAL_INSTRUCTION,
    pc: at(0),
    address: READ_MSTATUS,
  },
  'a breakpoint': { code: [NOP, NOP, encode('ebreak')], cause: BREAKPOINT, pc: at(2), address: at(2) },
  'running off the end of the code': {
    code: Array.from({ length: 1024 }, () => NOP),
    cause: INSTRUCTION_PAGE_FAULT,
    pc: CODE + PAGE_BYTES,
    address: CODE + PAGE_BYTES,
  },
  'an instruction whose second half is not mapped': {
    // A jump to the last halfword, which is the first half of a load.
    code: [
      ...goTo(lastWord),
      ...Array.from({ length: 1020 }, () => NOP),
      (encode('lw', { rd: A0, rs1: 0, imm: 0 }) << 16) >>> 0,
    ],
    cause: INSTRUCTION_PAGE_FAULT,
    pc: lastWord,
    address: CODE + PAGE_BYTES,
  },
};

describe('32: an unheard fault ends the process in the same step', () => {
  it.each(Object.entries(FAULTS))('%s', (_name, { code, cause, pc, address }) => {
    expectSuccess(function* (scene) {
      const { process, thread } = yield* runInProcess(scene, code);
      expect(yield* processFields(process, scene.stackLow)).toMatchObject({
        state: TASK_STATE.ENDED,
        threads: 0,
        exit_reason: EXIT_REASON.FAULT,
        exit_code: FAULT_DETAIL.DENIED,
        fault_cause: cause,
        fault_pc: pc,
        fault_address: address,
      });
      expect((yield* threadFields(thread, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
    });
  });

  it('one thread faults, and all of its process end; others do not notice', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      yield* mapCode(scene, made.vmar, [SPIN, encode('ebreak')]);
      const second = (yield* sys.thread_create(made.process, 16, 0, 0)).thread;
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      yield* sys.thread_start(second, CODE + 4, 0, 0);
      yield* sys.thread_sleep(scene.system.time + 1_000_000);
      for (const thread of [made.thread, second])
        expect((yield* threadFields(thread, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      const record = yield* processFields(made.process, scene.stackLow);
      expect(record).toMatchObject({ fault_cause: BREAKPOINT, fault_pc: CODE + 4 });
    });
  });

  it('the outcome of a run whose first process faults names cause, place and thread', () => {
    const system = System.boot({ name: 'crash', image: imageOf(loadFrom(0x44)), memoryBytes: 1 << 20, checked: true });
    expect(system.run()).toEqual({
      kind: 'fault',
      cause: LOAD_PAGE_FAULT,
      pc: at(2),
      address: 0x44,
      detail: FAULT_DETAIL.DENIED,
      thread: { koid: 5, name: 'main', process: 'crash' },
    });
    system.check();
  });
});

describe('why a fault could not be satisfied', () => {
  it('a page that is mapped without any protection is a guard', () => {
    for (const code of [storeTo(UNMAPPED), loadFrom(UNMAPPED), goTo(UNMAPPED)]) {
      expectSuccess(function* (scene) {
        const made = yield* makeProcess(scene);
        yield* mapCode(scene, made.vmar, code);
        const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
        yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, MAP_OPTIONS.FIXED, UNMAPPED);
        yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
        yield* sys.thread_sleep(1_000_000);
        const record = yield* processFields(made.process, scene.stackLow);
        expect(record).toMatchObject({ exit_code: FAULT_DETAIL.GUARD, fault_address: UNMAPPED });
      });
    }
  });

  it('the page under the first stack is one', () => {
    const code = [...li(S0, 0x8000_0000 - (1 << 20) - 4), encode('sw', { rs1: S0, rs2: 0, imm: 0 })];
    const system = System.boot({ name: 'deep', image: imageOf(code), memoryBytes: 1 << 20 });
    expect(system.run()).toMatchObject({ kind: 'fault', detail: FAULT_DETAIL.GUARD, address: 0x7fef_fffc });
  });

  it('a page that does not fit the quota is NO_MEMORY', () => {
    expectSuccess(function* (scene) {
      const { child } = yield* sys.allocator_create(scene.allocator, 8 * PAGE_BYTES);
      const made = yield* makeProcess(scene, child);
      // Touches page after page.
      const touch = encode('sw', { rs1: S0, rs2: 0, imm: 0 });
      const step = [...li(S0, UNMAPPED), ...li(A1, PAGE_BYTES), touch, encode('add', { rd: S0, rs1: S0, rs2: A1 })];
      yield* mapCode(scene, made.vmar, [...step, encode('jal', { rd: 0, imm: -8 })]);
      const { vmo } = yield* sys.vmo_create(child, 64 * PAGE_BYTES, 0);
      const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
      yield* sys.vmar_map(made.vmar, vmo, 0, 64 * PAGE_BYTES, options, UNMAPPED);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      yield* sys.thread_sleep(1_000_000);
      // Eight pages: root table, save area, two tables; the objects take a part of one; three are left.
      expect(yield* processFields(made.process, scene.stackLow)).toMatchObject({
        exit_code: FAULT_DETAIL.NO_MEMORY,
        fault_cause: STORE_PAGE_FAULT,
        fault_address: UNMAPPED + 3 * PAGE_BYTES,
      });
    });
  });
});

describe('what is no fault', () => {
  it('a page that was never touched is zeros; a store to it stays', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, options, UNMAPPED);
      yield* mapCode(scene, made.vmar, [
        ...loadFrom(UNMAPPED),
        encode('addi', { rd: A0, rs1: A0, imm: 77 }),
        encode('sw', { rs1: S0, rs2: A0, imm: 4 }),
        ...callOf('thread_exit', 0),
      ]);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      yield* sys.thread_sleep(100_000);
      yield* sys.vmo_read(vmo, 0, scene.stackLow, 8);
      expect([...(yield* load(scene.stackLow, 8))]).toEqual([0, 0, 0, 0, 77, 0, 0, 0]);
    });
  });

  it('a page of code that is unmapped, or protected, while a thread runs in it is gone at its next instruction', () => {
    for (const change of ['unmap', 'protect'] as const) {
      expectSuccess(function* (scene) {
        const made = yield* makeProcess(scene);
        yield* mapCode(scene, made.vmar, [SPIN]);
        yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
        yield* sys.thread_sleep(1000);
        expect((yield* processFields(made.process, scene.stackLow)).state).toBe(TASK_STATE.RUNNABLE);
        if (change === 'unmap') yield* sys.vmar_unmap(made.vmar, CODE, PAGE_BYTES);
        else yield* sys.vmar_protect(made.vmar, CODE, PAGE_BYTES, PROTECTION.READ);
        yield* sys.thread_sleep(scene.system.time + 200_000);
        const record = yield* processFields(made.process, scene.stackLow);
        expect(record).toMatchObject({
          fault_cause: INSTRUCTION_PAGE_FAULT,
          fault_pc: CODE,
          exit_code: FAULT_DETAIL.DENIED,
        });
      });
    }
  });

  it('a system call with a number that is none: a0 has the status, and every other register what it had', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
      yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, options, UNMAPPED);
      const others = Array.from({ length: 31 }, (_, i) => i + 1).filter((register) => register !== A7);
      yield* mapCode(scene, made.vmar, [
        ...others.flatMap((register) => li(register, 0x1000 + register)),
        ...li(A7, -1),
        encode('ecall'),
        ...li(A7, UNMAPPED),
        ...others.map((register) => encode('sw', { rs1: A7, rs2: register, imm: 4 * register })),
        ...callOf('thread_exit', 0),
      ]);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      yield* sys.thread_sleep(100_000);
      expectStatus((yield* sys.vmo_read(vmo, 0, scene.stackLow, 128)).status, 'OK');
      const bytes = yield* load(scene.stackLow, 128);
      const registers = new Int32Array(bytes.slice().buffer);
      for (const register of others)
        expect([register, registers[register]]).toEqual([
          register,
          register === A0 ? STATUS.BAD_CALL : 0x1000 + register,
        ]);
    });
  });
});
