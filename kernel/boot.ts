/**
 * Boot: the first allocator, the first process, its image, its stack with a guard page under it, its arguments, its handles.
 * The program finds all of it through the startup structure, whose address is in a0.
 */
import { CSR, type ElfImage, INTERRUPT, PMPCFG } from '../machine/index.js';
import { PROTECTION } from '../syscalls/calls.js';
import { LAYOUTS, layoutBytes, STARTUP_MAGIC } from '../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../syscalls/limits.js';
import { OBJECT_TYPE } from '../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../syscalls/rights.js';
import { openHandle } from './handles.js';
import { pack } from './information.js';
import { createJob, NO_POLICY } from './jobs.js';
import { digestOfBytes } from './journal/digest.js';
import type { Kernel } from './kernel.js';
import { ARGUMENT_BYTES, MAIN_STACK } from './limits.js';
import { map } from './memory/vmar.js';
import { backRange, createVmo, writeVmo } from './memory/vmo.js';
import { must } from './panic.js';
import type { ScriptFunction } from './scripts.js';
import { nextRow } from './state/table.js';
import { createProcess, FIRST_JOB, nameObject } from './tasks/process.js';
import { createThread, startThread } from './tasks/thread.js';
import { resourceCreated } from './transitions/interrupts.js';
import { allocatorCreated } from './transitions/memory.js';
import { booted } from './transitions/steps.js';
import { processStarted } from './transitions/tasks.js';

/** The program cannot be started; the message is one line for whoever gave it. */
export class BootError extends Error {
  override readonly name = 'BootError';
}

/** Handles of the boot process to what it is made of, and where its stack is. */
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
}

export interface Program {
  readonly name: string;
  readonly arguments: readonly string[];
  /** Compiled code, or a script that is the first thread. */
  readonly image: ElfImage | undefined;
  readonly script: ((startup: Startup) => ReturnType<ScriptFunction>) | undefined;
}

/** Boots a kernel with one program; done in one step. Throws BootError. */
export function boot(k: Kernel, program: Program, seed: number): void {
  const frames = k.state.frames.limit;
  const image = identity(program);
  k.journal.commit(booted, frames, k.quantum, seed, image[0], image[1], image[2], image[3]);
  // What interrupts from outside is up to the interrupt controller, which has no line open yet.
  k.hart.csrWrite(CSR.mie, (1 << INTERRUPT.MACHINE_TIMER) | (1 << INTERRUPT.MACHINE_EXTERNAL));
  // Page tables alone say what U mode may do: memory protection lets it have everything, which without an entry is nothing.
  k.hart.csrWrite(CSR.pmpaddr0, -1);
  k.hart.csrWrite(CSR.pmpcfg0, PMPCFG.OPEN);

  const allocator = 0;
  k.journal.commit(allocatorCreated, allocator, k.state.nextKoid, -1, frames * PAGE_BYTES);
  createJob(k, -1, allocator, NO_POLICY);
  const process = createProcess(k, allocator, 1);
  if (process < 0) throw tooSmall(k);
  k.bootProcess = process;
  const encoder = new TextEncoder();
  nameObject(k, OBJECT_TYPE.process, process, fitName(encoder.encode(program.name)));
  const thread = createThread(k, process, LIMITS.defaultPriority);
  if (thread < 0) throw tooSmall(k);
  nameObject(k, OBJECT_TYPE.thread, thread, encoder.encode('main'));

  if (program.image !== undefined) loadImage(k, process, allocator, program.image);
  const vmar = k.state.processes.vmar[process];
  const stack = makeStack(k, vmar, allocator);

  const resource = nextRow(k.state.resources);
  k.journal.commit(resourceCreated, resource, k.state.nextKoid);
  const startup: Startup = {
    // A process cannot debug itself: its debugger must be able to hide from it.
    process: openHandle(k, process, OBJECT_TYPE.process, process, ALL_RIGHTS & ~RIGHTS.DEBUG),
    thread: openHandle(k, process, OBJECT_TYPE.thread, thread, ALL_RIGHTS & ~RIGHTS.DEBUG),
    vmar: openHandle(k, process, OBJECT_TYPE.vmar, vmar, ALL_RIGHTS),
    allocator: openHandle(k, process, OBJECT_TYPE.allocator, allocator, ALL_RIGHTS),
    resource: openHandle(k, process, OBJECT_TYPE.resource, resource, ALL_RIGHTS),
    job: openHandle(k, process, OBJECT_TYPE.job, FIRST_JOB, ALL_RIGHTS),
    stackLow: MAIN_STACK.top - MAIN_STACK.bytes,
    stackHigh: MAIN_STACK.top,
  };
  const address = writeStartup(k, stack, startup, [program.name, ...program.arguments]);
  let entry = program.image?.entry ?? 0;
  if (program.script !== undefined) {
    const { script } = program;
    must(k.scripts !== undefined, 'boot came before the scripts were set up');
    entry = k.scripts.enter(() => script(startup));
  }
  k.journal.commit(processStarted, process);
  startThread(k, thread, entry, address - (address % 16), address);
}

function tooSmall(k: Kernel): BootError {
  return new BootError(`the machine's ${k.memory.bytes / 1024} KiB of memory do not hold the program`);
}

/** At most 24 bytes of a name, without half a character at the end. */
function fitName(bytes: Uint8Array): Uint8Array {
  let end = Math.min(bytes.length, LIMITS.nameBytes);
  if (end < bytes.length) while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** A digest of everything that the program is: in the journal's first record, so that another program is another journal. */
function identity({ name, arguments: rest, image }: Program): Int32Array {
  const encoder = new TextEncoder();
  const words: number[] = [];
  for (const text of [name, ...rest]) words.push(...digestOfBytes(encoder.encode(text)));
  words.push(image?.entry ?? 0);
  for (const { address, memoryBytes, readable, writable, executable, fileBytes } of image?.segments ?? []) {
    const may = [readable, writable, executable].map(Number);
    words.push(address, memoryBytes, ...may, ...digestOfBytes(fileBytes));
  }
  return digestOfBytes(new Uint8Array(Int32Array.from(words).buffer));
}

interface PageRange {
  first: number;
  end: number;
  protection: number;
}

/** Maps the segments of an image and copies their bytes. Segments that share a page share its protection. */
function loadImage(k: Kernel, process: number, allocator: number, image: ElfImage): void {
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
function makeStack(k: Kernel, vmar: number, allocator: number): number {
  const guardPages = MAIN_STACK.guardBytes / PAGE_BYTES;
  const pages = MAIN_STACK.bytes / PAGE_BYTES;
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
function writeStartup(k: Kernel, stack: number, startup: Startup, args: readonly string[]): number {
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
    }),
  );
  const offset = MAIN_STACK.guardBytes + MAIN_STACK.bytes - total;
  if (!backRange(k, stack, offset, total)) throw tooSmall(k);
  writeVmo(k, stack, offset, bytes);
  return base;
}
