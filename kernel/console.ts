/**
 * The console driver: a program that owns the UART, booted beside the first process. The two have two channels between them:
 * what is sent into `consoleOutput` is printed, and calls of `consoleInput` are answered with what is typed
 * (`userland/include/tocsin/console.h`). To the kernel it is a process like any other; it is told apart only in reports, because
 * it always waits for somebody.
 */
import type { ElfImage } from '../machine/index.js';
import { LIMITS } from '../syscalls/limits.js';
import { OBJECT_TYPE } from '../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../syscalls/rights.js';
import type { ThreadName } from './blocked.js';
import { createChannel } from './channels/channel.js';
import { openHandle } from './handles.js';
import type { Kernel } from './kernel.js';
import { CONSOLE_QUOTA, MAIN_STACK } from './limits.js';
import { loadImage, makeStack, type Startup, tooSmall, writeStartup } from './program.js';
import { isLive, nextRow } from './state/table.js';
import { createProcess, nameObject } from './tasks/process.js';
import { createThread, startThread } from './tasks/thread.js';
import { allocatorCreated } from './transitions/memory.js';
import { processStarted } from './transitions/tasks.js';

export type ConsoleHandles = Pick<Startup, 'consoleOutput' | 'consoleInput'>;

export const NO_CONSOLE: ConsoleHandles = { consoleOutput: 0, consoleInput: 0 };

/** Programs may send, and pass the right to send on to others. */
const CLIENT_RIGHTS = RIGHTS.WRITE | RIGHTS.DUPLICATE | RIGHTS.TRANSFER | RIGHTS.INSPECT;

/** Boots the driver, and gives a process its ends of the channels. Throws BootError. */
export function bootConsole(k: Kernel, image: ElfImage, resource: number, client: number): ConsoleHandles {
  // A quota of its own: a program that uses memory up can still print.
  const allocator = nextRow(k.state.allocators);
  if (k.state.allocators.quota[0] - k.state.allocators.charged[0] < CONSOLE_QUOTA) throw tooSmall(k);
  k.journal.commit(allocatorCreated, allocator, k.state.nextKoid, 0, CONSOLE_QUOTA, 0, 0);
  const process = createProcess(k, allocator, 0);
  if (process < 0) throw tooSmall(k);
  k.consoleKoid = k.state.processes.koid[process];
  const encoder = new TextEncoder();
  nameObject(k, OBJECT_TYPE.process, process, encoder.encode('console'));
  // Whoever prints waits for the driver, so the driver goes first: nobody can end the run in the middle of a line.
  const thread = createThread(k, process, LIMITS.maxPriority);
  if (thread < 0) throw tooSmall(k);
  nameObject(k, OBJECT_TYPE.thread, thread, encoder.encode('output'));
  loadImage(k, process, allocator, image);
  const vmar = k.state.processes.vmar[process];
  const stack = makeStack(k, vmar, allocator);

  const output = createChannel(k, allocator, LIMITS.consoleBytes);
  const input = createChannel(k, allocator, LIMITS.consoleBytes);
  if (output < 0 || input < 0) throw tooSmall(k);
  const { peer } = k.state.channels;
  const open = (type: keyof typeof OBJECT_TYPE, row: number): number =>
    openHandle(k, process, OBJECT_TYPE[type], row, ALL_RIGHTS & ~RIGHTS.DEBUG);
  const startup: Startup = {
    process: open('process', process),
    thread: open('thread', thread),
    vmar: open('vmar', vmar),
    allocator: open('allocator', allocator),
    resource: open('resource', resource),
    job: 0,
    stackLow: MAIN_STACK.top - MAIN_STACK.bytes,
    stackHigh: MAIN_STACK.top,
    consoleOutput: open('channel', peer[output]),
    consoleInput: open('channel', peer[input]),
  };
  const address = writeStartup(k, stack, startup, ['console']);
  k.journal.commit(processStarted, process);
  startThread(k, thread, image.entry, address - (address % 16), address);
  return {
    consoleOutput: openHandle(k, client, OBJECT_TYPE.channel, output, CLIENT_RIGHTS),
    consoleInput: openHandle(k, client, OBJECT_TYPE.channel, input, CLIENT_RIGHTS),
  };
}

/** Threads without those of the console driver and the monitor, for reports of what stands still: their waiting is not worth a line. */
export function withoutConsole<Named extends ThreadName>(k: Kernel, named: readonly Named[]): Named[] {
  const { processes, threads } = k.state;
  const own = new Set<number>();
  for (let row = 0; row < threads.used; row++) {
    const koid = processes.koid[threads.process[row]];
    if (isLive(threads, row) && (koid === k.consoleKoid || koid === k.monitorKoid)) own.add(threads.koid[row]);
  }
  return named.filter(({ koid }) => !own.has(koid));
}
