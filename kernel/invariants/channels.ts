/** 11 to 13 and 19 to 22: channels, messages, handles in flight, replies. */
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { RECEIVE } from '../../syscalls/options.js';
import { eachHeld } from '../channels/cycles.js';
import type { Kernel } from '../kernel.js';
import { CARRIER, carrierKind, carrierOf, flyingOf } from '../state/carried.js';
import { OBJECT_TABLE } from '../state/objects.js';
import { isLive } from '../state/table.js';
import { QUEUE, REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { type Report, rows } from './report.js';

export function checkChannels(k: Kernel, report: Report): void {
  checkEndpoints(k, report);
  checkMessages(k, report);
  checkReplies(k, report);
  checkFlight(k, report);
  checkReach(k, report);
  checkHistory(k, report);
}

/** Nobody waits at rest who could meet; those who queue wait for what they queue for. */
function checkEndpoints(k: Kernel, report: Report): void {
  const { channels, sources, registrations: r, threads, messages } = k.state;
  for (const row of rows(channels)) {
    const peer = channels.peer[row];
    report(
      peer < 0 || (isLive(channels, peer) && channels.peer[peer] === row),
      () => `endpoints row ${row} and ${peer} are no pair`,
    );
    const first = sources.head[channels.senders[row]];
    const receiver = sources.head[channels.receivers[row]];
    report(first < 0 || receiver < 0, () => `11: endpoint row ${row} has a sender and a receiver that did not meet`);
    report(
      peer >= 0 || first >= 0 || receiver < 0,
      () => `endpoint row ${row} has a receiver for whom nothing can come`,
    );
    for (let at = first; at >= 0; at = r.next[at]) {
      const message = r.subject[at];
      report(
        message >= 0 && isLive(messages, message) && messages.registration[message] === at,
        () => `19: sender row ${at} at endpoint row ${row} has no message of its own`,
      );
      const thread = r.thread[at];
      report(
        thread >= 0 ? threads.blockedOn[thread] === BLOCKED_ON.SEND : r.role[at] === ROLE.SEND,
        () => `22: registration row ${at} is among the senders of endpoint row ${row} and sends nothing`,
      );
    }
    for (let at = receiver; at >= 0; at = r.next[at]) {
      const thread = r.thread[at];
      report(
        thread >= 0 ? threads.blockedOn[thread] === BLOCKED_ON.RECEIVE : r.role[at] === ROLE.RECEIVE,
        () => `11: registration row ${at} is among the receivers of endpoint row ${row} and does not receive`,
      );
    }
  }
}

/** Every message waits at one endpoint, with one sender, and is what the channel takes. */
function checkMessages(k: Kernel, report: Report): void {
  const { messages, registrations: r, channels } = k.state;
  for (const row of rows(messages)) {
    const channel = messages.channel[row];
    const sender = messages.registration[row];
    report(
      isLive(channels, channel) &&
        r.subject[sender] === row &&
        r.state[sender] === REGISTRATION_STATE.LISTENING &&
        r.source[sender] === channels.senders[channel],
      () => `19: message row ${row} does not wait with its sender`,
    );
    report(messages.bytes[row] <= channels.maxMessage[channel], () => `19: message row ${row} is too long`);
  }
}

/** A caller waits for its reply, and the reply can still come. */
function checkReplies(k: Kernel, report: Report): void {
  const { replies, threads } = k.state;
  for (const row of rows(replies)) {
    const thread = replies.thread[row];
    report(replies.references[row] > 0, () => `21: reply row ${row} is there for nobody`);
    if (thread < 0) continue;
    const on = threads.blockedOn[thread];
    report(
      threads.reply[thread] === row && (on === BLOCKED_ON.REPLY || on === BLOCKED_ON.SEND),
      () => `22: thread row ${thread} does not wait for reply row ${row}`,
    );
  }
  for (const row of rows(threads)) {
    const isWaiting = threads.blockedOn[row] === BLOCKED_ON.REPLY;
    report(!isWaiting || threads.reply[row] >= 0, () => `22: thread row ${row} waits for a reply that is not there`);
  }
}

/** What can hold handles in flight. */
const HOLDERS = ['channel', 'pool', 'reply', 'ring'] as const satisfies readonly ObjectTypeName[];

/** Handles in flight are carried once, by what is there, and counted; so are the mappings made through those that are lent. */
function checkFlight(k: Kernel, report: Report): void {
  const { handles, messages, packets, replies, mappings } = k.state;
  const carried = new Set<number>();
  const flying = new Map<string, number>();
  const count = (type: number, object: number): void => {
    flying.set(`${type}:${object}`, (flying.get(`${type}:${object}`) ?? 0) + 1);
  };
  const walk = (first: number, carrier: number, places: number): void => {
    for (let row = first; row >= 0; row = handles.nextInProcess[row]) {
      report(
        !carried.has(row) && isLive(handles, row) && handles.process[row] < 0 && handles.carrier[row] === carrier,
        () => `21: handle row ${row} is carried twice, or is not in flight`,
      );
      if (carried.has(row)) return;
      carried.add(row);
      report(
        carrierKind(carrier) === CARRIER.REPLY || handles.value[row] < places,
        () => `21: handle row ${row} has no place in what carries it`,
      );
      count(handles.type[row], handles.object[row]);
    }
  };
  for (const row of rows(messages)) {
    walk(messages.firstHandle[row], carrierOf(CARRIER.MESSAGE, row), messages.handles[row]);
    if (messages.reply[row] >= 0) count(OBJECT_TYPE.reply, messages.reply[row]);
  }
  for (const row of rows(packets)) {
    walk(packets.firstHandle[row], carrierOf(CARRIER.PACKET, row), packets.handles[row]);
    if (packets.reply[row] >= 0) count(OBJECT_TYPE.reply, packets.reply[row]);
  }
  for (const row of rows(replies)) walk(replies.firstLent[row], carrierOf(CARRIER.REPLY, row), 0);
  for (const row of rows(handles))
    report(
      handles.process[row] >= 0 || carried.has(row),
      () => `21: handle row ${row} is in flight, and nothing carries it`,
    );
  for (const name of HOLDERS) {
    const table = k.state[OBJECT_TABLE[name]];
    for (const row of rows(table)) {
      const expected = flying.get(`${OBJECT_TYPE[name]}:${row}`) ?? 0;
      report(
        table.flying[row] === expected,
        () => `21: ${name} row ${row} counts ${table.flying[row]} handles in flight, there are ${expected}`,
      );
    }
  }
  const leases = new Map<number, number>();
  for (const row of rows(mappings)) {
    for (const lease of [mappings.lease[row], mappings.regionLease[row]])
      if (lease >= 0) leases.set(lease, (leases.get(lease) ?? 0) + 1);
  }
  for (const row of rows(handles)) {
    if (handles.process[row] >= 0 || carrierKind(handles.carrier[row]) !== CARRIER.REPLY) continue;
    report(handles.value[row] === (leases.get(row) ?? 0), () => `lending row ${row} counts its mappings wrong`);
    leases.delete(row);
  }
  report(leases.size === 0, () => `${leases.size} lendings are gone, and mappings made through them are not`);
}

/** Whatever can hold handles in flight can itself be reached from a process: nothing is held only by what it holds. */
function checkReach(k: Kernel, report: Report): void {
  const { handles } = k.state;
  const reached = new Set<string>();
  const toVisit: [type: number, row: number][] = [];
  const visit = (type: number, row: number): void => {
    if (flyingOf(k.state, type) === undefined || reached.has(`${type}:${row}`)) return;
    reached.add(`${type}:${row}`);
    toVisit.push([type, row]);
  };
  for (const row of rows(handles)) if (handles.process[row] >= 0) visit(handles.type[row], handles.object[row]);
  for (let at = toVisit.pop(); at !== undefined; at = toVisit.pop()) eachHeld(k.state, at[0], at[1], visit);
  for (const name of HOLDERS) {
    for (const row of rows(k.state[OBJECT_TABLE[name]]))
      report(reached.has(`${OBJECT_TYPE[name]}:${row}`), () => `21: nobody can get at ${name} row ${row} any more`);
  }
}

/** What the step before this one left behind. */
interface History {
  readonly seq: number;
  /** Those who stood in each queue of a channel, by who they are. */
  readonly queues: ReadonlyMap<number, readonly string[]>;
  /** What each message was, with who sent it. */
  readonly messages: ReadonlyMap<number, string>;
}

const histories = new WeakMap<Kernel, History>();

/**
 * 12: who was in a queue before is not behind anybody who was not before him. 13: a pool that re-enters stands behind all who
 * were queued. 20: a message that waits does not change.
 */
function checkHistory(k: Kernel, report: Report): void {
  const { sources, registrations: r, threads, messages } = k.state;
  const known = histories.get(k);
  // Who checks only now and then does not see that somebody has left meanwhile and come again.
  const before = known !== undefined && known.seq >= k.state.seq - 1 ? known : undefined;
  const queues = new Map<number, readonly string[]>();
  const nameOf = (row: number): string => {
    if (r.thread[row] >= 0) return `thread ${threads.koid[r.thread[row]]}`;
    const reenters = r.role[row] === ROLE.RECEIVE && (r.options[row] & RECEIVE.REENTER) !== 0;
    return `${reenters ? 're-entering' : 'registration'} ${r.number[row]}`;
  };
  for (const source of rows(sources)) {
    const name = sources.name[source];
    if (name !== QUEUE.SENDERS && name !== QUEUE.RECEIVERS) continue;
    const queue: string[] = [];
    for (let row = sources.head[source]; row >= 0 && queue.length < sources.length[source]; row = r.next[row])
      queue.push(nameOf(row));
    queues.set(source, queue);
    const places = new Map((before?.queues.get(source) ?? []).map((who, place) => [who, place]));
    let last = -1;
    for (const [i, who] of queue.entries()) {
      const place = places.get(who);
      if (place !== undefined && place < last && !who.startsWith('re-entering')) {
        const overtaker = queue.slice(0, i).find((other) => (places.get(other) ?? places.size) > place);
        const rule = overtaker?.startsWith('re-entering') ? 13 : 12;
        report(false, () => `${rule}: ${who} in the queue of source row ${source} was overtaken by ${overtaker}`);
      }
      last = Math.max(last, place ?? places.size);
    }
  }
  const said = new Map<number, string>();
  for (const row of rows(messages)) {
    const sender = nameOf(messages.registration[row]);
    const what = [messages.bytes, messages.address, messages.vmo, messages.handles, messages.badge, messages.reply];
    said.set(row, `${sender}: ${what.map((column) => column[row]).join(' ')}`);
    const then = before?.messages.get(row);
    const isSame = then?.startsWith(`${sender}: `) && before?.queues.get(messageQueue(k, row))?.includes(sender);
    report(!isSame || then === said.get(row), () => `20: message row ${row} changed while it waited`);
  }
  if (known?.seq !== k.state.seq) histories.set(k, { seq: k.state.seq, queues, messages: said });
}

function messageQueue(k: Kernel, message: number): number {
  const { channels, messages } = k.state;
  return channels.senders[messages.channel[message]];
}
