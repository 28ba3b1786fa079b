/**
 * Part of the reference model: interrupts. All handlers of a line are told at once, and the line is masked until each of them has
 * answered, has gone, or has had its time. A level is looked at again when the line opens; of edges one is remembered.
 *
 * Not here: that a line stays masked which was nobody's a hundred times. So it does not matter what an answer says.
 */
import { type CallOf, error, ok, type Result, type Told } from '../calls.js';
import { must, named, remove } from './lists.js';
import {
  type Interrupt,
  isWait,
  type Listener,
  type Registration,
  type Source,
  type Thread,
  type Wait,
} from './objects.js';
import { Pools } from './pools.js';

/** Slots that handlers with a time have, and a little: so their time is over at no other deadline. */
const ANSWER_SLOTS = 1.01;

export abstract class Interrupts extends Pools {
  /** Virtual time in slots: whole numbers while a call is made. */
  protected now = 0;

  protected abstract wakeWithEvent(wait: Wait, from: Source, event: Told): void;
  protected abstract listeners(list: readonly Listener[]): Listener[];
  protected abstract closeSource(gone: Source): void;

  protected setWire({ interrupt, high }: CallOf<'wire'>): void {
    const line = this.interrupt(interrupt);
    if (high && !line.high && !line.claimed) line.requested = true;
    if (high && !line.high && line.claimed && line.edge) line.edgeMeanwhile = true;
    line.high = high;
  }

  /** The controller hands out what lines ask for, when all that the one before caused is over; it masks them. */
  protected takeRequests(): void {
    for (;;) {
      this.settle();
      const line = this.interrupts.find(({ open, requested, claimed }) => open && requested && !claimed);
      if (line === undefined) return;
      line.requested = false;
      line.claimed = true;
      if (line.owing.length === 0 || line.edge) this.happen(line);
    }
  }

  /** By the line or by a program. With nobody to tell it stays pending for the first one. */
  protected happen(line: Interrupt): void {
    line.pending = true;
    this.deliverPending(line);
  }

  protected isPending({ object, type }: Source): boolean {
    if (type !== 'INTERRUPT') return false;
    const line = this.interrupt(object);
    return line.pending && line.owing.length === 0;
  }

  /** A handler may have come, or the line have opened. */
  protected laterPending({ object, type }: Source): void {
    if (type === 'INTERRUPT') this.later.push(() => this.deliverPending(this.interrupt(object)));
  }

  private deliverPending(line: Interrupt): void {
    const { source, owing, number } = line;
    if (!line.open || !this.isPending(source) || source.list.length === 0) return;
    source.generation++;
    const told = { ...this.told(line.name, 'INTERRUPT', 0), data: [0, number, 0, 0, 0] };
    source.last = told;
    for (const listener of this.listeners(source.list)) {
      if (!source.list.includes(listener)) continue;
      const token = isWait(listener) ? ++this.numbers : listener.number;
      owing.unshift({ token, by: isWait(listener) ? listener.thread : listener });
      const event = { ...told, data: [token, number, 0, 0, 0] };
      if (isWait(listener)) this.wakeWithEvent(listener, source, event);
      else this.deliver(listener, { ...event, key: listener.key }, listener.stays);
    }
    line.pending = false;
    if (line.hasTime) line.deadline = this.now + ANSWER_SLOTS;
    this.fire(line.observers, 0, told.data);
  }

  protected owes(thread: Thread): boolean {
    return this.interrupts.some(({ owing }) => owing.some(({ by }) => by === thread));
  }

  protected resolve({ interrupt, token }: CallOf<'event_resolve'>): Result {
    const line = this.interrupt(interrupt);
    const owed = line.owing.find((one) => one.token === token);
    if (owed === undefined) return error('NOT_FOUND');
    remove(line.owing, owed);
    if (line.owing.length === 0) this.openLine(line);
    return ok();
  }

  /** A listener is gone: that counts as its answers. */
  protected excuse(who: Thread | Registration): void {
    for (const line of this.interrupts) {
      const owed = line.owing.find(({ by }) => by === who);
      if (owed !== undefined)
        this.resolve({ by: '', call: 'event_resolve', interrupt: line.name, token: owed.token, mine: true });
    }
  }

  private openLine(line: Interrupt): void {
    line.deadline = undefined;
    if (line.claimed) line.requested = line.edge ? line.edgeMeanwhile : line.high;
    line.claimed = false;
    line.edgeMeanwhile = false;
    this.laterPending(line.source);
  }

  /** The time of handlers that is over before another time. */
  protected expireAnswers(before: number): void {
    const due = (): Interrupt | undefined =>
      this.interrupts
        .filter(({ deadline }) => deadline !== undefined && deadline < before)
        .sort((a, b) => must(a.deadline) - must(b.deadline))[0];
    for (let line = due(); line !== undefined; line = due()) {
      this.now = must(line.deadline);
      line.owing.length = 0;
      this.openLine(line);
      this.takeRequests();
    }
  }

  protected closeInterrupt(line: Interrupt): void {
    line.open = false;
    line.owing.length = 0;
    line.deadline = undefined;
    this.closeSource(line.source);
    this.closeSource(line.observers);
  }

  interrupt(name: string): Interrupt {
    return named(this.interrupts, name);
  }
}
