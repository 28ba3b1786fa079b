/** What the journal of a run says. */
import type { ReadRecord, System } from '../../kernel/index.js';

/** All records that the ring still holds, oldest first. */
export function recordsOf(system: System): ReadRecord[] {
  const { journal } = system.kernel;
  const records: ReadRecord[] = [];
  for (let index = Math.max(0, journal.count - journal.capacity); index < journal.count; index++)
    records.push(journal.read(index));
  return records;
}

/** Those of one type. */
export function recordsOfType(system: System, type: string): ReadRecord[] {
  return recordsOf(system).filter((record) => record.type === type);
}
