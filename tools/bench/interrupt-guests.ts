/**
 * Two compiled processes on a system of their own: one makes the UART interrupt, for ever, by asking again and again whether its
 * transmitter is empty; the other, of a higher priority, is its driver, which looks why, answers, and waits for the next. The
 * code is put together from the instruction table, so that nothing else is measured.
 */
import { openHandle } from '../../kernel/handles.js';
import { type Startup, System } from '../../kernel/index.js';
import { encode, UART_BASE } from '../../machine/index.js';
import { CALL_NUMBER, type CallName, MAP_OPTIONS, SEEN_NOW, SOURCE, VERDICT } from '../../syscalls/calls.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script, store } from '../../userland/script/script.js';

const CODE = 0x1_0000;
const DATA = 0x2_0000;
const UART = 0x3_0000;
const PAGE = 4096;
const UART_LINE = 10;

/** Registers of the UART, the bit that asks for the transmitter, and the token's place in a packet. */
const [IER, IIR, TRANSMITTER, TOKEN] = [1, 2, 2, 44];

const [ZERO, S0, S1, A0, A1, A2, A3, A4, A5, A7] = [0, 8, 9, 10, 11, 12, 13, 14, 15, 17];
const FOREVER_HIGH = 0x7fff_ffff;

function li(rd: number, value: number): number[] {
  const signed = value | 0;
  const high = (signed + 0x800) & ~0xfff;
  return [encode('lui', { rd, imm: high }), encode('addi', { rd, rs1: rd, imm: (signed - high) | 0 })];
}

function callWith(name: CallName): number[] {
  return [...li(A7, CALL_NUMBER[name]), encode('ecall')];
}

/** Code that is run once, and code that is run for ever. */
function forever(once: readonly number[], code: readonly number[]): number[] {
  return [...once, ...code, encode('jal', { rd: ZERO, imm: -code.length * 4 })];
}

function asker(): number[] {
  const store = (rs2: number): number => encode('sb', { rs1: S0, rs2, imm: IER });
  return forever([...li(S0, UART), ...li(S1, TRANSMITTER)], [store(ZERO), store(S1)]);
}

function driver(interrupt: number): number[] {
  const wait = [...li(A0, interrupt), ...li(A1, SOURCE.INTERRUPT), ...li(A2, SEEN_NOW)];
  const answer = [...li(A0, interrupt), ...li(A2, VERDICT.HANDLED)];
  return forever(
    [...li(S0, UART), ...li(S1, DATA)],
    [
      ...[...wait, ...li(A3, -1), ...li(A4, FOREVER_HIGH), ...li(A5, DATA), ...callWith('event_wait')],
      encode('lbu', { rd: A3, rs1: S0, imm: IIR }),
      ...[encode('lw', { rd: A1, rs1: S1, imm: TOKEN }), ...answer, ...callWith('event_resolve')],
    ],
  );
}

/** A system on which both run. */
export function interruptSystem(journal: { readonly enabled: boolean; readonly hashed: boolean }): System {
  const box: { system?: System } = {};
  box.system = System.boot({
    name: 'interrupts',
    memoryBytes: 4 << 20,
    journal,
    script: (startup) => setUp(box as { system: System }, startup),
  });
  return box.system;
}

/** Interrupts that were delivered so far. */
export function interruptsOf({ state }: System): number {
  return state.sources.generation[state.interrupts.source[0]];
}

function* setUp(box: { readonly system: System }, { allocator, resource, stackLow }: Startup): Script {
  const { interrupt } = yield* sys.interrupt_create(resource, UART_LINE, 0, 0);
  const { vmo: uart } = yield* sys.device_create(resource, UART_BASE, PAGE);
  for (const [priority, code] of [
    [20, driver],
    [10, asker],
  ] as const) {
    const { process, vmar } = yield* sys.process_create(0, allocator, 0, 0);
    const { thread } = yield* sys.thread_create(process, priority, 0, 0);
    const words = Uint32Array.from(code(giveInterrupt(box.system, interrupt, process)));
    const { vmo: text } = yield* sys.vmo_create(allocator, PAGE, 0);
    const { vmo: data } = yield* sys.vmo_create(allocator, PAGE, 0);
    yield* store(stackLow, new Uint8Array(words.buffer));
    yield* sys.vmo_write(text, 0, stackLow, words.byteLength);
    const { READ, WRITE, EXECUTE, FIXED } = MAP_OPTIONS;
    yield* sys.vmar_map(vmar, text, 0, PAGE, READ | EXECUTE | FIXED, CODE);
    yield* sys.vmar_map(vmar, data, 0, PAGE, READ | WRITE | FIXED, DATA);
    yield* sys.vmar_map(vmar, uart, 0, PAGE, READ | WRITE | FIXED, UART);
    const { status } = yield* sys.process_start(process, thread, CODE, 0, 0);
    if (status !== 0) throw new Error(`a process did not start: ${status}`);
  }
  yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
}

/** Gives the interrupt of the first process to another one, as a loader would. */
function giveInterrupt({ kernel }: System, interrupt: number, process: number): number {
  const { handles } = kernel.state;
  const rowOf = (value: number): number => {
    for (let row = kernel.state.processes.firstHandle[kernel.bootProcess]; row >= 0; row = handles.nextInProcess[row])
      if (handles.value[row] === value) return handles.object[row];
    throw new Error(`the first process has no handle ${value}`);
  };
  return openHandle(kernel, rowOf(process), OBJECT_TYPE.interrupt, rowOf(interrupt), ALL_RIGHTS);
}
