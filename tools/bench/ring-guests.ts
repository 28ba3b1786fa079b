/**
 * The same null calls made in two ways by compiled code: each by a trap of its own, and 256 of them by one trap, out of a ring
 * whose completions go into a mapped pool.
 */
import { System } from '../../kernel/index.js';
import { encode } from '../../machine/index.js';
import { CALL_NUMBER, MAP_OPTIONS, POOL_KIND } from '../../syscalls/calls.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import * as sys from '../../userland/script/calls.js';
import { type Script, store } from '../../userland/script/script.js';
import { A0, A1, A2, A3, A4, callWith, forever, li, S0, S1, S2 } from './guest-code.js';

/** Calls in a batch. */
export const BATCH = 256;

const CODE = 0x1_0000;
const PAGE = 4096;
const RING_TAIL = 4;
const RING_HEADER = 64;

function traps(): number[] {
  return forever([], [...li(A0, 0), ...callWith('clock_get')]);
}

/** s0 is the ring's header, s1 the pool's, s2 the tail. What was completed is taken at once, by moving the pool's head. */
function batches(ring: number, ringAddress: number, poolAddress: number): number[] {
  const body = [
    encode('addi', { rd: S2, rs1: S2, imm: BATCH }),
    encode('sw', { rs1: S0, rs2: S2, imm: RING_TAIL }),
    ...[...li(A0, ring), ...li(A1, BATCH), ...li(A2, 0), ...li(A3, 0), ...li(A4, 0)],
    ...callWith('ring_enter'),
    encode('sw', { rs1: S1, rs2: S2, imm: 0 }),
  ];
  return forever([...li(S0, ringAddress), ...li(S1, poolAddress), ...li(S2, 0)], body);
}

/** A system that makes null calls for ever: by batches, a step each, or by traps. */
export function nullCallSystem(how: 'batches' | 'traps'): System {
  const box: { system?: System } = {};
  box.system = System.boot({
    name: how,
    memoryBytes: 4 << 20,
    journal: { enabled: true, hashed: false },
    *script({ process, allocator, vmar, stackLow }) {
      let words = traps();
      if (how === 'batches') {
        const { pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, BATCH, 0);
        const mapped = yield* sys.pool_map(pool, vmar);
        const { ring, addr } = yield* sys.ring_create(allocator, BATCH, pool, vmar);
        yield* fill(addr);
        words = batches(ring, addr, mapped.addr);
      }
      yield* run(process, allocator, vmar, stackLow, words);
      yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
    },
  });
  return box.system;
}

/** Writes a null call into every place of a ring. */
function* fill(ring: number): Script {
  const submission = new Int32Array(layoutBytes(LAYOUTS.submission) / 4);
  submission[2] = CALL_NUMBER.clock_get;
  for (let i = 0; i < BATCH; i++)
    yield* store(ring + RING_HEADER + i * submission.byteLength, new Uint8Array(submission.buffer));
}

/** Starts a thread of this process that executes the code. */
function* run(process: number, allocator: number, vmar: number, scratch: number, words: readonly number[]): Script {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  const { vmo } = yield* sys.vmo_create(allocator, PAGE, 0);
  yield* store(scratch, bytes);
  yield* sys.vmo_write(vmo, 0, scratch, bytes.length);
  yield* sys.vmar_map(vmar, vmo, 0, PAGE, MAP_OPTIONS.READ | MAP_OPTIONS.EXECUTE | MAP_OPTIONS.FIXED, CODE);
  const { thread } = yield* sys.thread_create(process, 10, 0, 0);
  const { status } = yield* sys.thread_start(thread, CODE, 0, 0);
  if (status !== 0) throw new Error(`the thread did not start: ${status}`);
}
