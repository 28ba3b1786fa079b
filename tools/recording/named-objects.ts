/**
 * Which objects a record names. Records name rows of the kernel's tables; which object has a row the record says that made it. A
 * field is called as the type of what it names (`thread`, `process`), or `row` in records whose name begins with their type.
 */
import type { ReadRecord } from '../../kernel/index.js';

/** Made by records of their own, and in the table of memory objects. */
const VMOS: readonly string[] = ['discardable', 'device'];

export class NamedObjects {
  /** The koids of the rows in use, a list for each type. */
  private readonly rows = new Map<string, Map<number, number>>();
  /** The process of each thread that was made. */
  private readonly processes = new Map<number, number>();

  /** Takes the next record: all of them, in order. */
  take({ type, fields: { row, koid, process } }: ReadRecord): void {
    if (row === undefined || koid === undefined) return;
    const name = /^(\w+)_created$/.exec(type)?.[1];
    if (name === undefined) return;
    const made = VMOS.includes(name) ? 'vmo' : name;
    const table = this.rows.get(made) ?? new Map<number, number>();
    this.rows.set(made, table.set(row, koid));
    const owner = made === 'thread' && process !== undefined ? this.rows.get('process')?.get(process) : undefined;
    if (owner !== undefined) this.processes.set(koid, owner);
  }

  /** The koid of the process of a thread that was made. */
  processOf(thread: number): number | undefined {
    return this.processes.get(thread);
  }

  /** Does a record name this object, or did it make the step? */
  names({ type, actor, fields }: ReadRecord, koid: number): boolean {
    if (actor === koid || fields.koid === koid || fields.thread_koid === koid) return true;
    return Object.entries(fields).some(([name, value]) => {
      const table = name === 'row' ? this.tableOf(type) : this.rows.get(name);
      return table?.get(value) === koid;
    });
  }

  /** The table of the type with which a record's name begins. */
  private tableOf(type: string): Map<number, number> | undefined {
    for (let end = type.lastIndexOf('_'); end > 0; end = type.lastIndexOf('_', end - 1)) {
      const table = this.rows.get(type.slice(0, end));
      if (table !== undefined) return table;
    }
    return undefined;
  }
}
