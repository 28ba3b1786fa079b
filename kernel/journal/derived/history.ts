/**
 * The history of a system: derived views over the records that are kept, those of a recording or of the ring of a live system, with
 * a cache. A value in the cache goes when a record comes that concerns it, or when one goes, in a ring that wraps; no other
 * record touches it. So the cache never changes an answer.
 *
 * A live system pays for it by the block: each record is looked at once when it comes, and once when it goes.
 */
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { nameText, textOfName } from '../../information.js';
import type { State } from '../../state/state.js';
import { isLive } from '../../state/table.js';
import { objectNamed, processRemoved, threadRemoved } from '../../transitions/tasks.js';
import type { Journal } from '../journal.js';
import { DERIVED_NAMES, DERIVED_VIEWS, type Derived, type DerivedName } from './all.js';
import type { Concerned, DerivedView, KeyKind } from './derived-view.js';
import { NOBODY, WHOLE_SYSTEM } from './derived-view.js';
import { ObjectRows } from './object-rows.js';
import { field, RecordAt, type RecordSource } from './record-at.js';
import { type CacheFigures, ViewCache } from './view-cache.js';

export interface HistoryOptions {
  /** Bytes that values in the cache may take together; 16 MiB where it says nothing. 0: no cache. */
  readonly cacheBytes?: number;
}

const CACHE_BYTES = 16 << 20;

/** Records of a ring that may be overwritten before we are asked again: a block. */
const BLOCK = 1024;

/** Of each type of record who is concerned, by the number of the view. */
interface Concern {
  readonly view: number;
  readonly concerned: Concerned;
}

const VIEWS: readonly DerivedView[] = DERIVED_NAMES.map((name) => DERIVED_VIEWS[name]);
const NUMBER = Object.fromEntries(DERIVED_NAMES.map((name, number) => [name, number])) as Record<DerivedName, number>;
const CONCERNS: Concern[][] = [];
VIEWS.forEach(({ concerned }, view) => {
  concerned.forEach((one, type) => {
    if (one !== undefined) CONCERNS[type] = [...(CONCERNS[type] ?? []), { view, concerned: one }];
  });
});

const removed = { process: field(processRemoved, 'row'), thread: field(threadRemoved, 'row') };

export class History {
  /** The first record that views are made of. */
  first = 0;
  private cache: ViewCache<unknown> | undefined;
  /** Records that were looked at. */
  private upTo: number;
  /** What rows mean before the first record, and after the last that was looked at. */
  private before: ObjectRows;
  private now: ObjectRows;
  private readonly record: RecordAt;
  private readonly names = new Map<number, string>();

  private constructor(
    private readonly source: RecordSource,
    rows: ObjectRows,
    first: number,
    private readonly options: HistoryOptions,
  ) {
    this.cache = this.newCache();
    this.before = rows;
    this.now = rows.copy();
    this.first = first;
    this.upTo = first;
    this.record = new RecordAt(source);
  }

  /** Of records that begin with the boot and are all kept. */
  static ofRecords(source: RecordSource, options: HistoryOptions = {}): History {
    return new History(source, new ObjectRows(), 0, options);
  }

  /**
   * Of a live system: the records that its ring has, from the boot on if that is still there, otherwise from now on. Between two
   * runs. Throws RangeError where its journal is off.
   */
  static ofJournal(journal: Journal, options: HistoryOptions = {}): History {
    if (!journal.enabled) throw new RangeError('a system whose journal is off has no history');
    const isWhole = journal.firstHeld === 0 && journal.count <= journal.capacity - BLOCK;
    const rows = isWhole ? new ObjectRows() : ObjectRows.ofState(journal.state);
    const history = new History(journal, rows, isWhole ? 0 : journal.count, options);
    if (!isWhole) history.nameAll(journal.state);
    journal.readBlocks({
      takeBlock: () => {
        history.catchUp();
        history.forget(journal.count + BLOCK - journal.capacity);
      },
      goneTo: (count) => history.beginAt(count, journal.state),
    });
    return history;
  }

  private newCache(): ViewCache<unknown> | undefined {
    const { cacheBytes = CACHE_BYTES } = this.options;
    return cacheBytes > 0 ? new ViewCache(cacheBytes) : undefined;
  }

  /** The system went to a snapshot, and goes on there: what was before is not kept. */
  private beginAt(count: number, s: State): void {
    this.before = ObjectRows.ofState(s);
    this.now = this.before.copy();
    this.first = count;
    this.upTo = count;
    this.cache = this.newCache();
    this.names.clear();
    this.nameAll(s);
  }

  /** Records that have come since: what they concern is not in the cache any more. */
  private catchUp(): void {
    const { source, now } = this;
    for (; this.upTo < source.count; this.upTo++) this.pass(this.upTo, now, true);
  }

  /** Records before this one are about to be overwritten. */
  private forget(first: number): void {
    for (; this.first < first; this.first++) {
      this.pass(this.first, this.before, false);
      this.forgetGone();
    }
  }

