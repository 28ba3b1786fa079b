/** What can be seen of the kernel's state and of the model's, as lines that have to be equal. */
import type { State } from '../../kernel/index.js';
import { koidOf } from '../../kernel/state/objects.js';
import { freeUnits } from '../../kernel/state/sources.js';
import { isLive } from '../../kernel/state/table.js';
import { QUEUE } from '../../kernel/state/tables.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { PACKET, SOURCE } from '../../syscalls/options.js';
import { flagsText } from './calls.js';
import type { Model } from './model.js';
import { isWait, type Listener, type Message, type Thread } from './rules/objects.js';
import type { Stage } from './stage.js';
import { THREADS } from './world.js';

const LIST_NAMES = new Map<number, string>([
  ...Object.entries(SOURCE).map(([name, value]) => [value, name] as const),
  ...Object.entries(QUEUE).map(([name, value]) => [value, name] as const),
]);

function rowsOf(table: State['threads' | 'pools' | 'locks' | 'sources' | 'interrupts' | 'rings']): number[] {
  return Array.from({ length: table.used }, (_, row) => row).filter((row) => isLive(table, row));
}

/** One line for each thread, each list in which somebody stands, each pool, each lock. */
export function kernelView(stage: Stage): string[] {
  const { state } = stage.system;
  const { threads, sources, registrations: r, pools, packets, locks, interrupts, rings } = state;
  const name = (koid: number): string => stage.names.get(koid) ?? 'process';
  const registration = (row: number): string =>
    r.thread[row] >= 0 ? name(threads.koid[r.thread[row]]) : `r${stage.numberOf(r.number[row])}`;
  const inTurn = (head: number): string => {
    const entries: string[] = [];
    for (let row = head; row >= 0; row = r.next[row]) entries.push(registration(row));
    return entries.join(' ');
  };
  const lines: string[] = [];
  for (const row of rowsOf(threads)) {
    const known = name(threads.koid[row]);
    if (!(THREADS as readonly string[]).includes(known)) continue;
    const on = Object.entries(BLOCKED_ON).find(([, value]) => value === threads.blockedOn[row])?.[0];
    const idle = threads.blockedOn[row] === BLOCKED_ON.FUTEX;
    lines.push(`${known}: ${threads.state[row] === TASK_STATE.ENDED ? 'dead' : idle ? 'idle' : `waits ${on}`}`);
  }
  for (const row of rowsOf(sources)) {
    const entries = inTurn(sources.head[row]);
    const object = name(koidOf(state, sources.type[row], sources.object[row]));
    if (entries !== '') lines.push(`${object} ${LIST_NAMES.get(sources.name[row])}: ${entries}`);
  }
  for (const row of rowsOf(pools)) {
    const held: string[] = [];
    for (let packet = pools.firstPacket[row]; packet >= 0; packet = packets.next[packet]) {
      const owner = packets.registration[packet];
      const flags = flagsText((flag) => (packets.flags[packet] & PACKET[flag]) !== 0);
      // Completions that came together are one row.
      const run = packets.run[packet];
      const units = packets.units[packet] / run;
      const text = `${owner === -1 ? 'posted' : registration(owner)}/${units} x${packets.count[packet]} ${flags || '-'}`;
      for (let i = 0; i < run; i++) held.push(owner === -2 ? `removed/${units}` : text);
    }
    const parked = inTurn(pools.parkedHead[row]);
    const shared = sharedText(['NO', 'MAPPED', 'CORRUPT'][pools.shared[row]]);
    lines.push(
      `${name(pools.koid[row])} holds [${held.join(', ')}] parked [${parked}] free ${freeUnits(state, row)}${shared}`,
    );
  }
  for (const row of rowsOf(interrupts)) {
    const owing: string[] = [];
    for (let one = interrupts.firstOwing[row]; one >= 0; one = r.nextOwing[one]) owing.push(registration(one));
    const [claimed, pending] = [interrupts.claimed[row], interrupts.latched[row]];
    lines.push(`${name(interrupts.koid[row])} owed by [${owing.join(' ')}] masked ${claimed} pending ${pending}`);
  }
  for (const row of rowsOf(rings)) lines.push(`${name(rings.koid[row])} corrupt ${rings.state[row]}`);
  for (const row of rowsOf(locks)) {
    const owner = locks.owner[row];
    lines.push(
      `${name(locks.koid[row])} owner ${owner < 0 ? '-' : name(threads.koid[owner])} died ${locks.ownerDied[row]}`,
    );
  }
  return lines.sort();
}

function blockedOn(thread: Thread): string {
  const { wait } = thread;
  if (!thread.alive) return 'dead';
  if (wait === undefined) return 'idle';
  if (wait.reply !== undefined) return 'waits REPLY';
  const on: Readonly<Partial<Record<string, keyof typeof BLOCKED_ON>>> = {
    event_wait: 'EVENT',
    event_wait_many: 'EVENT',
    pool_take: 'POOL',
    channel_send: 'SEND',
    channel_call: 'SEND',
    channel_receive: 'RECEIVE',
    lock_acquire: 'LOCK',
    ring_enter: 'RING',
  };
  return `waits ${on[wait.call.call]}`;
}

export function modelView(model: Model): string[] {
  const entry = (one: Listener | Message['by']): string => (isWait(one) ? one.thread.name : `r${one.number}`);
  const lines: string[] = [];
  const list = (object: string, what: string, all: readonly (Listener | Message['by'])[]): void => {
    if (all.length > 0) lines.push(`${object} ${what}: ${all.map(entry).join(' ')}`);
  };
  for (const thread of model.threads) if (thread.open) lines.push(`${thread.name}: ${blockedOn(thread)}`);
  for (const source of model.sources()) list(source.object, source.type, source.list);
  for (const end of model.ends) {
    list(
      end.name,
      'SENDERS',
      end.incoming.map((message) => message.by),
    );
    list(end.name, 'RECEIVERS', end.receivers);
  }
  for (const pool of model.pools) {
    if (!pool.open) continue;
    list(pool.name, 'TAKERS', pool.takers);
    const held = pool.packets.map(({ removed, registration, units, told }) => {
      if (removed) return `removed/${units}`;
      return `${registration === undefined ? 'posted' : entry(registration)}/${units} x${told.count} ${told.flags || '-'}`;
    });
    const parked = pool.parked.map(entry).join(' ');
    lines.push(
      `${pool.name} holds [${held.join(', ')}] parked [${parked}] free ${model.free(pool)}${sharedText(pool.shared)}`,
    );
  }
  for (const { name, open, owing, claimed, pending } of model.interrupts) {
    if (!open) continue;
    const owed = owing.map(({ by }) => ('lifecycle' in by ? by.name : entry(by))).join(' ');
    lines.push(`${name} owed by [${owed}] masked ${Number(claimed)} pending ${Number(pending)}`);
  }
  for (const { name, open, corrupt, waiters } of model.rings) {
    list(name, 'COMPLETIONS', waiters);
    if (open) lines.push(`${name} corrupt ${Number(corrupt)}`);
  }
  for (const lock of model.locks) {
    list(lock.name, 'LOCK', lock.queue);
    if (lock.open) lines.push(`${lock.name} owner ${lock.owner?.name ?? '-'} died ${lock.ownerDied ? 1 : 0}`);
  }
  return lines.sort();
}

/** Of a pool that is mapped; of the others nothing. */
function sharedText(shared: string): string {
  return shared === 'NO' ? '' : ` shared ${shared}`;
}
