/** How two runs ended: the first thing in which they differ, in words. */
import { VIEW_NAMES, type ViewRow } from '../../../kernel/index.js';
import { CSR } from '../../../machine/index.js';
import type { ObservedRun } from './observed-run.js';

export interface Contrast {
  readonly what: string;
  readonly without: string;
  readonly with: string;
}

const COUNTERS = [CSR.mcycle, CSR.mcycleh, CSR.minstret, CSR.minstreth];

/** Of runs that are between the same two instructions: the thread that has the hart, and the counters. */
export function threadContrast(without: ObservedRun, withDebugger: ObservedRun): Contrast | undefined {
  const a = facts(without);
  const b = facts(withDebugger);
  for (const [what, value] of a) if (value !== b.get(what)) return { what, without: value, with: b.get(what) ?? '' };
  return undefined;
}

/** Of runs that are over: everything that is left. */
export function finalContrast(without: ObservedRun, withDebugger: ObservedRun): Contrast | undefined {
  return (
    threadContrast(without, withDebugger) ??
    viewContrast(without, withDebugger) ??
    memoryContrast(without, withDebugger)
  );
}

function facts(run: ObservedRun): Map<string, string> {
  const { system } = run;
  const { hart } = system.kernel;
  const seen = new Map([
    ['virtual time in ns', `${system.time}`],
    ['instructions retired', `${system.instructions}`],
    ['the counters cycle and instret', COUNTERS.map((number) => hart.csrRead(number) >>> 0).join(' ')],
    ['steps that guests count', `${system.steps - system.state.hiddenSteps}`],
    ['choices that were asked', `${run.choicesAsked}`],
    ['who has the hart', `${system.state.current}`],
  ]);
  if (system.state.current >= 0) {
    seen.set('pc', `0x${(hart.pc >>> 0).toString(16)}`);
    for (let i = 1; i < 32; i++) seen.set(`register x${i}`, `0x${(hart.x[i] >>> 0).toString(16)}`);
    seen.set('the reservation of LR', `${hart.reservation}`);
  }
  return seen;
}

function viewContrast(without: ObservedRun, withDebugger: ObservedRun): Contrast | undefined {
  for (const name of VIEW_NAMES) {
    const rows = without.system.view(name);
    const others = withDebugger.system.view(name);
    const count = Math.max(rows.length, others.length);
    for (let row = 0; row < count; row++) {
      const [a, b] = [rowText(rows[row]), rowText(others[row])];
      if (a !== b) return { what: `row ${row} of the view ${name}`, without: a, with: b };
    }
  }
  return undefined;
}

function rowText(row: ViewRow | undefined): string {
  if (row === undefined) return 'there is none';
  // The time of who runs is that up to the last step, and a hidden one is one; what its clock says is known in a step only.
  return JSON.stringify(row.state === 'running' ? { ...row, time: 'runs' } : row);
}

/** All of RAM: frames of guests, their page tables and save areas. */
function memoryContrast(without: ObservedRun, withDebugger: ObservedRun): Contrast | undefined {
  const a = without.system.kernel.memory;
  const b = withDebugger.system.kernel.memory;
  if (Buffer.compare(a.u8, b.u8) === 0) return undefined;
  const at = a.i32.findIndex((word, i) => word !== b.i32[i]);
  const hex = (word: number): string => `0x${(word >>> 0).toString(16)}`;
  return { what: `the word of RAM at ${hex(a.base + at * 4)}`, without: hex(a.i32[at]), with: hex(b.i32[at]) };
}
