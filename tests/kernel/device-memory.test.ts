/** Device memory: a program with the right to hardware maps the registers of a device, and reaches it by loads and stores. */
import { describe, expect, it } from 'vitest';
import { CAUSE, CLINT_BASE, encode, FINISHER_BASE, PLIC_BASE, UART_BASE } from '../../machine/index.js';
import { CALL_NUMBER, MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { FAULT_DETAIL } from '../../syscalls/layouts.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript } from './booted.js';
import { A0, A7, CODE, callOf, li, makeProcess, mapCode, S0 } from './compiled.js';
import {
  answer,
  DEVICE,
  makeInterrupt,
  mapDevice,
  readByte,
  readWord,
  UART,
  waitForInterrupt,
  writeByte,
  writeWord,
} from './drivers.js';
import { allocatorFields } from './information.js';
import { scratch } from './packets.js';

const RTC_BASE = 0x0010_1000;
const RTC_LINE = 11;
const READ_WRITE = PROTECTION.READ | PROTECTION.WRITE;

describe('device memory', () => {
  it('reaches the device, with all that a load or store does there', () => {
    const { output } = expectSuccess(function* (scene) {
      yield* mapDevice(scene);
      for (const byte of new TextEncoder().encode('out\n')) yield* writeByte(UART.DATA, byte);
      expect(yield* readByte(UART.LSR)).toBe(0x60);
      scene.system.input(Uint8Array.of(7, 8));
      yield* sys.thread_yield();
      expect([yield* readByte(UART.DATA), yield* readByte(UART.DATA), yield* readByte(UART.LSR)]).toEqual([7, 8, 0x60]);
      yield* writeByte(UART.SCR, 0xa5);
      expect(yield* readByte(UART.SCR)).toBe(0xa5);
    });
    expect(output).toBe('out\n');
  });

  it('is reached by compiled code as well: a page fault maps it, and it takes no frame', () => {
    const { output } = expectSuccess(function* (scene) {
      const device = yield* mapDevice(scene);
      const made = yield* makeProcess(scene);
      const at = DEVICE + PAGE_BYTES;
      const options = READ_WRITE | MAP_OPTIONS.FIXED;
      expectStatus((yield* sys.vmar_map(made.vmar, device, 0, PAGE_BYTES, options, at)).status, 'OK');
      const put = (letter: string): number[] => [
        encode('addi', { rd: 9, rs1: 0, imm: letter.charCodeAt(0) }),
        encode('sb', { rs1: S0, rs2: 9, imm: UART.DATA }),
      ];
      const look = [encode('lbu', { rd: A0, rs1: S0, imm: UART.LSR }), ...li(A7, CALL_NUMBER.process_exit)];
      yield* mapCode(scene, made.vmar, [...li(S0, at), ...put('h'), ...put('i'), ...look, encode('ecall')]);
      expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
      yield* sys.thread_sleep(5000);
      const { processes, vmos } = scene.system.state;
      expect(processes.exitCode[1]).toBe(0x60);
      const row = [0, 1, 2, 3, 4, 5, 6, 7].findIndex((vmo) => vmos.device[vmo] !== 0);
      expect([vmos.device[row] * PAGE_BYTES, vmos.resident[row]]).toEqual([UART_BASE, 0]);
    });
    expect(output).toBe('hi');
  });

  it('costs its object and nothing else until it is mapped', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene), Uint8Array.of(0));
      const before = yield* allocatorFields(scene.allocator, scratch(scene));
      const { vmo } = yield* sys.device_create(scene.resource, UART_BASE, LIMITS.deviceBytes);
      const after = yield* allocatorFields(scene.allocator, scratch(scene));
      expect(after.used - before.used).toBeLessThan(128);
      yield* sys.handle_close(vmo);
      expect((yield* allocatorFields(scene.allocator, scratch(scene))).used).toBe(before.used);
    });
  });

  it('is never executable', () => {
    expectSuccess(function* (scene) {
      const device = yield* mapDevice(scene);
      for (const protection of [PROTECTION.EXECUTE, PROTECTION.READ | PROTECTION.EXECUTE]) {
        const mapped = yield* sys.vmar_map(scene.vmar, device, 0, PAGE_BYTES, protection, 0);
        expectStatus(mapped.status, 'ACCESS_DENIED');
        const changed = yield* sys.vmar_protect(scene.vmar, DEVICE, PAGE_BYTES, protection);
        expectStatus(changed.status, 'ACCESS_DENIED');
      }
    });
  });

  it('is never RAM, nor what the kernel drives itself, nor at 0, nor longer than 1 MiB', () => {
    expectSuccess(function* (scene) {
      const { base, bytes } = scene.system.kernel.memory;
      const refused: readonly (readonly [address: number, bytes: number])[] = [
        [base, PAGE_BYTES],
        [base - PAGE_BYTES, 2 * PAGE_BYTES],
        [base + bytes - PAGE_BYTES, PAGE_BYTES],
        [base + bytes, PAGE_BYTES],
        [0xffff_f000, PAGE_BYTES],
        [0xffff_f000, LIMITS.deviceBytes],
        [0, PAGE_BYTES],
        [CLINT_BASE, PAGE_BYTES],
        [CLINT_BASE - PAGE_BYTES, 2 * PAGE_BYTES],
        [CLINT_BASE + 0xf000, PAGE_BYTES],
        [PLIC_BASE, PAGE_BYTES],
        [PLIC_BASE + 0x5f_f000, 2 * PAGE_BYTES],
        [FINISHER_BASE, PAGE_BYTES],
        [FINISHER_BASE - PAGE_BYTES, 4 * PAGE_BYTES],
        [UART_BASE, LIMITS.deviceBytes + PAGE_BYTES],
      ];
      for (const [address, size] of refused) {
        const { status } = yield* sys.device_create(scene.resource, address, size);
        expect([address, size, status]).toEqual([address, size, -10]);
      }
      for (const [address, size] of [
        [UART_BASE + 1, PAGE_BYTES],
        [UART_BASE, PAGE_BYTES - 1],
        [UART_BASE, 0],
      ])
        expectStatus((yield* sys.device_create(scene.resource, address, size)).status, 'INVALID_ARGS');
      for (const address of [RTC_BASE, UART_BASE, base - PAGE_BYTES])
        expectStatus((yield* sys.device_create(scene.resource, address, PAGE_BYTES)).status, 'OK');
    });
  });

  it('is no memory for calls: pointers into it are INVALID_ARGS, and vmo_read and vmo_write are NOT_SUPPORTED', () => {
    const { output } = expectSuccess(function* (scene) {
      const device = yield* mapDevice(scene);
      yield* readByte(UART.LSR);
      scene.system.input(Uint8Array.of(7));
      yield* sys.thread_yield();
      expectStatus((yield* sys.debug_write(DEVICE, 1)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.futex_wait(DEVICE, 0, 0, FOREVER)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.object_info(scene.process, 0, DEVICE, 12)).status, 'INVALID_ARGS');
      for (const call of [sys.vmo_read, sys.vmo_write])
        expectStatus((yield* call(device, 0, scratch(scene), 1)).status, 'NOT_SUPPORTED');
      expect(yield* readByte(UART.DATA)).toBe(7);
    });
    expect(output).toBe('');
  });

  it('can be mapped by two, and is gone for whoever unmaps it', () => {
    const { outcome } = runScript(function* (scene) {
      const device = yield* mapDevice(scene);
      yield* mapDevice(scene, UART_BASE, DEVICE + PAGE_BYTES);
      yield* writeByte(UART.SCR, 1);
      expect(yield* readByte(UART.SCR, DEVICE + PAGE_BYTES)).toBe(1);
      yield* sys.handle_close(device);
      yield* writeByte(UART.SCR, 2);
      expectStatus((yield* sys.vmar_unmap(scene.vmar, DEVICE, PAGE_BYTES)).status, 'OK');
      expect(yield* readByte(UART.SCR, DEVICE + PAGE_BYTES)).toBe(2);
      yield* readByte(UART.SCR);
    });
    expect(outcome).toMatchObject({ kind: 'fault', cause: CAUSE.LOAD_PAGE_FAULT, address: DEVICE + UART.SCR });
  });

  it('can be mapped so that it can only be read', () => {
    const { outcome } = runScript(function* (scene) {
      const { vmo } = yield* sys.device_create(scene.resource, UART_BASE, PAGE_BYTES);
      yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, PROTECTION.READ | MAP_OPTIONS.FIXED, DEVICE);
      expect(yield* readByte(UART.LSR)).toBe(0x60);
      yield* writeByte(UART.DATA, 65);
    });
    expect(outcome).toMatchObject({ kind: 'fault', cause: CAUSE.STORE_PAGE_FAULT, address: DEVICE });
  });
});

