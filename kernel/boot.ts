/**
 * Boot: the first allocator, the first process with its image, stack, arguments and handles, and beside it the console driver
 * where there is one. A program finds what it has through the startup structure, whose address is in a0.
 */
import { CSR, type ElfImage, INTERRUPT, PMPCFG } from '../machine/index.js';
import { LIMITS, PAGE_BYTES } from '../syscalls/limits.js';
import { OBJECT_TYPE } from '../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../syscalls/rights.js';
import { bootConsole, NO_CONSOLE } from './console.js';
import { openHandle } from './handles.js';
import { createJob, NO_POLICY } from './jobs.js';
import { digestOfBytes } from './journal/digest.js';
import type { Kernel } from './kernel.js';
import { MAIN_STACK } from './limits.js';
import { DISCARDABLE } from './memory/discardable.js';
import { must } from './panic.js';
import { loadImage, makeStack, type Startup, tooSmall, writeStartup } from './program.js';
import { bootMonitor, type Monitor } from './root-oom/boot-monitor.js';
import { JOURNAL_CACHE, payForJournal } from './root-oom/journal-cache.js';
import type { ScriptFunction } from './scripts.js';
import { nextRow } from './state/table.js';
import { createProcess, FIRST_JOB, nameObject } from './tasks/process.js';
import { createThread, startThread } from './tasks/thread.js';
import { resourceCreated } from './transitions/interrupts.js';
import { allocatorCreated } from './transitions/memory.js';
import { booted } from './transitions/steps.js';
import { processStarted } from './transitions/tasks.js';

export interface Program {
  readonly name: string;
  readonly arguments: readonly string[];
  /** Compiled code, or a script that is the first thread. */
  readonly image: ElfImage | undefined;
  readonly script: ((startup: Startup) => ReturnType<ScriptFunction>) | undefined;
  /** The console driver. */
  readonly console: ElfImage | undefined;
  /** Who is asked when the machine is out of frames. */
  readonly monitor: Monitor | undefined;
}

/** Boots a kernel with one program; done in one step. `overcommit`: bytes by which quotas may exceed RAM. Throws BootError. */
export function boot(k: Kernel, program: Program, seed: number, overcommit = 0): void {
  const frames = k.state.frames.limit;
  const image = identity(program);
  const more = overcommit / PAGE_BYTES;
  k.journal.commitOutside(booted, frames, k.quantum, seed, image[0], image[1], image[2], image[3], more);
  // What interrupts from outside is up to the interrupt controller, which has no line open yet.
  k.hart.csrWrite(CSR.mie, (1 << INTERRUPT.MACHINE_TIMER) | (1 << INTERRUPT.MACHINE_EXTERNAL));
  // Page tables alone say what U mode may do: memory protection lets it have everything, which without an entry is nothing.
  k.hart.csrWrite(CSR.pmpaddr0, -1);
  k.hart.csrWrite(CSR.pmpcfg0, PMPCFG.OPEN);

  const allocator = 0;
  k.journal.commit(allocatorCreated, allocator, k.state.nextKoid, -1, frames * PAGE_BYTES + overcommit, 0, 0);
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
  const console = program.console === undefined ? NO_CONSOLE : bootConsole(k, program.console, resource, process);
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
    ...console,
  };
  const address = writeStartup(k, stack, startup, [program.name, ...program.arguments]);
  let entry = program.image?.entry ?? 0;
  if (program.script !== undefined) {
    const { script } = program;
    must(k.scripts !== undefined, 'boot came before the scripts were set up');
    entry = k.scripts.enter(() => script(startup));
  }
  if (program.monitor !== undefined) bootMonitor(k, program.monitor);
  if (overcommit > 0) payForJournal(k);
  k.shrinkers.push(JOURNAL_CACHE, DISCARDABLE);
  k.journal.commit(processStarted, process);
  startThread(k, thread, entry, address - (address % 16), address);
}

/** At most 24 bytes of a name, without half a character at the end. */
function fitName(bytes: Uint8Array): Uint8Array {
  let end = Math.min(bytes.length, LIMITS.nameBytes);
  if (end < bytes.length) while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** A digest of everything that the program is: in the journal's first record, so that another program is another journal. */
function identity({ name, arguments: rest, image, console, monitor }: Program): Int32Array {
  const encoder = new TextEncoder();
  const words: number[] = [];
  for (const text of [name, ...rest]) words.push(...digestOfBytes(encoder.encode(text)));
  words.push(...wordsOfImage(image));
  if (console !== undefined) words.push(...wordsOfImage(console));
  if (typeof monitor === 'object') words.push(...wordsOfImage(monitor));
  return digestOfBytes(new Uint8Array(Int32Array.from(words).buffer));
}

function wordsOfImage(image: ElfImage | undefined): number[] {
  const words = [image?.entry ?? 0];
  for (const { address, memoryBytes, readable, writable, executable, fileBytes } of image?.segments ?? []) {
    const may = [readable, writable, executable].map(Number);
    words.push(address, memoryBytes, ...may, ...digestOfBytes(fileBytes));
  }
  return words;
}
