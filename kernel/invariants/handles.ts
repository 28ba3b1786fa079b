/** 21, 49: handles and the objects that they name. */
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { findHandle } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { OBJECT_TABLE } from '../state/objects.js';
import { isLive } from '../state/table.js';
import { type Report, rows } from './report.js';

/** Tables whose rows use a memory object. */
const HOLDERS = ['pools', 'rings', 'messages'] as const;
/** Tables whose rows carry a reply. */
const CARRIERS = ['messages', 'packets'] as const;

/** 21, 49: every handle is found, its parent is there, every object counts its handles. (45 is asserted where rights are given.) */
export function checkHandles(k: Kernel, report: Report): void {
  const { handles } = k.state;
  const counts = new Map<string, number>();
  for (const row of rows(handles)) {
    use(counts, handles.type[row], handles.object[row]);
    report(
      handles.process[row] < 0 || findHandle(k, handles.process[row], handles.value[row]) === row,
      () => `21: handle row ${row} is not found by its number`,
    );
    const parent = handles.parent[row];
    report(parent < 0 || isLive(handles, parent), () => `49: handle row ${row} was derived from a handle that is gone`);
  }
  for (const row of rows(k.state.tokens)) use(counts, k.state.tokens.type[row], k.state.tokens.task[row]);
  const { sessions } = k.state;
  // One from outside holds nothing.
  for (const row of rows(sessions)) if (sessions.owner[row] >= 0) use(counts, sessions.type[row], sessions.task[row]);
  if (k.bootProcess >= 0) use(counts, OBJECT_TYPE.process, k.bootProcess);
  for (const name of HOLDERS) {
    const table = k.state[name];
    for (const row of rows(table)) if (table.vmo[row] >= 0) use(counts, OBJECT_TYPE.vmo, table.vmo[row]);
  }
  for (const row of rows(k.state.rings)) use(counts, OBJECT_TYPE.pool, k.state.rings.pool[row]);
  for (const name of CARRIERS) {
    const table = k.state[name];
    for (const row of rows(table)) if (table.reply[row] >= 0) use(counts, OBJECT_TYPE.reply, table.reply[row]);
  }
  for (const [name, type] of Object.entries(OBJECT_TYPE) as [ObjectTypeName, number][]) {
    const table = k.state[OBJECT_TABLE[name]];
    for (const row of rows(table)) {
      const expected = counts.get(`${type}:${row}`) ?? 0;
      report(
        table.references[row] === expected,
        () => `21: ${name} row ${row} counts ${table.references[row]} handles, there are ${expected}`,
      );
    }
  }
}

function use(counts: Map<string, number>, type: number, row: number): void {
  counts.set(`${type}:${row}`, (counts.get(`${type}:${row}`) ?? 0) + 1);
}
