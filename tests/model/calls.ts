/**
 * The calls of which sequences are made, with names instead of handles and slots of time instead of nanoseconds, so that the same
 * call can be made of the model and of the kernel, and printed as a line.
 *
 * Time goes in slots, one call each. The call is made at the beginning of its slot; deadlines come in the middle of one.
 */
import { PACKET, type SOURCE } from '../../syscalls/options.js';

export type SourceName = keyof typeof SOURCE;

/** A deadline: the middle of a slot, or one that has passed or never comes. */
export type Deadline = number | 'past' | 'never';

export interface Watched {
  readonly object: string;
  readonly source: SourceName;
  /** A generation; NOW is the next event only. */
  readonly seen: number | 'NOW';
}

export type Call = { readonly by: string } & (
  | ({ readonly call: 'event_wait'; readonly deadline: Deadline } & Watched)
  | { readonly call: 'event_wait_many'; readonly items: readonly Watched[]; readonly deadline: Deadline }
  | {
      readonly call: 'event_listen';
      readonly object: string;
      readonly source: SourceName;
      readonly pool: string;
      readonly key: number;
      readonly persistent: boolean;
      readonly endWhenFull: boolean;
      readonly slots: number;
    }
  | { readonly call: 'event_cancel'; readonly pool: string; readonly registration: number }
  | { readonly call: 'pool_take'; readonly pool: string; readonly room: number; readonly deadline: Deadline }
  | { readonly call: 'pool_post'; readonly pool: string; readonly key: number; readonly status: number }
  | { readonly call: 'channel_send'; readonly end: string; readonly bytes: number; readonly deadline: Deadline }
  | {
      readonly call: 'channel_send_async';
      readonly end: string;
      readonly bytes: number;
      readonly pool: string;
      readonly key: number;
    }
  | {
      readonly call: 'channel_receive';
      readonly end: string;
      readonly room: number;
      readonly truncate: boolean;
      readonly deadline: Deadline;
    }
  | {
      readonly call: 'channel_receive_async';
      readonly end: string;
      readonly pool: string;
      readonly key: number;
      readonly max: number;
      readonly truncate: boolean;
      readonly reenter: boolean;
    }
  | {
      readonly call: 'channel_call';
      readonly end: string;
      readonly bytes: number;
      readonly room: number;
      readonly deadline: Deadline;
    }
  | { readonly call: 'channel_reply'; readonly reply: string; readonly bytes: number }
  | { readonly call: 'lock_acquire'; readonly lock: string; readonly deadline: Deadline }
  | {
      readonly call: 'lock_acquire_async';
      readonly lock: string;
      readonly thread: string;
      readonly pool: string;
      readonly key: number;
    }
  | { readonly call: 'lock_release'; readonly lock: string }
  | { readonly call: 'timer_set'; readonly timer: string; readonly deadline: Deadline; readonly period: number }
  | { readonly call: 'topic_publish'; readonly topic: string; readonly value: number }
  | { readonly call: 'interrupt_trigger'; readonly interrupt: string }
  | {
      readonly call: 'event_resolve';
      readonly interrupt: string;
      readonly token: number;
      /** HANDLED, or NOT_MINE. */
      readonly mine: boolean;
    }
  | { readonly call: 'pool_map'; readonly pool: string }
  /** No call: a thread reads so many packets of a mapped pool, and moves its head past them. */
  | { readonly call: 'read_mapped'; readonly pool: string; readonly places: number }
  | {
      readonly call: 'ring_enter';
      readonly ring: string;
      /** What is put into the ring before. */
      readonly submissions: readonly Submission[];
      /** The tail is put where it cannot be. */
      readonly nonsense: boolean;
      readonly submit: number;
      readonly complete: number;
      readonly deadline: Deadline;
    }
  | { readonly call: 'task_kill'; readonly thread: string }
  | { readonly call: 'handle_close'; readonly object: string }
  /** Nobody calls: something outside moves the wire of an interrupt. */
  | { readonly call: 'wire'; readonly interrupt: string; readonly high: boolean }
  /** Nobody calls; the slot goes by. */
  | { readonly call: 'nothing' }
);

/** Calls that are made in rings. Their results are what a completion can tell. */
export const IN_RINGS = [
  'event_wait',
  'event_listen',
  'event_cancel',
  'event_resolve',
  'interrupt_trigger',
  'pool_post',
  'topic_publish',
  'lock_acquire',
  'lock_release',
  'channel_receive_async',
] as const satisfies readonly CallName[];

export interface Submission {
  readonly key: number;
  readonly call: CallOf<(typeof IN_RINGS)[number]>;
}

/** A completion with a key from here on tells the number of a registration. */
export const REGISTERS = 1000;

export type CallName = Call['call'];

export type CallOf<Name extends CallName> = Extract<Call, { call: Name }>;

/** Who makes the call of a slot in which nobody calls. */
export const NOBODY = 'nobody';

/** A packet or event as both sides tell it: `first` and `last` are slots. */
export interface Told {
  readonly key: number;
  readonly source: string;
  readonly type: string;
  readonly flags: string;
  readonly status: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly data: readonly number[];
}

export type Flag = keyof typeof PACKET;

/** Flags of a packet in one order, `MORE|LAST`. */
export function flagsText(isSet: (flag: Flag) => boolean): string {
  return (Object.keys(PACKET) as Flag[]).filter(isSet).join('|');
}

/** How a call came back. */
export interface Result {
  readonly status: string;
  readonly values?: Readonly<Record<string, number | string>>;
  readonly event?: Told;
}

/** A call that succeeded, and one that did not. */
export function ok(values: Result['values'] = {}, event?: Told): Result {
  return { status: 'OK', values, ...(event && { event }) };
}

export function error(status: string, values: Result['values'] = {}): Result {
  return { status, values };
}

/** `t1: event_wait topic0 TOPIC seen 2 deadline 14`. */
export function callText({ by, call, ...rest }: Call): string {
  const values = Object.entries(rest).map(([name, value]) => {
    if (typeof value === 'boolean') return value ? name : '';
    if (!Array.isArray(value)) return `${name} ${value}`;
    if (name === 'submissions')
      return (value as readonly Submission[]).map((one) => `[${one.key} ${callText(one.call)}]`).join(' ');
    return (value as readonly Watched[]).map((item) => `${item.object}.${item.source}>${item.seen}`).join(' ');
  });
  return [`${by}:`, call, ...values.filter((text) => text !== '')].join(' ');
}

export function toldText(told: Told): string {
  const { type, source, key, flags, status, first, last, count, data } = told;
  return `${type} of ${source} key ${key} ${flags || '-'} status ${status} slots ${first}-${last} x${count} [${data.join(' ')}]`;
}

export function resultText({ status, values = {}, event }: Result): string {
  const named = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return [status, ...named, ...(event === undefined ? [] : [`{${toldText(event)}}`])].join(' ');
}