describe('an access that no device answers is a fault', () => {
  it.each([
    ['a load where nothing is', load(DEVICE + 0x800, 4), CAUSE.LOAD_ACCESS_FAULT],
    ['a store where nothing is', store(DEVICE + 0x800, new Uint8Array(4)), CAUSE.STORE_ACCESS_FAULT],
    ['a load that is not aligned', load(DEVICE + 1, 4), CAUSE.LOAD_ACCESS_FAULT],
    ['a load of three bytes', load(DEVICE, 3), CAUSE.LOAD_ACCESS_FAULT],
    ['a store of many', store(DEVICE, new Uint8Array(16)), CAUSE.STORE_ACCESS_FAULT],
  ] as const)('of a script: %s', (_, operation, cause) => {
    const { outcome } = runScript(function* (scene) {
      yield* mapDevice(scene);
      yield* operation;
    });
    expect(outcome).toMatchObject({ kind: 'fault', cause, detail: FAULT_DETAIL.DENIED });
  });

  it('of compiled code', () => {
    const { system } = expectSuccess(function* (scene) {
      const device = yield* mapDevice(scene);
      const made = yield* makeProcess(scene);
      const options = READ_WRITE | MAP_OPTIONS.FIXED;
      expectStatus((yield* sys.vmar_map(made.vmar, device, 0, PAGE_BYTES, options, DEVICE)).status, 'OK');
      const touch = [...li(S0, DEVICE + 0x700), encode('lw', { rd: S0, rs1: S0, imm: 0 })];
      yield* mapCode(scene, made.vmar, [...touch, ...callOf('process_exit', 1)]);
      expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
      yield* sys.thread_sleep(5000);
      expect(scene.system.state.processes.faultCause[1]).toBe(CAUSE.LOAD_ACCESS_FAULT);
      expect(scene.system.state.processes.faultAddress[1] >>> 0).toBe(DEVICE + 0x700);
    });
    expect(system.state.processes.live).toBe(1);
  });
});

