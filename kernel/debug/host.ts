/**
 * What the kernel keeps of debugging beside its state: none of it outlives a stop, and no program can see it. A kernel has one,
 * made with the first debug session.
 */
import type { Hart, Trigger } from '../../machine/index.js';
import { GUEST_SESSIONS } from '../limits.js';

/** A front end outside the machine is told what its session is told. Rows of the tables. */
export type ToldOutside = (
  session: number,
  kind: number,
  process: number,
  thread: number,
  cause: number,
  pc: number,
  address: number,
  detail: number,
) => void;

export class DebugHost {
  /** The triggers of the hart, and the breakpoints that they stand for. */
  readonly installed = new Map<Trigger, number>();
  /** The process that they were set for, and `breakpointChanges` of the state then. */
  installedFor = -1;
  installedAt = -1;
  /**
   * Threads that have stopped at their next instruction already, and for which sessions (bits by their rows): what those want to stop
   * there does not stop them. Other sessions still may.
   */
  readonly passing = new Map<number, number>();
  /** Those sessions, of the thread that executes its next instruction now, and how many had retired before it. */
  passingNow = 0;
  passingAt = 0;
  /** Threads whose next call is made whatever catches it: they stopped there already. */
  readonly callPassing = new Set<number>();
  /** Threads that have executed the one instruction that they were to execute, and for which sessions. */
  readonly stepDone = new Map<number, number>();
  /** The world was stopped in the middle of a step, or what can run has changed since: who has the hart is to be decided. */
  owesSchedule = false;
  /** Instructions that had retired when the world stopped; and how many programs that debug have executed in stops so far. */
  stoppedRetired = 0;
  retiredInStops = 0;
  stoppedTime = 0;
  /** The word that the held thread had reserved with LR. */
  reservation = -1;
  /** Of front ends outside the machine, by the rows of their sessions. */
  readonly told: (ToldOutside | undefined)[] = [];
  /** Breakpoints that the hart stopped at last. */
  readonly hits: number[] = [];

  /** As it is now for the sessions of programs; those from outside, and the triggers, are left out. */
  copy(): DebugHost {
    const copy = new DebugHost();
    for (const [thread, sessions] of this.passing) setBits(copy.passing, thread, sessions);
    for (const [thread, sessions] of this.stepDone) setBits(copy.stepDone, thread, sessions);
    for (const thread of this.callPassing) copy.callPassing.add(thread);
    copy.passingNow = this.passingNow & OF_GUESTS;
    copy.passingAt = this.passingAt;
    copy.owesSchedule = this.owesSchedule;
    copy.stoppedRetired = this.stoppedRetired;
    copy.retiredInStops = this.retiredInStops;
    copy.stoppedTime = this.stoppedTime;
    copy.reservation = this.reservation;
    return copy;
  }

  /** Takes its triggers from the hart. */
  forgetTriggers({ triggers }: Hart): void {
    for (const trigger of this.installed.keys()) triggers.remove(trigger);
    this.installed.clear();
    this.installedFor = -1;
    this.installedAt = -1;
  }
}

/** The bits of sessions that programs can have. */
export const OF_GUESTS = (1 << GUEST_SESSIONS) - 1;

function setBits(map: Map<number, number>, thread: number, sessions: number): void {
  if ((sessions & OF_GUESTS) !== 0) map.set(thread, sessions & OF_GUESTS);
}
