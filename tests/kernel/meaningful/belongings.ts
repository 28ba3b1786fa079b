/** What a process of the fuzz has: handles with their types, registrations, addresses; and random choices among them. */
import type { State } from '../../../kernel/index.js';
import { koidOf } from '../../../kernel/state/objects.js';
import { SOURCE } from '../../../syscalls/calls.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';

export type Random = (below: number) => number;

export interface Known {
  readonly value: number;
  /** The name of its type. */
  readonly type: string;
  readonly koid: number;
}

/** A ring that is mapped, and how far the program has filled it. */
export interface MappedRing {
  readonly address: number;
  readonly entries: number;
  tail: number;
}

/** Registers of a device that are mapped. */
export interface MappedDevice {
  readonly address: number;
  readonly physical: number;
}

/** Bounds what is remembered, so that the newest things are used again soon. */
const MOST = { handles: 120, registrations: 24, addresses: 24, devices: 6 } as const;

const SOURCES: Readonly<Partial<Record<string, readonly number[]>>> = {
  process: [SOURCE.LIFECYCLE, SOURCE.FAULT, SOURCE.BREAK],
  thread: [SOURCE.LIFECYCLE, SOURCE.FAULT, SOURCE.BREAK],
  job: [SOURCE.LIFECYCLE, SOURCE.FAULT, SOURCE.BREAK],
  pool: [SOURCE.RECEIVED],
  session: [SOURCE.DEBUG],
  timer: [SOURCE.TIMER],
  topic: [SOURCE.TOPIC],
  interrupt: [SOURCE.INTERRUPT, SOURCE.INTERRUPT, SOURCE.INTERRUPT_OBSERVED],
};

const OBSERVABLE = Object.keys(SOURCES);

const typeNames = new Map<number, string>(Object.entries(OBJECT_TYPE).map(([name, value]) => [value, name]));

export class Belongings {
  readonly handles: Known[] = [];
  readonly registrations: { readonly pool: number; readonly number: number }[] = [];
  /** Headers of mapped pools and rings. */
  readonly headers: number[] = [];
  /** By handle. */
  readonly rings = new Map<number, MappedRing>();
  readonly devices: MappedDevice[] = [];
  private lastLearned = 0;

  constructor(
    private readonly random: Random,
    /** Pages that can be written. */
    readonly addresses: number[],
  ) {}

  /** Learns the handles that the process got since the last time. */
  learnNew(state: State, process: number): void {
    const { handles, processes } = state;
    const newest = processes.lastHandleValue[process];
    for (let row = processes.firstHandle[process]; row >= 0; row = handles.nextInProcess[row]) {
      if (handles.value[row] <= this.lastLearned) break;
      const type = typeNames.get(handles.type[row]) ?? 'any';
      this.handles.push({
        value: handles.value[row],
        type,
        koid: koidOf(state, handles.type[row], handles.object[row]),
      });
      if (this.handles.length > MOST.handles) this.handles.splice(this.random(MOST.handles), 1);
    }
    this.lastLearned = newest;
  }

  /** Forgets the handles that the process no longer has. */
  forgetGone(isThere: (value: number) => boolean): void {
    for (let i = this.handles.length - 1; i >= 0; i--) if (!isThere(this.handles[i].value)) this.handles.splice(i, 1);
  }

  typeOf(value: number): string {
    return this.handles.find((known) => known.value === value)?.type ?? 'any';
  }

  /** Handles of one of the types, or of any. */
  handlesOf(types: readonly string[]): readonly number[] {
    const fitting = types.length === 0 ? this.handles : this.handles.filter(({ type }) => types.includes(type));
    return fitting.map(({ value }) => value);
  }

  /** A type that has events, of which there is something: each as likely as the others. */
  observable(): readonly string[] {
    const there = OBSERVABLE.filter((type) => this.handles.some((known) => known.type === type));
    return there.length === 0 ? OBSERVABLE : [there[this.random(there.length)]];
  }

  /** One of them; 0 where there is none. */
  handle(types: readonly string[]): number {
    const fitting = this.handlesOf(types);
    return fitting.length === 0 ? 0 : fitting[this.random(fitting.length)];
  }

  learnDevice(device: MappedDevice): void {
    this.devices.push(device);
    if (this.devices.length > MOST.devices) this.devices.shift();
  }

  /** A source that the object of a handle has. */
  sourceOf(handle: number): number {
    const sources = SOURCES[this.typeOf(handle)] ?? [];
    return sources.length === 0 ? SOURCE.LIFECYCLE : sources[this.random(sources.length)];
  }

  learnRegistration(pool: number, number: number): void {
    this.registrations.push({ pool, number });
    if (this.registrations.length > MOST.registrations) this.registrations.shift();
  }

  learnAddress(address: number): void {
    this.addresses.push(address);
    // The first ones were there from the beginning and nobody unmaps them.
    if (this.addresses.length > MOST.addresses) this.addresses.splice(4, 1);
  }

  address(): number {
    return this.addresses[this.random(this.addresses.length)];
  }
}