it('a driver hears the alarm of the clock: an idle machine jumps to it', () => {
  expectSuccess(function* (scene) {
    const [ALARM_LOW, ALARM_HIGH, IRQ_ENABLED, CLEAR_INTERRUPT] = [0x08, 0x0c, 0x10, 0x1c];
    yield* mapDevice(scene, RTC_BASE);
    const interrupt = yield* makeInterrupt(scene, RTC_LINE);
    const start = (yield* sys.clock_get(0)).time;
    const clock = yield* readWord(DEVICE);
    yield* writeWord(DEVICE + IRQ_ENABLED, 1);
    yield* writeWord(DEVICE + ALARM_HIGH, 0);
    yield* writeWord(DEVICE + ALARM_LOW, clock + 1_000_000);
    const token = yield* waitForInterrupt(scene, interrupt);
    const { time } = yield* sys.clock_get(0);
    expect(time - start).toBeGreaterThan(999_990);
    expect(time - start).toBeLessThan(1_000_020);
    yield* writeWord(DEVICE + CLEAR_INTERRUPT, 1);
    yield* answer(interrupt, token);
    const again = yield* sys.event_wait(interrupt, 5, 0x8000_0000, 0, scratch(scene));
    expectStatus(again.status, 'TIMED_OUT');
  });
});
