/**
 * Which executable a process runs. The kernel does not know: it has memory objects. But an image that has its code where the
 * process has the same bytes is the one, whoever loaded it. A process with none of them gets an ELF header with nothing behind
 * it: without any executable gdb takes a second process for one of another machine, and cannot read its registers.
 *
 * Paths are made up: nothing of the host's files can be reached through them.
 */
import { type ElfImage, parseElf } from '../../../machine/index.js';
import type { Debuggee } from '../debuggee.js';
import type { ProgramImage } from './target.js';

const FOLDER = '/tocsin/';
/** Bytes at the entry point that are compared: two programs seldom begin alike for so long. */
const COMPARED_BYTES = 4096;

interface Known {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly parsed: ElfImage;
}

export class Images {
  private readonly known: readonly Known[];
  private readonly blank: { readonly path: string; readonly bytes: Uint8Array };

  /** The images are executables that have been booted: they parse. */
  constructor(images: readonly ProgramImage[]) {
    const paths = new Set<string>();
    const path = (name: string): string => {
      const base = `${FOLDER}${name.replace(/[^\w.-]/g, '_')}`;
      let free = `${base}.elf`;
      for (let i = 2; paths.has(free); i++) free = `${base}-${i}.elf`;
      paths.add(free);
      return free;
    };
    this.known = images.map(({ name, bytes }) => ({ path: path(name), bytes, parsed: parseElf(bytes) }));
    this.blank = { path: path('unknown'), bytes: blankExecutable() };
  }

  /** The path of the executable of a process. */
  pathOf(debuggee: Debuggee, process: number): string {
    const found = this.known.find(({ parsed }) => isLoaded(parsed, debuggee, process));
    return (found ?? this.blank).path;
  }

  /** The bytes of a path that `pathOf` gave; undefined for every other. */
  at(path: string): Uint8Array | undefined {
    return [...this.known, this.blank].find((image) => image.path === path)?.bytes;
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
