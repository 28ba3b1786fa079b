/** Puts a compiled program into a new process: its segments, its stack, and the startup structure that C's `main` is called from. */
import { pack } from '../../kernel/information.js';
import type { Kernel } from '../../kernel/kernel.js';
import { MAIN_STACK } from '../../kernel/limits.js';
import { map } from '../../kernel/memory/vmar.js';
import { backRange, createVmo, writeVmo } from '../../kernel/memory/vmo.js';
import type { ElfImage, ElfSegment } from '../../machine/elf.js';
import { PROTECTION } from '../../syscalls/calls.js';
import { LAYOUTS, layoutBytes, STARTUP_MAGIC } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';

/** The process's handles to what it is made of. */
export interface OwnHandles {
  readonly process: number;
  readonly thread: number;
  readonly vmar: number;
  readonly allocator: number;
  /** The right to hardware; 0 where the process does not have it. */
  readonly resource: number;
}

const READ_WRITE = PROTECTION.READ | PROTECTION.WRITE;
const EVERYTHING = READ_WRITE | PROTECTION.EXECUTE;

/** A region of zeros at a fixed place; gives its memory object, or a negative status. */
export function mapZeros(k: Kernel, process: number, address: number, bytes: number, protection = READ_WRITE): number {
  const pages = bytes / PAGE_BYTES;
  const vmo = createVmo(k, k.state.processes.allocator[process], pages);
  if (vmo < 0) return vmo;
  const at = map(k, k.state.processes.vmar[process], vmo, 0, pages, protection, EVERYTHING, address / PAGE_BYTES, true);
  return at < 0 ? at : vmo;
}

/** Fills a part of a memory object; false where it does not fit the machine. */
function fill(k: Kernel, vmo: number, offset: number, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return true;
  if (!backRange(k, vmo, offset, bytes.length)) return false;
  writeVmo(k, vmo, offset, bytes);
  return true;
}

/** Maps an image's segments. False where they do not fit. Segments that share a page share its protection. */
export function loadSegments(k: Kernel, process: number, image: ElfImage): boolean {
  for (const group of pageGroups(image)) {
    const vmo = mapZeros(k, process, group.start, group.end - group.start, group.protection);
    if (vmo < 0) return false;
    for (const { address, fileBytes } of group.segments) {
      if (!fill(k, vmo, address - group.start, fileBytes)) return false;
    }
  }
  return true;
}

interface PageGroup {
  readonly start: number;
  end: number;
  protection: number;
  readonly segments: ElfSegment[];
}

function pageGroups(image: ElfImage): PageGroup[] {
  const groups: PageGroup[] = [];
  for (const segment of [...image.segments].sort((a, b) => a.address - b.address)) {
    const start = Math.floor(segment.address / PAGE_BYTES) * PAGE_BYTES;
    const end = Math.ceil((segment.address + segment.memoryBytes) / PAGE_BYTES) * PAGE_BYTES;
    const last = groups.at(-1);
    if (last !== undefined && start < last.end) {
      last.end = Math.max(last.end, end);
      last.protection |= protectionOf(segment);
      last.segments.push(segment);
    } else groups.push({ start, end, protection: protectionOf(segment), segments: [segment] });
  }
  return groups;
}

function protectionOf({ readable, writable, executable }: ElfSegment): number {
  const read = readable || writable ? PROTECTION.READ : 0;
  return read | (writable ? PROTECTION.WRITE : 0) | (executable ? PROTECTION.EXECUTE : 0);
}

/** Maps the first thread's stack with a guard page under it, and writes the arguments on top. Gives the startup structure's
 *  address, or -1 where there is no room. */
export function loadStack(k: Kernel, process: number, own: OwnHandles, words: readonly string[]): number {
  const low = MAIN_STACK.top - MAIN_STACK.bytes;
  const guard = mapZeros(k, process, low - MAIN_STACK.guardBytes, MAIN_STACK.guardBytes, 0);
  const stack = guard < 0 ? guard : mapZeros(k, process, low, MAIN_STACK.bytes);
  if (stack < 0) return -1;
  const bytes = startup(own, words, low);
  return fill(k, stack, MAIN_STACK.bytes - bytes.length, bytes) ? MAIN_STACK.top - bytes.length : -1;
}

/** The startup structure, the pointers to the arguments and the environment, the strings; as they lie below the stack's top. */
function startup(own: OwnHandles, words: readonly string[], stackLow: number): Uint8Array {
  const strings = words.map((word) => new TextEncoder().encode(`${word.split('\0', 1)[0]}\0`));
  const size = layoutBytes(LAYOUTS.startup);
  const pointers = (words.length + 2) * 4;
  const total = (size + pointers + strings.reduce((sum, { length }) => sum + length, 0) + 15) & ~15;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const base = MAIN_STACK.top - total;
  let at = size + pointers;
  strings.forEach((string, i) => {
    view.setUint32(size + i * 4, base + at, true);
    bytes.set(string, at);
    at += string.length;
  });
  const known: Readonly<Record<string, number>> = {
    ...own,
    magic: STARTUP_MAGIC,
    argc: words.length,
    argv: base + size,
    envp: base + size + (words.length + 1) * 4,
    stack_low: stackLow,
    stack_high: MAIN_STACK.top,
  };
  // What this process was not given is 0, which is never a handle.
  bytes.set(
    pack(LAYOUTS.startup, Object.fromEntries(LAYOUTS.startup.fields.map(({ name }) => [name, known[name] ?? 0]))),
  );
  return bytes;
}