  private pass(index: number, rows: ObjectRows, isNew: boolean): void {
    const record = this.record.go(index);
    rows.take(record);
    if (isNew && record.type === objectNamed.number) this.name(record);
    const concerns = CONCERNS[record.type];
    if (concerns === undefined || this.cache === undefined) return;
    for (const { view, concerned } of concerns) {
      const keys = concerned(record, rows);
      if (typeof keys === 'number') this.cache.invalidate(view, keys);
      else for (const key of keys) this.cache.invalidate(view, key);
    }
  }

  /** The last record about a thread or a process is about to go: nobody asks for it by name any more. */
  private forgetGone(): void {
    const { record, before, now, names } = this;
    if (record.type === processRemoved.number) names.delete(before.process(removed.process(record)));
    if (record.type !== threadRemoved.number) return;
    const koid = before.thread(removed.thread(record));
    for (const rows of [before, now]) rows.forgetThread(koid);
    names.delete(koid);
  }

  /** The value of a view; for a key that no record concerns, one without anything in it. Between two steps. */
  get<Name extends DerivedName>(name: Name, key: number = WHOLE_SYSTEM): Derived<Name> {
    return this.read(NUMBER[name], key) as Derived<Name>;
  }

  private read(view: number, key: number): unknown {
    if (this.source.count !== this.upTo) this.catchUp();
    const known = this.cache?.find(view, key);
    if (known !== undefined) return known;
    const value = this.derive(view, key);
    this.cache?.keep(view, key, value, VIEWS[view].bytes(value));
    return value;
  }

  /** One view, for whoever reads it often. */
  view<Name extends DerivedName>(name: Name): { get(key?: number): Derived<Name> } {
    const view = NUMBER[name];
    return { get: (key: number = WHOLE_SYSTEM) => this.read(view, key) as Derived<Name> };
  }

  /** The values of a view for all keys that there are, in order: those that are not in the cache in one pass over the records. */
  all<Name extends DerivedName>(name: Name): readonly (readonly [key: number, value: Derived<Name>])[] {
    const view = NUMBER[name];
    const keys = this.keys(VIEWS[view].key);
    const known = new Map(keys.map((key) => [key, this.cache?.find(view, key)]));
    const missing = keys.filter((key) => known.get(key) === undefined);
    for (const [key, value] of this.deriveAll(view, missing)) {
      this.cache?.keep(view, key, value, VIEWS[view].bytes(value));
      known.set(key, value);
    }
    return keys.map((key) => [key, known.get(key) as Derived<Name>]);
  }

  private derive(view: number, key: number): unknown {
    return this.deriveAll(view, [key])[0][1];
  }

  private deriveAll(number: number, wanted: readonly number[]): readonly (readonly [number, unknown])[] {
    if (wanted.length === 0) return [];
    const view = VIEWS[number];
    const folds = new Map(wanted.map((key) => [key, view.begin(key)]));
    const rows = this.before.copy();
    const { record, upTo } = this;
    for (let index = this.first; index < upTo; index++) {
      record.go(index);
      rows.take(record);
      const keys = view.concerned[record.type]?.(record, rows) ?? NOBODY;
      if (typeof keys === 'number') folds.get(keys)?.take(record, rows);
      else for (const key of keys) folds.get(key)?.take(record, rows);
    }
    return wanted.map((key) => [key, folds.get(key)?.value()]);
  }

  /** The keys that a view can be asked for: koids of what was made while records are kept, or was there before. */
  keys(kind: KeyKind): readonly number[] {
    this.catchUp();
    if (kind === 'system') return [WHOLE_SYSTEM];
    const type = OBJECT_TYPE[kind];
    const koids = new Set(this.before.koids[type].values());
    for (let index = this.first; index < this.upTo; index++) {
      const koid = ObjectRows.made(type, this.record.go(index));
      if (koid > 0) koids.add(koid);
    }
    return [...koids].sort((a, b) => a - b);
  }

  private nameAll(s: State): void {
    for (const table of [s.processes, s.threads])
      for (let row = 0; row < table.used; row++)
        if (isLive(table, row)) this.names.set(table.koid[row], nameText(table, row));
  }

  private name(record: RecordAt): void {
    const koid = this.now.koid(record.word(0), record.word(1));
    const bytes = new Uint8Array(24);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 6; i++) view.setInt32(4 * i, record.word(2 + i), true);
    this.names.set(koid, textOfName(bytes));
  }

  /** The name of a process or thread, as far as records say it; empty otherwise. */
  nameOf(koid: number): string {
    this.catchUp();
    return this.names.get(koid) ?? '';
  }

  /** The process of a thread (koids), 0 where it is not known. */
  processOf(thread: number): number {
    this.catchUp();
    return this.now.processOfThread(thread);
  }

  /** How the cache has done; undefined without one. */
  get figures(): CacheFigures | undefined {
    return this.cache?.figures;
  }
}
