/** What object_info tells: the layouts of `syscalls/layouts.ts`, filled in. */
import { INFO } from '../syscalls/calls.js';
import { FIELD_BYTES, type FieldKind, LAYOUTS, type Layout, layoutBytes, TASK_STATE } from '../syscalls/layouts.js';
import { PAGE_BYTES } from '../syscalls/limits.js';
import { OBJECT_TYPE } from '../syscalls/objects.js';
import type { Kernel } from './kernel.js';
import { KernelPanic } from './panic.js';
import { NO_DEADLINE } from './state/deadline-heap.js';
import { koidOf } from './state/objects.js';
import type { State } from './state/state.js';
import { isLive, type ReadonlyColumn } from './state/table.js';

/** A row of names: six words each. */
export interface NameColumns {
  readonly name0: ReadonlyColumn;
  readonly name1: ReadonlyColumn;
  readonly name2: ReadonlyColumn;
  readonly name3: ReadonlyColumn;
  readonly name4: ReadonlyColumn;
  readonly name5: ReadonlyColumn;
}

export function nameBytes(t: NameColumns, row: number): Uint8Array {
  const words = Int32Array.of(t.name0[row], t.name1[row], t.name2[row], t.name3[row], t.name4[row], t.name5[row]);
  return new Uint8Array(words.buffer);
}

const decoder = new TextDecoder();

/** A name as text; control characters, which a hostile program may choose, show as "?". */
export function nameText(t: NameColumns, row: number): string {
  return textOfName(nameBytes(t, row));
}

/** As `nameText`, of the 24 bytes of a name. */
export function textOfName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

/** Packs the fields of a layout. */
export function pack(layout: Layout, values: Readonly<Record<string, number | Uint8Array>>): Uint8Array {
  const bytes = new Uint8Array(layoutBytes(layout));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { name, kind } of layout.fields) {
    const value = values[name];
    if (value === undefined) throw new KernelPanic(`${layout.name} wants ${name}`);
    if (typeof value !== 'number') bytes.set(value, at);
    else if (kind === ('u64' satisfies FieldKind)) view.setBigUint64(at, BigInt(value), true);
    else view.setInt32(at, value, true);
    at += FIELD_BYTES[kind];
  }
  return bytes;
}

/** The description `what` of the object that a handle names; the type was checked. */
export function informationAbout(k: Kernel, what: number, handle: number): Uint8Array {
  const { handles, processes, threads, allocators, vmos } = k.state;
  const row = handles.object[handle];
  switch (what) {
    case INFO.HANDLE:
      return pack(LAYOUTS.info_handle, {
        koid: koidOf(k.state, handles.type[handle], row),
        type: handles.type[handle],
        rights: handles.rights[handle],
        badge: handles.badge[handle],
      });
    case INFO.PROCESS:
      return pack(LAYOUTS.info_process, {
        koid: processes.koid[row],
        state: processes.state[row],
        threads: processes.liveThreads[row],
        exit_reason: processes.exitReason[row],
        exit_code: processes.exitCode[row],
        fault_cause: processes.faultCause[row],
        fault_pc: processes.faultPc[row],
        fault_address: processes.faultAddress[row],
        name: nameBytes(processes, row),
      });
    case INFO.THREAD:
      return pack(LAYOUTS.info_thread, {
        koid: threads.koid[row],
        process: processes.koid[threads.process[row]],
        state: threads.state[row],
        priority: threads.priority[row],
        blocked_on: threads.blockedOn[row],
        blocked_address: threads.blockedAddress[row],
        name: nameBytes(threads, row),
      });
    case INFO.ALLOCATOR:
      return pack(LAYOUTS.info_allocator, {
        koid: allocators.koid[row],
        quota: allocators.quota[row],
        used: allocators.charged[row],
        children: allocators.childrenQuota[row],
        peak: allocators.peak[row],
        reserve: allocators.reserve[row],
        soft_mark: allocators.softMark[row],
        state: allocators.state[row],
        waiting: k.state.sources.length[allocators.waiters[row]],
        owed: allocators.owed[row],
        ...useOf(k.state, row),
      });
    case INFO.VMO:
      return pack(LAYOUTS.info_vmo, {
        koid: vmos.koid[row],
        size: vmos.pages[row] * 4096,
        resident: vmos.resident[row] * 4096,
      });
    default:
      return pack(...describe(k.state, what, row, processes.clockHeld[handles.process[handle]]));
  }
}

/** What the use of an allocator consists of, in bytes. */
function useOf({ allocators }: State, row: number): Readonly<Record<string, number>> {
  const [page, table, saveArea] = [allocators.pageFrames, allocators.tableFrames, allocators.saveAreaFrames].map(
    (frames) => frames[row] * PAGE_BYTES,
  );
  return {
    page_bytes: page,
    table_bytes: table,
    save_area_bytes: saveArea,
    object_bytes: allocators.charged[row] - page - table - saveArea,
  };
}

type Values = Readonly<Record<string, number | Uint8Array>>;

