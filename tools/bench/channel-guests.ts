/**
 * Two compiled processes on a system of their own: a client that calls and a server that replies, for ever. The code is put
 * together from the instruction table, so that nothing but calls and the loops around them is measured.
 */
import { openHandle } from '../../kernel/handles.js';
import { System } from '../../kernel/index.js';
import { encode } from '../../machine/index.js';
import { CALL_NUMBER, type CallName, MAP_OPTIONS } from '../../syscalls/calls.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script, store } from '../../userland/script/script.js';

const CODE = 0x1_0000;
const DATA = 0x2_0000;
const PAGE = 4096;
/** Bytes of a message, and of the reply to it. */
const BYTES = 16;
/** Where in the page of data the structures of messages and buffers lie, and the bytes that they name. */
const SENT = 0;
const RECEIVED = 64;
const SENT_BYTES = 256;
const RECEIVED_BYTES = 512;

const [ZERO, A0, A1, A2, A3, A4, A7] = [0, 10, 11, 12, 13, 14, 17];
const FOREVER_HIGH = 0x7fff_ffff;

function li(rd: number, value: number): number[] {
  const high = (value + 0x800) & ~0xfff;
  return [encode('lui', { rd, imm: high }), encode('addi', { rd, rs1: rd, imm: (value - high) | 0 })];
}

function callWith(name: CallName): number[] {
  return [...li(A7, CALL_NUMBER[name]), encode('ecall')];
}

/** The code, and a jump from its end to its beginning. */
function loop(code: readonly number[]): number[] {
  return [...code, encode('jal', { rd: ZERO, imm: -code.length * 4 })];
}

function client(endpoint: number): number[] {
  const words = [...li(A0, endpoint), ...li(A1, DATA + SENT), ...li(A2, DATA + RECEIVED)];
  return loop([...words, ...li(A3, -1), ...li(A4, FOREVER_HIGH), ...callWith('channel_call')]);
}

function server(endpoint: number): number[] {
  const words = [...li(A0, endpoint), ...li(A1, DATA + RECEIVED), ...li(A2, 0)];
  return loop([
    ...[...words, ...li(A3, -1), ...li(A4, FOREVER_HIGH), ...callWith('channel_receive')],
    ...[encode('addi', { rd: A0, rs1: A3, imm: 0 }), ...li(A1, DATA + SENT), ...callWith('channel_reply')],
  ]);
}

/** The page of data of either process. */
function dataPage(): Uint8Array {
  const words = new Int32Array(PAGE / 4);
  words.set([DATA + SENT_BYTES, BYTES, 0, 0], SENT / 4);
  words.set([DATA + RECEIVED_BYTES, BYTES, 0, 0], RECEIVED / 4);
  return new Uint8Array(words.buffer);
}

/** A system on which both run; `steps` counts three for each round trip. */
export function channelSystem(journal: { readonly enabled: boolean; readonly hashed: boolean }): System {
  const box: { system?: System } = {};
  box.system = System.boot({
    name: 'channels',
    memoryBytes: 4 << 20,
    journal,
    script: ({ allocator, stackLow }) => setUp(box as { system: System }, allocator, stackLow),
  });
  return box.system;
}

function* setUp(box: { readonly system: System }, allocator: number, scratch: number): Script {
  const made = yield* sys.channel_create(allocator, BYTES, 0);
  for (const [endpoint, code] of [
    [made.second, server],
    [made.first, client],
  ] as const) {
    const { process, vmar } = yield* sys.process_create(0, allocator, 0, 0);
    const { thread } = yield* sys.thread_create(process, 20, 0, 0);
    const value = giveEndpoint(box.system, endpoint, process);
    const words = Uint32Array.from(code(value));
    for (const [address, bytes, options] of [
      [CODE, new Uint8Array(words.buffer), MAP_OPTIONS.READ | MAP_OPTIONS.EXECUTE | MAP_OPTIONS.FIXED],
      [DATA, dataPage(), MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED],
    ] as const) {
      const { vmo } = yield* sys.vmo_create(allocator, PAGE, 0);
      yield* store(scratch, bytes);
      yield* sys.vmo_write(vmo, 0, scratch, bytes.length);
      yield* sys.vmar_map(vmar, vmo, 0, PAGE, options, address);
    }
    const { status } = yield* sys.process_start(process, thread, CODE, 0, 0);
    if (status !== 0) throw new Error(`a process did not start: ${status}`);
  }
  yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
}

/** Gives the object of a handle of the first process to another one, as a loader would. */
function giveEndpoint({ kernel }: System, endpoint: number, process: number): number {
  const { handles } = kernel.state;
  const rowOf = (value: number): number => {
    let row = kernel.state.processes.firstHandle[kernel.bootProcess];
    while (handles.value[row] !== value) row = handles.nextInProcess[row];
    return handles.object[row];
  };
  return openHandle(kernel, rowOf(process), OBJECT_TYPE.channel, rowOf(endpoint), ALL_RIGHTS);
}
