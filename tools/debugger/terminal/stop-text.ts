/** Stops and endings in words, as gdb puts them where it has words for them. */
import { statusName } from '../../../syscalls/errors.js';
import { EXIT_REASON, FAULT_DETAIL } from '../../../syscalls/layouts.js';
import { formatCall, formatResult } from '../../../syscalls/trace.js';
import type { DebuggedThread, Stop } from '../debuggee.js';
import { titleOf } from './breakpoint.js';
import type { Debugging } from './debugging.js';
import { frameLine } from './frame-text.js';
import type { Ended, Report } from './going.js';
import { instructionLine } from './instructions.js';
import { causeText } from './registers.js';
import { harmless, hex } from './text.js';
import { threadName } from './thread-name.js';

/** All lines of a stop that commands speak of now. `before` is the function that the thread was in. */
export function reportLines(d: Debugging, report: Report, before: Place): string[] {
  const { breakpoints, lines } = report;
  const isOther = before.thread !== 0 && d.thread !== 0 && before.thread !== d.thread;
  const [heading, hit] = headingOf(d, report);
  const watched =
    lines.length === 0 ? [] : breakpoints.map((one) => `\n${titleOf(one)} ${one.number}: ${watchedText(one)}`);
  // Of a process that has ended there is no place.
  const isGone = report.stop.kind === 'process ended' || report.stop.kind === 'thread ended';
  const where = isGone ? [] : whereLines(d, isPlain(report) ? before : NOWHERE);
  return [
    ...(isOther ? [`[Switching to thread ${threadName(d, d.thread)}]`] : []),
    ...(heading === undefined ? [] : ['', ...heading]),
    ...watched,
    ...lines,
    // As gdb has it: `Breakpoint 1, main () at hello.c:5`.
    ...(hit === undefined ? where : ['', `${hit}${where[0] ?? ''}`, ...where.slice(1)]),
  ];
}

export interface Place {
  readonly thread: number;
  /** The function and the frame; a step within both shows its line alone. */
  readonly functionName: string | undefined;
  readonly cfa: number | undefined;
}

export const NOWHERE: Place = { thread: 0, functionName: undefined, cfa: undefined };

export function placeOf(d: Debugging): Place {
  const [frame] = d.threadIfAny() === undefined ? [] : d.frames(d.selectedThread());
  return { thread: d.thread, functionName: frame?.functionName, cfa: frame?.cfa };
}

function isPlain({ stop, breakpoints, goal }: Report): boolean {
  return (stop.kind === 'step' || goal !== undefined) && breakpoints.length === 0;
}

function watchedText({ spec }: Report['breakpoints'][number]): string {
  return spec.kind === 'watch' ? spec.text : '';
}

/** Lines above the place; or what the line of the place begins with. */
function headingOf(
  d: Debugging,
  { stop, breakpoints }: Report,
): readonly [lines?: readonly string[] | undefined, hit?: string] {
  const who = stop.thread === 0 ? `Process ${d.processText(stop.process)}` : `Thread ${threadName(d, stop.thread)}`;
  const titles = breakpoints.map((one) => `${titleOf(one)} ${one.number}`).join(', ');
  const caught = titles === '' ? '' : `${titles} `;
  switch (stop.kind) {
    case 'watchpoint':
      return [];
    case 'breakpoint':
    case 'step':
      return titles === '' ? [] : [undefined, `${who} hit ${titles}, `];
    case 'fault':
      return [[`${titles === '' ? '' : `${titles}\n`}${who}: ${faultText(d, stop)}`]];
    case 'call':
      return [[`${caught}(call to ${callText(d, stop)})`, who]];
    case 'return':
      return [[`${caught}(returned from ${returnText(d, stop)})`, who]];
    case 'event':
      return [[`${caught}(event: what it waited for came, ${statusName(stop.status)})`, who]];
    case 'stopped':
      return [['Program stopped.']];
    case 'beginning of history':
    case 'end of history':
      return [['No more reverse-execution history.']];
    case 'process ended':
      return [[`${caught}(${who} ended: ${exitText(stop)})`]];
    default:
      return [[`${caught}(${stop.kind})`, who]];
  }
}

