/**
 * A derived view: something that is computed of records alone. It says which records concern which key (a thread, a process, an
 * endpoint, or the whole system), and folds those of one key, in order. Its value is a function of these records, and of what
 * `ObjectRows` knows when each comes; so it stays right until another record that concerns its key comes, or goes.
 */
import type { Transition } from '../../state/transition.js';
import type { ObjectRows } from './object-rows.js';
import type { RecordAt } from './record-at.js';

/** What a key is: a koid, or WHOLE_SYSTEM for views that have no other. */
export type KeyKind = 'system' | 'thread' | 'process' | 'channel';

/** Also the key of all processes together, where a view has that. */
export const WHOLE_SYSTEM = 0;

/** The keys that a record concerns: one, several, or none (-1). After `rows` has taken it. */
export type Concerned = (record: RecordAt, rows: ObjectRows) => number | readonly number[];

export const NOBODY = -1;

export interface Fold<Value> {
  take(record: RecordAt, rows: ObjectRows): void;
  /** Once, after the last record. */
  value(): Value;
}

export interface DerivedView<Value = unknown> {
  readonly name: string;
  readonly about: string;
  readonly key: KeyKind;
  /** By number of the record's type. */
  readonly concerned: readonly (Concerned | undefined)[];
  begin(key: number): Fold<Value>;
  /** About how many bytes of the host's memory a value takes. */
  bytes(value: Value): number;
}

/** By number of the type. */
export function byType<T>(entries: readonly (readonly [Transition, T])[]): readonly (T | undefined)[] {
  const list: (T | undefined)[] = [];
  for (const [{ number }, entry] of entries) list[number] = entry;
  return list;
}
