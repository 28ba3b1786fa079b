/**
 * What memory costs a compiled thread, beside a null call: a page that a call takes and another gives back, and page faults, with
 * the call that gives their pages back together; and many pages that one call takes and another gives back.
 */
import { System } from '../../kernel/index.js';
import { encode } from '../../machine/index.js';
import { MAP_OPTIONS } from '../../syscalls/calls.js';
import * as sys from '../../userland/script/calls.js';
import { store } from '../../userland/script/script.js';
import { A0, A1, A2, A3, callWith, forever, li, S0, ZERO } from './guest-code.js';

/** Pages that fault in turn, or that one call takes. */
export const PAGES = 64;

const PAGE = 4096;
const CODE = 0x1_0000;
const DATA = 0x2000_0000;
/** As many pages that nobody has touched: what is written from there are zeros. */
const SOURCE = 0x3000_0000;

export type MemoryWork = 'calls' | 'pages' | 'batch' | 'faults';

/** Code that does the work for ever; the memory object is `vmo`, and lies at DATA. */
const CODE_OF: Readonly<Record<MemoryWork, (vmo: number) => number[]>> = {
  calls: () => forever([], [...li(A0, 0), ...callWith('clock_get')]),
  // A byte of the code itself is written to the first page, which is then given back.
  pages: (vmo) =>
    forever(
      [],
      [
        ...[...li(A0, vmo), ...li(A1, 0), ...li(A2, CODE), ...li(A3, 1), ...callWith('vmo_write')],
        ...[...li(A0, vmo), ...li(A1, 0), ...li(A2, PAGE), ...callWith('vmo_release')],
      ],
    ),
  batch: (vmo) =>
    forever(
      [],
      [
        ...[...li(A0, vmo), ...li(A1, 0), ...li(A2, SOURCE), ...li(A3, PAGES * PAGE), ...callWith('vmo_write')],
        ...[...li(A0, vmo), ...li(A1, 0), ...li(A2, PAGES * PAGE), ...callWith('vmo_release')],
      ],
    ),
  faults: (vmo) =>
    forever(
      [],
      [
        ...Array.from({ length: PAGES }, (_, page) => [
          ...li(S0, DATA + page * PAGE),
          encode('sw', { rs1: S0, rs2: ZERO, imm: 0 }),
        ]).flat(),
        ...[...li(A0, vmo), ...li(A1, 0), ...li(A2, PAGES * PAGE), ...callWith('vmo_release')],
      ],
    ),
};

/** A system whose one thread does the work. */
export function memorySystem(work: MemoryWork): System {
  return System.boot({
    name: work,
    memoryBytes: 4 << 20,
    journal: { enabled: true, hashed: false },
    *script({ process, allocator, vmar, stackLow }) {
      const { READ, WRITE, EXECUTE, FIXED } = MAP_OPTIONS;
      const data = yield* sys.vmo_create(allocator, PAGES * PAGE, 0);
      yield* sys.vmar_map(vmar, data.vmo, 0, PAGES * PAGE, READ | WRITE | FIXED, DATA);
      const source = yield* sys.vmo_create(allocator, PAGES * PAGE, 0);
      yield* sys.vmar_map(vmar, source.vmo, 0, PAGES * PAGE, READ | FIXED, SOURCE);
      const code = yield* sys.vmo_create(allocator, PAGE, 0);
      const bytes = new Uint8Array(Uint32Array.from(CODE_OF[work](data.vmo)).buffer);
      yield* store(stackLow, bytes);
      yield* sys.vmo_write(code.vmo, 0, stackLow, bytes.length);
      yield* sys.vmar_map(vmar, code.vmo, 0, PAGE, READ | EXECUTE | FIXED, CODE);
      const { thread } = yield* sys.thread_create(process, 10, 0, 0);
      const { status } = yield* sys.thread_start(thread, CODE, 0, 0);
      if (status !== 0) throw new Error(`the thread did not start: ${status}`);
      yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
    },
  });
}
