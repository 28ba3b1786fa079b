/**
 * The call table: every system call, described once, in `calls/`, one file an area. From it come the kernel's dispatch and
 * argument checks, the C header and stubs, the TypeScript stubs for scripted threads, the trace printer and the reference
 * pages (`npm run generate`).
 */
import { BOOT } from './calls/boot.js';
import { CHANNELS } from './calls/channels.js';
import { DEBUGGING } from './calls/debug.js';
import { AREA_SIZE, AREAS, type Call, type CallRow } from './calls/description.js';
import { EVENTS } from './calls/events.js';
import { HANDLES } from './calls/handles.js';
import { LOCKS } from './calls/locks.js';
import { MEMORY } from './calls/memory.js';
import { POOLS } from './calls/pools.js';
import { TASKS } from './calls/tasks.js';
import { TIME } from './calls/time.js';
import { TOPICS } from './calls/topics.js';

export type { AreaName, Argument, Call, Result } from './calls/description.js';
export { AREA_SIZE, AREAS } from './calls/description.js';
export * from './options.js';

const CALLS_BY_NAME = {
  ...HANDLES,
  ...EVENTS,
  ...POOLS,
  ...CHANNELS,
  ...LOCKS,
  ...TIME,
  ...TOPICS,
  ...MEMORY,
  ...TASKS,
  ...DEBUGGING,
  ...BOOT,
} as const;

export type CallName = keyof typeof CALLS_BY_NAME;

/** Every call, in the order of the numbers. */
export const CALLS: readonly Call[] = Object.entries(CALLS_BY_NAME)
  .map(([name, row]) => ({ name, ...(row as CallRow) }))
  .sort((a, b) => a.number - b.number);

const byName = new Map(CALLS.map((call) => [call.name, call]));
const byNumber = new Map(CALLS.map((call) => [call.number, call]));

/** The number of a call, known at compile time. */
export const CALL_NUMBER = Object.fromEntries(CALLS.map((call) => [call.name, call.number])) as {
  readonly [Name in CallName]: (typeof CALLS_BY_NAME)[Name]['number'];
};

export function callByName(name: string): Call | undefined {
  return byName.get(name);
}

export function callByNumber(number: number): Call | undefined {
  return byNumber.get(number);
}

/** Is the number in the range of an area, so that a later version may have it? */
export function isPlannedNumber(number: number): boolean {
  return number >= 0 && number < AREAS.boot.first + AREA_SIZE;
}

/** Registers (a0 counted as 0) in which each argument begins; a `time` takes two. */
export function argumentRegisters(call: Call): readonly number[] {
  const registers: number[] = [];
  let next = 0;
  for (const argument of call.arguments) {
    registers.push(next);
    next += isWide(argument.kind) ? 2 : 1;
  }
  return registers;
}

/** Does an argument or result of this kind take two registers? */
export function isWide(kind: string): boolean {
  return kind === 'time' || kind === 'key';
}
