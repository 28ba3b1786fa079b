/** How a run ended, in words: for a fault the place and the likely reason, for a deadlock who waits for whom, at the limit where all are. */
import {
  type BlockedThread,
  type Outcome,
  type System,
  threadText,
  type Whereabouts,
  waitSentence,
  whereabouts,
} from '../../kernel/index.js';
import { type ElfImage, findSymbol } from '../../machine/elf.js';
import { CAUSE } from '../../machine/index.js';
import { FAULT_DETAIL } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';

type Fault = Extract<Outcome, { kind: 'fault' }>;
type Blocked = Extract<Outcome, { kind: 'blocked' }>;

/** Nothing for a program that ended by itself. */
export function explainOutcome(
  outcome: Exclude<Outcome, { kind: 'input' | 'stopped' }>,
  image: ElfImage,
  system: System,
): string[] {
  switch (outcome.kind) {
    case 'exited':
      return [];
    case 'halted':
      return outcome.epitaph === undefined ? [] : [outcome.epitaph];
    case 'out of memory':
      return ['the program was killed: the machine was out of memory'];
    case 'killed':
      return ['the program was killed'];
    case 'limit':
      return limitLines(system, image);
    case 'fault':
      return [faultLine(outcome, image)];
    case 'blocked':
      return blockedLines(outcome, image);
  }
}

/** `load page fault at 0x0 in sum+0x1c (pc 0x10094), thread main #4: a null pointer` */
function faultLine(fault: Fault, image: ElfImage): string {
  const where = `in ${functionAt(fault.pc, image)} (pc ${hex(fault.pc)}), thread ${threadText(fault.thread)}`;
  const reason = faultReason(fault);
  return `${causeName(fault.cause)}${faultSubject(fault)} ${where}${reason === undefined ? '' : `: ${reason}`}`;
}

const CAUSE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(CAUSE).map(([name, value]) => [value, name.toLowerCase().replaceAll('_', ' ')]),
);

export function causeName(cause: number): string {
  return CAUSE_NAMES.get(cause) ?? `trap with cause ${cause}`;
}

/** mtval is an address, or the instruction itself, or nothing of interest. */
function faultSubject({ cause, address }: Fault): string {
  if (cause === CAUSE.ILLEGAL_INSTRUCTION) return ` ${hex(address)}`;
  if (cause === CAUSE.BREAKPOINT) return '';
  return ` at address ${hex(address)}`;
}

function faultReason({ cause, address, detail }: Fault): string | undefined {
  if (cause === CAUSE.ILLEGAL_INSTRUCTION || cause === CAUSE.BREAKPOINT) return undefined;
  if (detail === FAULT_DETAIL.NO_MEMORY) return 'no memory is left for the page';
  if (detail === FAULT_DETAIL.GUARD) return 'a guard page: the stack overflowed';
  if (address < LIMITS.userBase) return 'a null pointer';
  return undefined;
}

function blockedLines({ threads, cycle }: Blocked, image: ElfImage): string[] {
  const lines = [`every thread is blocked for ever (${threads.length})`];
  lines.push(...threads.map((thread) => `  ${threadText(thread)} ${waitText(thread, image)}`));
  if (cycle.length > 0) {
    const names = [...cycle, cycle[0]].map(threadText);
    lines.push(`  a cycle: ${names.join(' waits for ')}`);
  }
  return lines;
}

function limitLines(system: System, image: ElfImage): string[] {
  const threads = whereabouts(system.kernel).map(
    (thread) => `  ${threadText(thread)} ${whereaboutsText(thread, image)}`,
  );
  return [`stopped at the instruction limit of ${system.instructions}`, ...threads];
}

/** `is running at f+0x10 (pc 0x10094)` */
export function whereaboutsText(thread: Whereabouts, image: ElfImage): string {
  if (thread.state === 'new') return 'is not started yet';
  if (thread.state === 'blocked') return waitText(thread, image);
  if (thread.pc === undefined) return `is ${thread.state} in a script`;
  return `is ${thread.state} at ${functionAt(thread.pc, image)} (pc ${hex(thread.pc)})`;
}

/** `waits for the futex 0x12010 (forks+0x8), held by philosopher-2 #9` */
export function waitText(thread: BlockedThread, image: ElfImage): string {
  return waitSentence(thread, (address) => {
    const symbol = findSymbol(image.symbols, address, 'object');
    return symbol === undefined ? '' : ` (${symbolText(symbol)})`;
  });
}

/** `sum+0x1c`, or `no known function`. */
export function functionAt(pc: number, image: ElfImage): string {
  const symbol = findSymbol(image.symbols, pc);
  return symbol === undefined ? 'no known function' : symbolText(symbol);
}

export function symbolText({ name, offset }: { name: string; offset: number }): string {
  return offset === 0 ? name : `${name}+${hex(offset)}`;
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
