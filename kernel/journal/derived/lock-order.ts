/**
 * The order in which locks are taken: an edge from A to B where a thread asked for B, or got it, while it owned A. A cycle of edges
 * is a deadlock that can happen, whether or not it did: if each edge is of another thread, and none owned a lock that another one
 * of them owned (such a lock would keep them apart). Only lock objects: a futex that is free is taken without the kernel.
 */
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { STATUS } from '../../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { claimMade, deadlockFound, lockOwned, lockRemoved } from '../../transitions/locks.js';
import { CALL_WAITS, called } from '../../transitions/steps.js';
import { byType, type Concerned, type DerivedView, NOBODY, WHOLE_SYSTEM } from './derived-view.js';
import { type Cycle, type Edge, type Holding, potentialDeadlocks } from './lock-cycles.js';
import type { ObjectRows } from './object-rows.js';
import { field, type RecordAt } from './record-at.js';

/** Ways to come to one edge (a thread, and what it owned) that are remembered. */
const HOLDINGS = 16;

export interface LockOrder {
  readonly edges: readonly Edge[];
  /** Deadlocks that can happen. */
  readonly deadlocks: readonly (Cycle & {
    /** The kernel found it, and refused the last wait. */
    readonly happened: boolean;
  })[];
}

const owned = { row: field(lockOwned, 'row'), owner: field(lockOwned, 'owner') };
const removed = field(lockRemoved, 'row');
const claim = { lock: field(claimMade, 'lock'), thread: field(claimMade, 'thread') };
const numberStatus = field(called, 'number_status');
const handle = field(called, 'a0');
const found = { thread: field(deadlockFound, 'thread'), object: field(deadlockFound, 'object') };

/** lock_acquire that waits, or would have for ever. */
const ASKS: ReadonlySet<number> = new Set(
  [CALL_WAITS, STATUS.DEADLOCK].map((end) => CALL_NUMBER.lock_acquire | (end << 16)),
);

const whole: Concerned = () => WHOLE_SYSTEM;

export const LOCK_ORDER: DerivedView<LockOrder> = {
  name: 'locks',
  about: 'the order in which locks are taken, and the deadlocks that can come of it',
  key: 'system',
  concerned: byType<Concerned>([
    [lockOwned, whole],
    [lockRemoved, whole],
    [claimMade, whole],
    [deadlockFound, whole],
    [called, (record) => (ASKS.has(numberStatus(record)) ? WHOLE_SYSTEM : NOBODY)],
  ]),
  begin() {
    /** The locks of a thread in the order in which it got them, and the owner of each (koids). */
    const locksOf = new Map<number, number[]>();
    const ownerOf = new Map<number, number>();
    const edges = new Map<string, { -readonly [K in keyof Edge]: Edge[K] } & { holdings: Holding[] }>();
    const foundLocks = new Set<string>();
    let members: { seq: number; locks: number[] } = { seq: -1, locks: [] };

    const asks = (thread: number, lock: number, { seq }: RecordAt): void => {
      const locks = (locksOf.get(thread) ?? []).filter((held) => held !== lock);
      for (const held of locks) {
        const name = `${held} ${lock}`;
        const edge = edges.get(name) ?? { from: held, to: lock, count: 0, seq, holdings: [] };
        edges.set(name, edge);
        edge.count++;
        const isKnown = edge.holdings.some((one) => one.thread === thread && sameLocks(one.owned, locks));
        if (!isKnown && edge.holdings.length < HOLDINGS) edge.holdings.push({ thread, seq, owned: locks });
      }
    };
    const leave = (lock: number): void => {
      const owner = ownerOf.get(lock);
      ownerOf.delete(lock);
      if (owner === undefined) return;
      const left = (locksOf.get(owner) ?? []).filter((other) => other !== lock);
      if (left.length === 0) locksOf.delete(owner);
      else locksOf.set(owner, left);
    };
    const endFound = (): void => {
      if (members.locks.length > 0) foundLocks.add(members.locks.sort((a, b) => a - b).join(' '));
      members = { seq: -1, locks: [] };
    };
    const takes = byType<(record: RecordAt, rows: ObjectRows) => void>([
      [
        lockOwned,
        (record, rows) => {
          const lock = rows.koid(OBJECT_TYPE.lock, owned.row(record));
          const thread = rows.thread(owned.owner(record));
          if (thread !== 0 && ownerOf.get(lock) === thread) return;
          leave(lock);
          if (thread === 0) return;
          asks(thread, lock, record);
          ownerOf.set(lock, thread);
          locksOf.set(thread, [...(locksOf.get(thread) ?? []), lock]);
        },
      ],
      [lockRemoved, (record, rows) => leave(rows.koid(OBJECT_TYPE.lock, removed(record)))],
      [
        claimMade,
        (record, rows) =>
          asks(rows.thread(claim.thread(record)), rows.koid(OBJECT_TYPE.lock, claim.lock(record)), record),
      ],
      [
        called,
        (record, rows) => {
          const lock = rows.named(rows.processOfThread(record.actor), handle(record), OBJECT_TYPE.lock);
          if (lock !== 0) asks(record.actor, lock, record);
        },
      ],
      [
        deadlockFound,
        (record) => {
          if (members.seq !== record.seq) endFound();
          members.seq = record.seq;
          members.locks.push(found.object(record));
        },
      ],
    ]);
    return {
      take: (record, rows) => takes[record.type]?.(record, rows),
      value() {
        endFound();
        const all = [...edges.values()];
        const deadlocks = potentialDeadlocks(all).map((cycle) => ({
          ...cycle,
          happened: foundLocks.has([...cycle.locks].sort((a, b) => a - b).join(' ')),
        }));
        return { edges: all, deadlocks };
      },
    };
  },
  bytes: ({ edges, deadlocks }) =>
    128 +
    edges.reduce((sum, { holdings }) => sum + 96 + holdings.length * 96, 0) +
    deadlocks.reduce((sum, { locks }) => sum + 96 + locks.length * 48, 0),
};

function sameLocks(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((lock) => b.includes(lock));
}
