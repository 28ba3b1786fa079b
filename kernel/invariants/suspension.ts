/** 30: every thread counts what keeps it from running: its own tokens, those of its process, debug sessions. */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import type { Kernel } from '../kernel.js';
import { type Report, rows } from './report.js';

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}

export function checkSuspensions(k: Kernel, report: Report): void {
  const { tokens, threads, processes } = k.state;
  const ofThread = new Map<number, number>();
  const ofProcess = new Map<number, number>();
  for (const row of rows(tokens)) {
    const counts = tokens.type[row] === OBJECT_TYPE.thread ? ofThread : ofProcess;
    counts.set(tokens.task[row], (counts.get(tokens.task[row]) ?? 0) + 1);
  }
  for (const row of rows(processes)) {
    report(
      processes.suspensions[row] === (ofProcess.get(row) ?? 0) + bits(processes.held[row]),
      () => `30: process row ${row} counts its suspensions wrong`,
    );
  }
  for (const row of rows(threads)) {
    const tokens = (ofThread.get(row) ?? 0) + (ofProcess.get(threads.process[row]) ?? 0);
    const expected = tokens + bits(threads.held[row]);
    report(threads.suspensions[row] === expected, () => `30: thread row ${row} counts its suspensions wrong`);
  }
}
