/** What the model is made of: plain objects that know each other by name or by reference. */
import type { Call, Deadline, Told } from './calls.js';

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

export interface Thread {
  readonly name: string;
  alive: boolean;
  /** Its handle is. */
  closed: boolean;
  wait: Wait | undefined;
  readonly lifecycle: Source;
}

export interface Pool {
  readonly name: string;
  readonly variable: boolean;
  readonly units: number;
  open: boolean;
  packets: Packet[];
  registrations: Registration[];
  parked: Registration[];
  readonly takers: Listener[];
  readonly received: Source;
}

export interface Message {
  readonly number: number;
  readonly bytes: number;
  readonly by: Wait | Registration;
  /** Of a call. */
  readonly reply: Reply | undefined;
}

export interface End {
  readonly name: string;
  peer: End | undefined;
  open: boolean;
  /** Messages that were sent at the peer and that nobody has received here. */
  readonly incoming: Message[];
  readonly receivers: Listener[];
}

export interface Reply {
  /** The name that it has once somebody has received it. */
  name: string | undefined;
  readonly caller: Wait;
}

export interface Lock {
  readonly name: string;
  open: boolean;
  owner: Thread | undefined;
  ownerDied: boolean;
  /** When the owner took it. */
  taken: number;
  /** The registration through which the owner got it. */
  grant: Registration | undefined;
  readonly queue: Listener[];
}

export interface Timer {
  readonly name: string;
  open: boolean;
  deadline: Deadline;
  began: number;
  period: number;
  readonly source: Source;
}

export interface Topic {
  readonly name: string;
  open: boolean;
  readonly source: Source;
}
