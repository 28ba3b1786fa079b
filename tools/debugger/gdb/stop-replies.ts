/**
 * Why the world stopped, as packets: `T` with what gdb wants to know of it, `W` and `X` where a process ended, and before them,
 * for what gdb has no word for, a line for its console (`O`).
 */

import { statusName } from '../../../syscalls/errors.js';
import { EXIT_REASON } from '../../../syscalls/layouts.js';
import { formatCall, formatResult } from '../../../syscalls/trace.js';
import type { DebuggedThread, Stop } from '../debuggee.js';
import type { Breakpoints } from './breakpoints.js';
import { hexOfText } from './hexadecimal.js';
import { expedited } from './registers.js';
import { SIGNAL, signalOf, signalText } from './signals.js';
import { threadIdText } from './thread-ids.js';
import type { World } from './world.js';

/** A line on gdb's console. */
export function consoleOutput(line: string): string {
  return `O${hexOfText(`${line}\n`)}`;
}

/** Of a stop the process and the thread are known: listing all threads at each step would cost more than the step. */
export type ToldThread = Pick<DebuggedThread, 'process' | 'koid'>;

/** `T05thread:p1.4;…`: `reason` is what stands between the thread and the registers. */
export function stopReply(world: World, signal: number, thread: ToldThread, reason = ''): string {
  const id = threadIdText({ process: thread.process, thread: thread.koid });
  world.introduce(thread.process);
  return `T${signalText(signal)}thread:${id};core:0;${reason}${expedited(world.debuggee, thread.koid)}`;
}

export function signalOfStop(stop: Stop): number {
  if (stop.kind === 'fault') return signalOf(stop.cause);
  return stop.kind === 'stopped' ? SIGNAL.INT : SIGNAL.TRAP;
}

/** `swbreak:;`, `watch:20000;`: the reason of a breakpoint that gdb has set. */
export function breakpointReason(stop: Stop, breakpoints: Breakpoints): string {
  const hit = breakpoints.among(stop.breakpoints);
  if (hit === undefined) return '';
  const isWatch = hit.type !== 'swbreak' && hit.type !== 'hwbreak';
  return `${hit.type}:${isWatch ? (stop.address >>> 0).toString(16) : ''};`;
}

/** `syscall_entry:12;` */
export function callReason(stop: Stop): string {
  return `syscall_${stop.kind === 'call' ? 'entry' : 'return'}:${(stop.detail >>> 0).toString(16)};`;
}

/** `W` with an exit code, or `X` with a signal. `lastFault` is the signal of the last fault of the process that was told. */
export function endReply(process: number, reason: number, code: number, lastFault: number | undefined): string {
  const whose = `;process:${process.toString(16)}`;
  switch (reason) {
    case EXIT_REASON.EXITED:
    case EXIT_REASON.NONE:
      return `W${(code >>> 0).toString(16).padStart(2, '0')}${whose}`;
    case EXIT_REASON.FAULT:
      return `X${signalText(lastFault ?? SIGNAL.SEGV)}${whose}`;
    default:
      return `X${signalText(SIGNAL.KILL)}${whose}`;
  }
}

/** What gdb has no word for, in ours. */
export function stopSentence(world: World, stop: Stop): string | undefined {
  const thread = world.thread(stop.thread);
  const name = threadName(thread, stop.thread);
  switch (stop.kind) {
    case 'call':
      return `${name} calls ${callText(world, stop)}`;
    case 'return':
      return `${name} has called ${formatResultOf(world, stop)}`;
    case 'event':
      return `${name} goes on: its wait ended with ${statusName(stop.status)}`;
    case 'thread started':
      return `${name} started`;
    case 'thread ended':
      return `thread #${stop.thread} ended`;
    case 'process started':
      return `process ${nameOfProcess(world, stop.process)} started`;
    default:
      return undefined;
  }
}

function callText(world: World, stop: Stop): string {
  const words = world.debuggee.registers(stop.thread);
  if (words === undefined) return `number ${stop.detail}`;
  const [A0, A6] = [10, 16];
  return formatCall(stop.detail, words.subarray(A0, A6), (address, length) => {
    const bytes = world.debuggee.readMemory(stop.process, address >>> 0, length);
    return bytes.length < length ? undefined : Buffer.from(bytes).toString('utf8');
  });
}

function formatResultOf(world: World, stop: Stop): string {
  const words = world.debuggee.registers(stop.thread);
  const call = formatCall(stop.detail, [], undefined).replace(/\(.*/s, '');
  const A1 = 11;
  return `${call}: ${formatResult(stop.detail, stop.status, words === undefined ? [] : words.subarray(A1, A1 + 6))}`;
}

function threadName(thread: DebuggedThread | undefined, koid: number): string {
  return thread === undefined || thread.name === '' ? `thread #${koid}` : `thread ${thread.name} #${koid}`;
}

function nameOfProcess(world: World, koid: number): string {
  const name = world.processes.find((process) => process.koid === koid)?.name ?? '';
  return name === '' ? `#${koid}` : `${name} #${koid}`;
}
