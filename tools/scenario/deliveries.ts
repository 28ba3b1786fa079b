/**
 * Who was told of what: every event that came from an object to a listener, a thread whose wait it ended or a pool that got it as
 * a packet. Read out of the journal as it is written, while the rows that its records name are still what they were.
 */
import type { ReadRecord, System } from '../../kernel/index.js';
import { koidOf } from '../../kernel/state/objects.js';
import { STATUS } from '../../syscalls/errors.js';

/** Koids. A thread that takes a packet out of a pool was told by the pool. */
export interface Delivery {
  readonly seq: number;
  readonly from: number;
  readonly to: number;
}

/** Deliveries that are kept: of more, the older half goes. */
const KEPT = 65_536;

export class Deliveries {
  private kept: Delivery[] = [];
  /** By rows: the object at which a registration listens and the pool that it is of; the object for which a thread waits. */
  private readonly registrations = new Map<number, { readonly from: number; readonly to: number }>();
  private readonly waits = new Map<number, number>();
  /** The object whose source fired last, for threads that wait for several. */
  private fired = 0;

  constructor(private readonly system: System) {}

  take({ type, seq, fields }: ReadRecord): void {
    const { state } = this.system;
    const { koid } = state.threads;
    switch (type) {
      case 'registration_made':
        this.registrations.set(fields.row, {
          from: this.objectOfSource(fields.source),
          to: state.pools.koid[fields.pool],
        });
        break;
      case 'thread_waits':
        this.waits.set(fields.row, fields.source < 0 ? 0 : this.objectOfSource(fields.source));
        break;
      case 'thread_blocked':
        this.waits.delete(fields.row);
        break;
      case 'source_fired':
        this.fired = this.objectOfSource(fields.source);
        break;
      case 'packet_delivered': {
        const registration = this.registrations.get(fields.registration);
        if (registration !== undefined) this.keep({ seq, ...registration });
        break;
      }
      case 'thread_unblocked': {
        const from = this.waits.get(fields.row);
        if (from !== undefined && fields.status >= STATUS.OK)
          this.keep({ seq, from: from || this.fired, to: koid[fields.row] });
        this.waits.delete(fields.row);
        break;
      }
    }
  }

  /** The listeners that an object told, in that order. */
  from(koid: number): Delivery[] {
    return this.kept.filter(({ from }) => from === koid);
  }

  private keep(delivery: Delivery): void {
    if (this.kept.length === KEPT) this.kept = this.kept.slice(KEPT / 2);
    this.kept.push(delivery);
  }

  private objectOfSource(source: number): number {
    const { sources } = this.system.state;
    const type = sources.type[source];
    return type === 0 ? 0 : koidOf(this.system.state, type, sources.object[source]);
  }
}
