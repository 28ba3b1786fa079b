/** What the model is made of: plain objects that know each other by name or by reference. They begin as they are given here. */
import { type Call, type Deadline, type Flag, flagsText, type Submission, type Told } from '../calls.js';

/** A blocked thread, in every list in which it stands. */
export interface Wait {
  readonly thread: Thread;
  readonly call: Call;
  readonly deadline: Deadline;
  /** When, in the order of all that have deadlines. */
  readonly began: number;
  lists: Listener[][];
  /** A call whose message was received: the reply that it waits for now. */
  reply?: Reply;
  /** Submissions that the call took before it waited. */
  taken?: number;
}

export interface Registration {
  readonly number: number;
  readonly role: 'listen' | 'receive' | 'send' | 'lock';
  readonly pool: Pool;
  readonly key: number;
  /** What it listens to, and the list there. */
  readonly object: string;
  readonly list: Listener[];
  /** Persistent, or re-entering. */
  readonly stays: boolean;
  readonly endWhenFull: boolean;
  readonly slots: number;
  /** Room that a packet takes at the most. */
  readonly units: number;
  readonly max: number;
  readonly truncate: boolean;
  /** Who will own the lock. */
  readonly owner?: Thread;
  state: 'listening' | 'parked' | 'ended';
}

export type Listener = Wait | Registration;

export interface Source {
  readonly object: string;
  readonly type: string;
  generation: number;
  last: Told | undefined;
  readonly list: Listener[];
}

export interface Packet {
  told: Told;
  readonly registration: Registration | undefined;
  readonly units: number;
  readonly message?: Message;
  readonly bytes: number;
  removed: boolean;
}

/** What has a name, and is there until its handle is closed. */
class Named {
  open = true;

  constructor(readonly name: string) {}
}

export class Thread extends Named {
  alive = true;
  wait: Wait | undefined;
  readonly lifecycle = source(this.name, 'LIFECYCLE');
}

export class Pool extends Named {
  packets: Packet[] = [];
  readonly registrations: Registration[] = [];
  readonly parked: Registration[] = [];
  readonly takers: Listener[] = [];
  readonly received = source(this.name, 'RECEIVED');
  /** Room that is kept for completions of submissions that are being made. */
  reserved = 0;
  shared: 'NO' | 'MAPPED' | 'CORRUPT' = 'NO';
  /** Places of a mapped pool that the program has passed and the kernel has not looked at. */
  passed = 0;

  constructor(
    name: string,
    readonly variable: boolean,
    readonly units: number,
  ) {
    super(name);
  }
}

export interface Message {
  readonly number: number;
  readonly bytes: number;
  readonly by: Wait | Registration;
  /** Of a call. */
  readonly reply: Reply | undefined;
}

export class End extends Named {
  peer: End | undefined;
  /** Messages that were sent at the peer and that nobody has received here. */
  readonly incoming: Message[] = [];
  readonly receivers: Listener[] = [];
}

export interface Reply {
  /** The name that it has once somebody has received it. */
  name: string | undefined;
  readonly caller: Wait;
}

export class Lock extends Named {
  owner: Thread | undefined;
  ownerDied = false;
  /** When the owner took it. */
  taken = 0;
  /** The registration through which the owner got it. */
  grant: Registration | undefined;
  readonly queue: Listener[] = [];
}

export class Timer extends Named {
  deadline: Deadline = 'never';
  began = 0;
  period = 0;
  readonly source = source(this.name, 'TIMER');
}

export class Interrupt extends Named {
  /** The wire. */
  high = false;
  /** The gateway asks for the line to be handed out; it was, and is masked; an edge came meanwhile. */
  requested = false;
  claimed = false;
  edgeMeanwhile = false;
  /** It happened, and no handler was told. */
  pending = false;
  /** Answers that are owed, of those told last first. */
  readonly owing: { readonly token: number; readonly by: Thread | Registration }[] = [];
  deadline: number | undefined;
  readonly source = source(this.name, 'INTERRUPT');
  readonly observers = source(this.name, 'INTERRUPT_OBSERVED');

  /** `hasTime`: its handlers have to answer in time. */
  constructor(
    name: string,
    readonly number: number,
    readonly edge: boolean,
    readonly hasTime: boolean,
  ) {
    super(name);
  }
}

export class Ring extends Named {
  corrupt = false;
  /** Submissions that were not taken. */
  readonly submissions: Submission[] = [];
  readonly waiters: Listener[] = [];

  constructor(
    name: string,
    readonly pool: Pool,
    readonly entries: number,
  ) {
    super(name);
  }
}

export class Topic extends Named {
  readonly source = source(this.name, 'TOPIC');
}

export function source(object: string, type: string): Source {
  return { object, type, generation: 0, last: undefined, list: [] };
}

export function isWait(listener: Listener | Message['by']): listener is Wait {
  return 'thread' in listener;
}

/** Packets that can be taken. */
export function live(pool: Pool): Packet[] {
  return pool.packets.filter(({ removed }) => !removed);
}

export function unreadOf(registration: Registration): Packet[] {
  return live(registration.pool).filter((packet) => packet.registration === registration);
}

/** Packets for which room is kept. */
export function promisedTo(registration: Registration): number {
  if (registration.state !== 'listening') return 0;
  return registration.role === 'listen' ? registration.slots - unreadOf(registration).length : 1;
}

/** Units of a packet with a message: itself, and what it carries. */
export function unitsOf(bytes: number, handles: number): number {
  return 1 + Math.ceil((Math.ceil(bytes / 4) * 4 + handles * 4) / 64);
}

export function flagged(text: string, ...more: readonly (Flag | false)[]): string {
  return flagsText((flag) => text.includes(flag) || more.includes(flag));
}

export function contentOf(message: Pick<Message, 'number'> | undefined, bytes: number): { readonly message?: number } {
  return message === undefined || bytes === 0 ? {} : { message: message.number & 0xff };
}

/** As what came of a call: it has not come back. */
export const WAITS = undefined;

export const NO_DATA = [0, 0, 0, 0, 0];
