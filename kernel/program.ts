/** A program in its process's memory: its image, its stack with a guard page under it, its arguments and startup structure. */
import type { ElfImage } from '../machine/index.js';
import { PROTECTION } from '../syscalls/calls.js';
import { LAYOUTS, layoutBytes, STARTUP_MAGIC } from '../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../syscalls/limits.js';
import { pack } from './information.js';
import type { Kernel } from './kernel.js';
import { ARGUMENT_BYTES, MAIN_STACK } from './limits.js';
import { map } from './memory/vmar.js';
import { backRange, createVmo, writeVmo } from './memory/vmo.js';

/** The program cannot be started; the message is one line for whoever gave it. */
export class BootError extends Error {
  override readonly name = 'BootError';
}

/** Handles of a process to what it is made of, and where its stack is. A handle of 0 is none. */
export interface Startup {
  readonly process: number;
  readonly thread: number;
  readonly vmar: number;
  readonly allocator: number;
  /** The right to hardware. */
  readonly resource: number;
  /** The job that the process is in. */
  readonly job: number;
  readonly stackLow: number;
  readonly stackHigh: number;
  /** Channels to the console driver: what is sent into the one is printed, calls of the other are answered with input. */
  readonly consoleOutput: number;
  readonly consoleInput: number;
}

export function tooSmall(k: Kernel): BootError {
  return new BootError(`the machine's ${k.memory.bytes / 1024} KiB of memory do not hold the program`);
}

interface PageRange {
  first: number;
  end: number;
  protection: number;
}

/** Maps the segments of an image and copies their bytes. Segments that share a page share its protection. */
export function loadImage(k: Kernel, process: number, allocator: number, image: ElfImage): void {
  const ranges: PageRange[] = [];
  const segments = [...image.segments].sort((a, b) => a.address - b.address);
  for (const segment of segments) {
    const first = Math.floor(segment.address / PAGE_BYTES);
    const end = Math.ceil((segment.address + segment.memoryBytes) / PAGE_BYTES);
    if (segment.address < LIMITS.userBase || segment.address + segment.memoryBytes > LIMITS.userTop) {
      const at = `0x${segment.address.toString(16)}`;
      throw new BootError(`the program has a segment at ${at}, outside user addresses (0x10000 to 0xc0000000)`);
    }
    let protection = segment.readable || segment.writable ? PROTECTION.READ : 0;
    if (segment.writable) protection |= PROTECTION.WRITE;
    if (segment.executable) protection |= PROTECTION.EXECUTE;
    const last = ranges.at(-1);
    if (last !== undefined && first < last.end) {
      last.end = Math.max(last.end, end);
      last.protection |= protection;
    } else {
      ranges.push({ first, end, protection });
    }
  }
  const vmar = k.state.processes.vmar[process];
  for (const { first, end, protection } of ranges) {
    const start = first * PAGE_BYTES;
    const vmo = createVmo(k, allocator, end - first);
    if (vmo < 0) throw tooSmall(k);
    for (const segment of segments) {
      if (segment.fileBytes.length === 0 || segment.address < start || segment.address >= end * PAGE_BYTES) continue;
      const offset = segment.address - start;
      if (!backRange(k, vmo, offset, segment.fileBytes.length)) throw tooSmall(k);
      writeVmo(k, vmo, offset, segment.fileBytes);
    }
    const everything = PROTECTION.READ | PROTECTION.WRITE | PROTECTION.EXECUTE;
    const page = map(k, vmar, vmo, 0, end - first, protection, everything, first, true);
    if (page < 0) throw new BootError('the segments of the program overlap the stack or each other');
  }
}

/** Maps the first thread's stack, its lowest page a guard; gives the memory object. */
export function makeStack(k: Kernel, vmar: number, allocator: number, bytes: number = MAIN_STACK.bytes): number {
  const guardPages = MAIN_STACK.guardBytes / PAGE_BYTES;
  const pages = bytes / PAGE_BYTES;
  const first = MAIN_STACK.top / PAGE_BYTES - pages;
  const readWrite = PROTECTION.READ | PROTECTION.WRITE;
  const vmo = createVmo(k, allocator, guardPages + pages);
  if (vmo < 0) throw tooSmall(k);
  const guard = map(k, vmar, vmo, 0, guardPages, 0, readWrite, first - guardPages, true);
  const stack = map(k, vmar, vmo, guardPages, pages, readWrite, readWrite, first, true);
  if (guard < 0 || stack < 0)
    throw new BootError(`the program lies where its stack goes (below 0x${MAIN_STACK.top.toString(16)})`);
  return vmo;
}

/** Writes the startup structure, the argument pointers and the strings to the top of the stack; gives the structure's address. */
export function writeStartup(
  k: Kernel,
  stack: number,
  startup: Startup,
  args: readonly string[],
  stackBytes: number = MAIN_STACK.bytes,
): number {
  const encoder = new TextEncoder();
  const strings = args.map((text) => encoder.encode(text.split('\0', 1)[0]));
  const stringBytes = strings.reduce((sum, bytes) => sum + bytes.length + 1, 0);
  const size = layoutBytes(LAYOUTS.startup);
  const total = (size + (args.length + 2) * 4 + stringBytes + 15) & ~15;
  if (total > ARGUMENT_BYTES) throw new BootError(`the arguments take ${total} bytes, more than ${ARGUMENT_BYTES}`);
  const base = MAIN_STACK.top - total;
  const argv = base + size;
  const envp = argv + (args.length + 1) * 4;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = size + (args.length + 2) * 4;
  strings.forEach((string, i) => {
    view.setUint32(size + i * 4, base + at, true);
    bytes.set(string, at);
    at += string.length + 1;
  });
  bytes.set(
    pack(LAYOUTS.startup, {
      magic: STARTUP_MAGIC,
      process: startup.process,
      thread: startup.thread,
      vmar: startup.vmar,
      allocator: startup.allocator,
      argc: args.length,
      argv,
      envp,
      stack_low: startup.stackLow,
      stack_high: startup.stackHigh,
      resource: startup.resource,
      job: startup.job,
      console_output: startup.consoleOutput,
      console_input: startup.consoleInput,
    }),
  );
  const offset = MAIN_STACK.guardBytes + stackBytes - total;
  if (!backRange(k, stack, offset, total)) throw tooSmall(k);
  writeVmo(k, stack, offset, bytes);
  return base;
}
