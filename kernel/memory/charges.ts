/**
 * Everything that is charged, item by item: who pays, for what, how much. Computed from what there is, not from what the
 * allocators keep: the sum has to be what they say (invariant 36). Slow, for pictures and checks.
 */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { COST } from '../limits.js';
import { FRAME_USE, type State } from '../state/state.js';
import { isLive } from '../state/table.js';

/**
 * What an allocator can be charged for, in words: one of it, and several. Pages of pools, rings and messages are told apart from
 * those of a program's own memory objects.
 */
export const CHARGE_KINDS = {
  pages: ['page', 'pages'],
  poolPages: ['page of pools', 'pages of pools'],
  messagePages: ['page of messages', 'pages of messages'],
  pageTables: ['page table', 'page tables'],
  saveAreas: ['save area', 'save areas'],
  journal: ["frame for the journal's cache", "frames for the journal's cache"],
  handles: ['handle', 'handles'],
  mappings: ['mapping', 'mappings'],
  registrations: ['registration', 'registrations'],
  processes: ['process', 'processes'],
  threads: ['thread', 'threads'],
  vmos: ['memory object', 'memory objects'],
  vmars: ['address region', 'address regions'],
  shares: ['shared page', 'shared pages'],
  grants: ['granted request', 'granted requests'],
  allocators: ['allocator', 'allocators'],
  pools: ['pool', 'pools'],
  rings: ['ring', 'rings'],
  channels: ['endpoint', 'endpoints'],
  messages: ['message', 'messages'],
  replies: ['reply', 'replies'],
  locks: ['lock', 'locks'],
  timers: ['timer', 'timers'],
  interrupts: ['interrupt', 'interrupts'],
  topics: ['topic', 'topics'],
  jobs: ['job', 'jobs'],
  tokens: ['token', 'tokens'],
  sessions: ['debug session', 'debug sessions'],
  breakpoints: ['breakpoint', 'breakpoints'],
} as const satisfies Readonly<Record<string, readonly [one: string, several: string]>>;

export type ChargeKind = keyof typeof CHARGE_KINDS;

/** What the pages of a memory object are, by its row. */
export type PageKind = 'pages' | 'poolPages' | 'messagePages';

/** Tables whose rows name the allocator that pays for them, and what a row costs. */
const PAID = [
  ['processes', COST.process],
  ['vmos', COST.vmo],
  ['pools', COST.pool],
  ['rings', COST.ring],
  ['channels', COST.channel],
  ['messages', COST.message],
  ['replies', COST.reply],
  ['locks', COST.lock],
  ['timers', COST.timer],
  ['interrupts', COST.interrupt],
  ['topics', COST.topic],
  ['jobs', COST.job],
  ['tokens', COST.token],
] as const satisfies readonly (readonly [ChargeKind, number])[];

/** Calls for each item that is charged: the row of the allocator that pays, what it is, and the bytes. */
export function eachCharge(s: State, visit: (allocator: number, kind: ChargeKind, bytes: number) => void): void {
  const { allocators, frames, handles, mappings, pools, processes, registrations: r, shares, threads, vmars, vmos } = s;
  const payerOfThread = (thread: number): number => processes.allocator[threads.process[thread]];
  for (const [name, cost] of PAID) {
    const table = s[name];
    for (let row = 0; row < table.used; row++) if (isLive(table, row)) visit(table.allocator[row], name, cost);
  }
  for (let row = 0; row < threads.used; row++) {
    if (!isLive(threads, row)) continue;
    visit(payerOfThread(row), 'threads', COST.thread);
    // What it waited for, until it has repeated its request.
    if (threads.grantOf[row] !== 0) visit(threads.grantOf[row] - 1, 'grants', threads.grant[row]);
  }
  for (let row = 0; row < handles.used; row++) {
    if (!isLive(handles, row)) continue;
    const process = handles.process[row];
    visit(process < 0 ? handles.payer[row] : processes.allocator[process], 'handles', COST.handle);
  }
  const { breakpoints, sessions } = s;
  for (let row = 0; row < sessions.used; row++)
    if (isLive(sessions, row) && sessions.owner[row] >= 0) visit(sessions.allocator[row], 'sessions', COST.session);
  for (let row = 0; row < breakpoints.used; row++) {
    const session = breakpoints.session[row];
    if (isLive(breakpoints, row) && sessions.owner[session] >= 0)
      visit(sessions.allocator[session], 'breakpoints', COST.breakpoint);
  }
  for (let row = 0; row < vmars.used; row++)
    if (isLive(vmars, row) && vmars.process[row] >= 0)
      visit(processes.allocator[vmars.process[row]], 'vmars', COST.vmar);
  for (let row = 0; row < mappings.used; row++)
    if (isLive(mappings, row)) visit(processes.allocator[vmars.process[mappings.vmar[row]]], 'mappings', COST.mapping);
  for (let row = 0; row < r.used; row++) {
    if (!isLive(r, row)) continue;
    if (r.pool[row] >= 0) visit(pools.allocator[r.pool[row]], 'registrations', COST.registration);
    // A thread's own came with the thread.
    else if (threads.waiter[r.thread[row]] !== row)
      visit(payerOfThread(r.thread[row]), 'registrations', COST.registration);
  }
  for (let row = 0; row < allocators.used; row++)
    if (isLive(allocators, row) && allocators.parent[row] >= 0)
      visit(allocators.parent[row], 'allocators', COST.allocator);
  for (let row = 0; row < shares.used; row++)
    if (isLive(shares, row)) visit(vmos.allocator[shares.vmo[row]], 'shares', COST.share);
  const kindOf = pageKinds(s);
  for (let row = 0; row < frames.used; row++)
    if (isLive(frames, row)) visit(frames.allocator[row], frameKind(s, row, kindOf), PAGE_BYTES);
}

/** What a frame in use is charged as. */
function frameKind({ frames }: State, frame: number, kindOf: (vmo: number) => PageKind): ChargeKind {
  switch (frames.use[frame]) {
    case FRAME_USE.PAGE:
      return kindOf(frames.owner[frame]);
    case FRAME_USE.PAGE_TABLE:
      return 'pageTables';
    case FRAME_USE.JOURNAL:
      return 'journal';
    default:
      return 'saveAreas';
  }
}

/** What the pages of each memory object are: found once, for many questions. */
export function pageKinds(s: State): (vmo: number) => PageKind {
  const kinds = new Map<number, PageKind>();
  for (const [name, kind] of [
    ['pools', 'poolPages'],
    ['rings', 'poolPages'],
    ['messages', 'messagePages'],
  ] as const) {
    const table = s[name];
    for (let row = 0; row < table.used; row++) if (isLive(table, row)) kinds.set(table.vmo[row], kind);
  }
  return (vmo) => kinds.get(vmo) ?? 'pages';
}
