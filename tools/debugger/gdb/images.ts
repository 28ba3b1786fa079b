/**
 * Which executable a process runs. The kernel does not know: it has memory objects. But an image that has its code where the
 * process has the same bytes is the one, whoever loaded it. A process with none of them gets an ELF header with nothing behind
 * it, called as the process is: without any executable gdb takes a second process for one of another machine, and cannot read
 * its registers.
 *
 * Paths are made up: nothing of the host's files can be reached through them.
 */
import { type ElfImage, parseElf } from '../../../machine/index.js';
import type { DebuggedProcess, Debuggee } from '../debuggee.js';
import type { ProgramImage } from './target.js';

const FOLDER = '/tocsin/';
/** Bytes at the entry point that are compared: two programs seldom begin alike for so long. */
const COMPARED_BYTES = 4096;

/** Processes that call themselves something new all the time get no more paths than that. */
const MOST_PATHS = 1000;

interface Known {
  readonly path: string;
  readonly parsed: ElfImage;
}

export class Images {
  private readonly known: readonly Known[];
  /** Every path that was given out, with its bytes. */
  private readonly byPath = new Map<string, Uint8Array>();
  private readonly blank = blankExecutable();

  /** The images are executables that have been booted: they parse. */
  constructor(images: readonly ProgramImage[]) {
    this.known = images.map(({ name, bytes }) => ({ path: this.pathFor(name, bytes), parsed: parseElf(bytes) }));
  }

  /** The path of the executable of a process. */
  pathOf(debuggee: Debuggee, { koid, name }: DebuggedProcess): string {
    const found = this.known.find(({ parsed }) => isLoaded(parsed, debuggee, koid));
    return found?.path ?? this.pathFor(this.byPath.size < MOST_PATHS ? name : '', this.blank);
  }

  /** The bytes of a path that `pathOf` gave; undefined for every other. */
  at(path: string): Uint8Array | undefined {
    return this.byPath.get(path);
  }

  /** The path of that name for these bytes: one for each program, however many processes run it. */
  private pathFor(name: string, bytes: Uint8Array): string {
    const base = `${FOLDER}${name.replace(/[^\w.-]/g, '_') || 'unknown'}`;
    for (let i = 1; ; i++) {
      const path = i === 1 ? `${base}.elf` : `${base}-${i}.elf`;
      if ((this.byPath.get(path) ?? bytes) !== bytes) continue;
      this.byPath.set(path, bytes);
      return path;
    }
  }
}

function isLoaded({ entry, segments }: ElfImage, debuggee: Debuggee, process: number): boolean {
  const code = segments.find(({ address, fileBytes }) => entry >= address && entry < address + fileBytes.length);
  if (code === undefined) return false;
  const at = entry - code.address;
  const wanted = code.fileBytes.subarray(at, at + COMPARED_BYTES);
  return Buffer.compare(debuggee.readMemory(process, entry, wanted.length), wanted) === 0;
}

/** The header of an ELF32 executable for RISC-V, with neither segments nor sections. */
function blankExecutable(): Uint8Array {
  const HEADER_BYTES = 52;
  const [EXECUTABLE, RISCV, VERSION] = [2, 243, 1];
  const header = new Uint8Array(HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const view = new DataView(header.buffer);
  view.setUint16(16, EXECUTABLE, true);
  view.setUint16(18, RISCV, true);
  view.setUint32(20, VERSION, true);
  view.setUint16(40, HEADER_BYTES, true);
  // Sizes of the entries of tables that are not there.
  view.setUint16(42, 32, true);
  view.setUint16(46, 40, true);
  return header;
}