/** The descriptions of objects of events, locks, time and jobs; times are by a clock that has stood still for so many ns. */
function describe(s: State, what: number, row: number, clockHeld: number): [Layout, Values] {
  const { channels, interrupts, jobs, locks, pools, rings, sources, threads, timers, topics } = s;
  switch (what) {
    case INFO.POOL:
      return [
        LAYOUTS.info_pool,
        {
          koid: pools.koid[row],
          kind: pools.kind[row],
          packets: pools.packets[row],
          registrations: pools.registrations[row],
          room: pools.units[row],
          used: pools.usedUnits[row],
          promised: pools.reserved[row],
        },
      ];
    case INFO.CHANNEL:
      return [
        LAYOUTS.info_channel,
        {
          koid: channels.koid[row],
          peer: channels.peer[row] < 0 ? 0 : channels.koid[channels.peer[row]],
          max_message: channels.maxMessage[row],
          sends: sources.length[channels.senders[row]],
          receives: sources.length[channels.receivers[row]],
        },
      ];
    case INFO.LOCK: {
      const owner = locks.owner[row];
      const waiting = sources.length[locks.queue[row]];
      return [LAYOUTS.info_lock, { koid: locks.koid[row], owner: owner < 0 ? 0 : threads.koid[owner], waiting }];
    }
    case INFO.TIMER: {
      const isSet = timers.deadlineSlot[row] !== NO_DEADLINE;
      return [
        LAYOUTS.info_timer,
        {
          koid: timers.koid[row],
          is_set: isSet ? 1 : 0,
          deadline: isSet ? Math.max(0, timers.deadline[row] - clockHeld) : 0,
          period: timers.period[row],
          listeners: sources.length[timers.source[row]],
          reserved: 0,
        },
      ];
    }
    case INFO.INTERRUPT:
      return [
        LAYOUTS.info_interrupt,
        {
          koid: interrupts.koid[row],
          line: interrupts.line[row],
          owed: interrupts.owed[row],
          pending: interrupts.latched[row],
          stuck: interrupts.stuck[row],
        },
      ];
    case INFO.TOPIC:
      return [
        LAYOUTS.info_topic,
        {
          koid: topics.koid[row],
          type: topics.type[row],
          size: topics.size[row],
          listeners: sources.length[topics.source[row]],
        },
      ];
    case INFO.JOB:
      return [
        LAYOUTS.info_job,
        {
          koid: jobs.koid[row],
          parent: jobs.parent[row] < 0 ? 0 : jobs.koid[jobs.parent[row]],
          processes: jobs.processes[row],
          threads: jobs.threads[row],
          killed: jobs.killed[row],
          name: nameBytes(jobs, row),
        },
      ];
    case INFO.RING:
      return [
        LAYOUTS.info_ring,
        {
          koid: rings.koid[row],
          pool: pools.koid[rings.pool[row]],
          entries: rings.entries[row],
          state: rings.state[row],
        },
      ];
    case INFO.SESSION:
      return [LAYOUTS.info_session, sessionFields(s, row)];
    default:
      throw new KernelPanic(`no description has number ${what}`);
  }
}

function sessionFields(s: State, row: number): Values {
  const { sessions, processes, jobs, threads, breakpoints } = s;
  const bit = 1 << row;
  const task = sessions.task[row];
  let faults = 0;
  for (let at = s.firstFaulted; at >= 0; at = threads.nextFaulted[at]) if (threads.told[at] & bit) faults++;
  let set = 0;
  for (let at = 0; at < breakpoints.used; at++) if (isLive(breakpoints, at) && breakpoints.session[at] === row) set++;
  let stopped = sessions.holds[row];
  for (let at = 0; at < processes.used; at++) if (isLive(processes, at) && processes.held[at] & bit) stopped = 1;
  return {
    koid: sessions.koid[row],
    task: sessions.type[row] === OBJECT_TYPE.process ? processes.koid[task] : jobs.koid[task],
    options: sessions.options[row],
    stopped,
    faults,
    breakpoints: set,
  };
}

/** The koids of the threads of a process that have not ended, lowest first. */
export function threadKoids(k: Kernel, process: number): Int32Array {
  const { threads, processes } = k.state;
  const koids: number[] = [];
  for (let row = processes.firstThread[process]; row >= 0; row = threads.nextInProcess[row])
    if (threads.state[row] !== TASK_STATE.ENDED) koids.push(threads.koid[row]);
  return Int32Array.from(koids).sort();
}

/** The koids of the processes in a job and below it that have not ended, lowest first. */
export function processKoids(k: Kernel, job: number): Int32Array {
  const { processes, jobs } = k.state;
  const koids: number[] = [];
  for (let row = 0; row < processes.used; row++) {
    if (!isLive(processes, row) || processes.state[row] === TASK_STATE.ENDED) continue;
    let at = processes.job[row];
    while (at >= 0 && at !== job) at = jobs.parent[at];
    if (at === job) koids.push(processes.koid[row]);
  }
  return Int32Array.from(koids).sort();
}
