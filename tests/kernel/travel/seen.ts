/** What there is to see of a system at a moment: two that look alike here cannot be told apart by anything that comes. */
import { createHash } from 'node:crypto';
import type { System } from '../../../kernel/index.js';
import { copyState, MutableState, type State } from '../../../kernel/state/state.js';
import { TableRows } from '../../../kernel/state/table.js';

export interface Seen {
  readonly moment: string;
  /** Registers, CSRs and all else of the harts. */
  readonly harts: string;
  readonly memory: string;
  /** Devices, alarms, whose turn it is, what was chosen, what is reserved. */
  readonly devices: string;
  /** The kernel's state, but what debuggers from outside leave in it: their rows, and how many hidden steps there were. */
  readonly state: readonly string[];
  readonly time: number;
  /** All of the state, and the journal's hash; undefined where debuggers from outside took part. */
  readonly whole: string | undefined;
}

export function see(system: System): Seen {
  const { state, kernel } = system;
  const { memory, harts, devices, idleTicks, choices, turns, reservations } = kernel.board.snapshot();
  return {
    moment: `${state.seq - state.outsideSteps} ${system.executed}`,
    harts: digest(harts),
    memory: memoryDigest(memory, kernel.memory.bytes / 4096),
    devices: digest({ devices, idleTicks, choices, turns, reservations }),
    state: partsOf(state, LEFT_BY_DEBUGGERS),
    time: system.time,
    whole: state.outsideSteps > 0 ? undefined : `${digest(partsOf(state))} ${system.records} ${system.journalHash()}`,
  };
}

/** What differs, in words; undefined where nothing does. */
export function unlike(a: Seen, b: Seen): string | undefined {
  const parts = ['moment', 'harts', 'memory', 'devices', 'time'] as const;
  const differing: string[] = parts.filter((part) => a[part] !== b[part]);
  differing.push(...b.state.filter((part) => !a.state.includes(part)));
  if (a.whole !== undefined && b.whole !== undefined && a.whole !== b.whole)
    differing.push('the whole state or the journal');
  return differing.length === 0 ? undefined : differing.join(', ');
}

function digest(value: unknown): string {
  const text = JSON.stringify(value, (_key, one: unknown) => {
    if (one instanceof Map) return [...one];
    return ArrayBuffer.isView(one) ? Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('hex') : one;
  });
  return createHash('sha1').update(text).digest('hex');
}

const ZERO_PAGE = createHash('sha1').update(new Uint8Array(4096)).digest('hex');
const pages = new WeakMap<Uint8Array, string>();

function memoryDigest(memory: { page(frame: number): Uint8Array | undefined }, frames: number): string {
  const hash = createHash('sha1');
  for (let frame = 0; frame < frames; frame++) hash.update(pageDigest(memory.page(frame)));
  return hash.digest('hex');
}

function pageDigest(page: Uint8Array | undefined): string {
  if (page === undefined) return ZERO_PAGE;
  const known = pages.get(page) ?? createHash('sha1').update(page).digest('hex');
  pages.set(page, known);
  return known;
}

const NOTHING: ReadonlySet<string> = new Set();
/** Rows that they had, and numbers of steps and the time of the last, among which theirs are. */
const LEFT_BY_DEBUGGERS: ReadonlySet<string> = new Set([
  'seq',
  'time',
  'unblockedBy',
  'hiddenSteps',
  'outsideSteps',
  'breakpointChanges',
  'worldStops',
  'sessions',
  'breakpoints',
]);

/** Each number, table and array with its digest. */
function partsOf(state: State, without = NOTHING): string[] {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(state as unknown as Record<string, unknown>)) {
    if (without.has(name)) continue;
    if (typeof value === 'number') parts.push(`${name} ${value}`);
    else if (value instanceof TableRows) parts.push(`${name} ${tableDigest(value, without)}`);
    else if (value instanceof Int32Array || value instanceof Float64Array) {
      const length = name === 'deadlineHeap' ? state.deadlineCount : value.length;
      parts.push(`${name} ${createHash('sha1').update(bytesOf(value, length)).digest('hex')}`);
    }
  }
  return parts;
}

function tableDigest(table: TableRows, without: ReadonlySet<string>): string {
  const { used, live, freeHead, link } = table.rows;
  const hash = createHash('sha1').update(`${used} ${live} ${freeHead};`).update(bytesOf(link, used));
  const columns = table as unknown as Record<string, Int32Array | Float64Array>;
  for (const column of [...table.wordColumns, ...table.doubleColumns])
    if (!without.has(column)) hash.update(bytesOf(columns[column], used));
  return hash.digest('hex');
}

function bytesOf(column: Int32Array | Float64Array, count: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT);
}

/** A copy of the kernel's state. */
export function stateOf({ state }: System): State {
  const copy = new MutableState(state.frameCount);
  copyState(state, copy);
  return copy;
}
