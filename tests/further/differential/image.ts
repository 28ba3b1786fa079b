/** The image that both boards run: harness, data and programs, from the start of RAM. */
import { Code } from './code.js';
import { assemble, type Program } from './generator.js';
import { buildHarness, type Harness } from './harness.js';
import {
  ALIAS,
  DATA,
  DATA_BYTES,
  DATA_COPY,
  FRAMES,
  HARNESS,
  PROGRAM_BYTES,
  PROGRAM_TABLE,
  PROGRAMS,
  ROOTS,
  SUPERPAGE,
  TABLES,
  WINDOW_PAGES,
  WINDOWS,
} from './layout.js';

const harness: Harness = buildHarness();
export const { machineTrap, supervisorTrap } = harness;

const POINTER = 0x01;
/** Accessed, dirty, valid, and everything allowed: for S mode; with U for U mode. */
const SUPERVISOR_LEAF = 0xcf;
const USER_LEAF = 0xdf;

/** Page tables as they are before each program: both address spaces share their tables and differ in the second window. */
function data(): Uint8Array {
  const words = new Int32Array(DATA_BYTES / 4);
  const put = (address: number, value: number): void => {
    words[(address - DATA) / 4] = value;
  };
  for (const [i, root] of ROOTS.entries()) {
    put(root + (WINDOWS[0] >>> 22) * 4, (TABLES[0] / 4) | POINTER);
    put(root + (WINDOWS[1] >>> 22) * 4, (TABLES[1 - i] / 4) | POINTER);
    put(root + (SUPERPAGE >>> 22) * 4, (HARNESS / 4) | (SUPERVISOR_LEAF & ~8));
    put(root + (HARNESS >>> 22) * 4, (HARNESS / 4) | SUPERVISOR_LEAF);
    put(root + (PROGRAMS >>> 22) * 4, (PROGRAMS / 4) | SUPERVISOR_LEAF);
    put(root + ((PROGRAMS - ALIAS) >>> 22) * 4, (PROGRAMS / 4) | USER_LEAF);
  }
  for (const [i, table] of TABLES.entries()) {
    for (let page = 0; page < WINDOW_PAGES; page++) {
      const marks = page % 3 === 0 ? 0 : 0xc0;
      put(table + page * 4, (FRAMES[(page + i) % FRAMES.length] / 4) | 0x07 | marks | (page % 2 === 0 ? 0x10 : 0));
    }
  }
  for (const frame of FRAMES) {
    for (let i = 0; i < 1024; i++) put(frame + 4 * i, Math.imul(frame + i, 0x9e37_79b1));
  }
  return new Uint8Array(words.buffer);
}

const initialData = data();

export interface Image {
  readonly bytes: Uint8Array;
  /** Address of each program, and behind the last. */
  readonly addresses: readonly number[];
}

/** Throws RangeError if there are more programs than fit. */
export function buildImage(programs: readonly Program[]): Image {
  const c = new Code(PROGRAMS);
  const addresses: number[] = [];
  for (const program of programs) {
    c.align(4);
    addresses.push(c.here);
    assemble(c, program);
  }
  addresses.push(c.here);
  const code = c.bytes();
  if (code.length > PROGRAM_BYTES || programs.length > 3000)
    throw new RangeError(`${programs.length} programs do not fit`);

  const bytes = new Uint8Array(PROGRAMS - HARNESS + code.length);
  bytes.set(harness.bytes, 0);
  bytes.set(initialData, DATA_COPY - HARNESS);
  bytes.set(code, PROGRAMS - HARNESS);
  const table = new DataView(bytes.buffer, PROGRAM_TABLE - HARNESS);
  for (const [i, { seed }] of programs.entries()) {
    table.setUint32(8 * i, addresses[i], true);
    table.setUint32(8 * i + 4, seed, true);
  }
  return { bytes, addresses };
}
