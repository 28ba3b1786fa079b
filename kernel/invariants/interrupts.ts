/** 26 to 29: interrupts. What the kernel keeps is compared with the lists of those who owe answers, and with the controller. */
import { PLIC_BASE } from '../../machine/index.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { FAULT_OWED } from '../state/owing.js';
import { isLive } from '../state/table.js';
import { type Report, rows } from './report.js';

const ENABLES = PLIC_BASE + 0x2000;

function isEnabled(k: Kernel, line: number): boolean {
  return (((k.board.bus.load(ENABLES + 4 * (line >>> 5), 4) ?? 0) >>> (line & 31)) & 1) === 1;
}

export function checkInterrupts(k: Kernel, report: Report): void {
  const { interrupts, lineInterrupt } = k.state;
  for (const row of rows(interrupts)) {
    const line = interrupts.line[row];
    report(lineInterrupt[line] === row, () => `26: line ${line} does not know its interrupt row ${row}`);
  }
  for (let line = 1; line < lineInterrupt.length; line++) {
    const row = lineInterrupt[line];
    report(row < 0 || isLive(interrupts, row), () => `26: line ${line} has interrupt row ${row}, which is not there`);
    report(isEnabled(k, line) === row >= 0, () => `26: line ${line} is ${row >= 0 ? 'not ' : ''}enabled`);
    if (row >= 0) checkLine(k, report, line, row);
  }
  checkOwing(k, report);
}

function checkLine(k: Kernel, report: Report, line: number, row: number): void {
  const { interrupts: t, sources } = k.state;
  const { high, pending, claimed, remembered } = k.board.plic.gateway(line);
  const masked = t.owed[row] > 0 || t.stuck[row] !== 0;
  const isHeard = sources.length[t.source[row]] > 0;
  report(
    claimed === (t.claimed[row] !== 0),
    () => `26: line ${line} is ${claimed ? '' : 'not '}masked at the controller, the kernel thinks otherwise`,
  );
  report(!claimed || masked || t.latched[row] !== 0, () => `26: line ${line} is masked, and nobody owes an answer`);
  report(
    t.latched[row] === 0 || masked || !isHeard,
    () => `27: an interrupt of line ${line} is pending, and its handlers are not told`,
  );
  report(!remembered || claimed, () => `27: an edge of line ${line} came while it was masked, and it is open`);
  report(
    !high || t.edge[row] !== 0 || claimed || pending,
    () => `28: line ${line} is high and open, and does not interrupt`,
  );
  report(
    t.deadlineSlot[row] >= 0 === (t.owed[row] > 0 && t.answerTime[row] > 0),
    () =>
      `26: interrupt row ${row} has ${t.deadlineSlot[row] >= 0 ? 'a' : 'no'} deadline with ${t.owed[row]} answers owed`,
  );
}

/** Who owes an answer is in the list of that interrupt, once, and can still be asked for it. */
function checkOwing(k: Kernel, report: Report): void {
  const { interrupts, registrations: r, threads } = k.state;
  const listed = new Set<number>();
  for (const interrupt of rows(interrupts)) {
    let previous = -1;
    let owed = 0;
    for (let row = interrupts.firstOwing[interrupt]; row >= 0; row = r.nextOwing[row]) {
      report(!listed.has(row), () => `26: registration row ${row} owes two answers`);
      if (listed.has(row)) break;
      listed.add(row);
      report(
        isLive(r, row) && r.owes[row] === interrupt + 1,
        () => `26: registration row ${row} does not owe an answer to interrupt row ${interrupt}`,
      );
      report(r.previousOwing[row] === previous, () => `26: those who owe are not linked both ways at row ${row}`);
      previous = row;
      owed++;
    }
    report(
      interrupts.owed[interrupt] === owed,
      () => `26: ${owed} answers are owed to interrupt row ${interrupt}, not ${interrupts.owed[interrupt]}`,
    );
  }
  for (const row of rows(r)) {
    // Those below 0 are answers to shortages, and there are those to faults.
    if (r.owes[row] <= 0 || r.owes[row] >= FAULT_OWED) continue;
    report(listed.has(row), () => `26: registration row ${row} owes an answer that nobody waits for`);
    report(
      r.thread[row] < 0 || threads.state[r.thread[row]] !== TASK_STATE.ENDED,
      () => `29: registration row ${row} owes an answer, and its thread has ended`,
    );
  }
}