/** The line that the selected frame is on, with its function where that is news. */
export function whereLines(d: Debugging, before: Place): string[] {
  const thread = d.threadIfAny();
  if (thread === undefined) return [];
  const frame = d.frames(thread)[d.level];
  if (frame === undefined) return [`thread ${thread.koid} ${thread.name} has no code that can be seen`];
  const isSame =
    before.thread === thread.koid && before.functionName === frame.functionName && before.cfa === frame.cfa;
  const { place } = frame;
  const source = place === undefined || place.line === 0 ? undefined : d.sources.line(place.file, place.line);
  const isMiddle = place !== undefined && place.address !== frame.pc;
  const lines = isSame && source !== undefined ? [] : [frameLine(d, frame, isMiddle || place === undefined)];
  if (place !== undefined && place.line > 0) {
    const address = isSame && isMiddle ? `${hex(frame.pc)}\t` : '';
    lines.push(source === undefined ? `${place.line}\tin ${place.file.path}` : `${address}${place.line}\t${source}`);
  }
  const shown = d.settings.get('disassemble-next-line');
  if (shown === 'on' || (shown === 'auto' && source === undefined)) lines.push(instructionLine(d, frame.pc, true));
  return lines;
}

/** `load page fault at 0x0: a null pointer`. */
export function faultText(d: Debugging, { cause, address, detail, chance }: Stop): string {
  const subject = causeText(cause);
  const isOfMemory = /access|page|misaligned/.test(subject);
  const where = isOfMemory ? ` at address ${d.addressText(address)}` : address === 0 ? '' : ` (${hex(address)})`;
  const why = isOfMemory ? detailText(detail, address) : '';
  return `${subject}${where}${why}${chance === 2 ? ', which nobody handled' : ''}`;
}

function detailText(detail: number, address: number): string {
  if (detail === FAULT_DETAIL.NO_MEMORY) return ': no memory is left for the page';
  if (detail === FAULT_DETAIL.GUARD) return ': a guard page, the stack overflowed';
  return address >>> 0 < NULL_PAGES ? ': a null pointer' : '';
}

const NULL_PAGES = 0x1_0000;

export function faultLine(d: Debugging, stop: Stop): string {
  return `Thread ${threadName(d, stop.thread)}: ${faultText(d, stop)}, pc ${d.addressText(stop.pc)}`;
}

export function callText(d: Debugging, stop: Stop): string {
  const registers = d.target.debuggee.registers(stop.thread);
  return harmless(
    formatCall(stop.detail, registers?.slice(A0, A0 + 6) ?? [], (address, length) =>
      text(d, stop.process, address, length),
    ),
  );
}

function returnText(d: Debugging, stop: Stop): string {
  const registers = d.target.debuggee.registers(stop.thread);
  return `${formatCall(stop.detail, []).replace(/\(.*/, '')}: ${formatResult(stop.detail, stop.status, registers?.slice(A0 + 1, A0 + 6) ?? [])}`;
}

const A0 = 10;

function text(d: Debugging, process: number, address: number, length: number): string | undefined {
  const bytes = d.target.debuggee.readMemory(process, address, length);
  return bytes.length < length ? undefined : new TextDecoder().decode(bytes);
}

function exitText({ status, detail }: Stop): string {
  const reason = Object.entries(EXIT_REASON).find(([, value]) => value === status)?.[0] ?? String(status);
  return reason === 'EXITED' ? `code ${detail}` : reason.toLowerCase().replaceAll('_', ' ');
}

/** How the whole run ended. */
export function endedLines(d: Debugging, ended: Ended): string[] {
  const who = `Process ${d.target.program} (${d.target.programName})`;
  switch (ended.kind) {
    case 'exited':
      return [ended.code === 0 ? `[${who} exited normally]` : `[${who} exited with code ${ended.code}]`];
    case 'halted':
      return [
        `[The machine was halted with code ${ended.code}${ended.epitaph === undefined ? '' : `: ${ended.epitaph}`}]`,
      ];
    case 'killed':
      return [`[${who} was killed]`];
    case 'out of memory':
      return [`[${who} was killed: the machine was out of memory]`];
    case 'fault':
      return [
        `[${who} was ended by a fault: ${causeText(ended.cause)} at ${hex(ended.address)}, pc ${d.addressText(ended.pc, d.target.program)}]`,
      ];
    case 'blocked':
      return [`[Every thread is blocked for ever (${ended.threads.length}): \`info threads\` says for what]`];
    case 'limit':
      return ['[The limit of instructions was reached]'];
    case 'input':
      return ['[The program waits for input]'];
  }
}

/** `main #5 (running)`. */
export function threadTitle({ koid, name }: DebuggedThread): string {
  return name === '' ? `#${koid}` : `${name} #${koid}`;
}
