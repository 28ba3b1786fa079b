/**
 * A whole system at some moment between two runs: a value that never changes, and that the same system can take on again as often as
 * one likes. Beside the board and the state it has what the kernel knows of the hart, and where the journal stands.
 *
 * What is not in it belongs to the host: observers, recorders, input that was typed and has not gone in, and debuggers outside of the
 * machine. A system that takes a snapshot on has none of these debuggers.
 */
import type { Snapshot } from '../../machine/index.js';
import { NO_ALLOCATIONS } from '../allocations.js';
import type { AuditWindow } from '../audit/window.js';
import type { ThreadName } from '../blocked.js';
import type { DebugHost } from '../debug/host.js';
import { endSession } from '../debug/sessions.js';
import type { JournalPlace } from '../journal/journal.js';
import type { Kernel } from '../kernel.js';
import { GUEST_SESSIONS } from '../limits.js';
import { isLive } from '../state/table.js';

/** What a kernel keeps beside its state that is not the same all the time. */
interface KernelPlace {
  readonly loaded: number;
  readonly loadedSpace: number;
  readonly timerAt: number;
  readonly bootProcess: number;
  readonly consoleKoid: number;
  readonly monitorKoid: number;
  readonly requester: number;
  readonly memorySettled: number;
  readonly epitaph: Uint8Array;
}

export interface SystemSnapshot {
  readonly board: Snapshot;
  readonly journal: JournalPlace;
  readonly kernel: KernelPlace;
  readonly debug: DebugHost | undefined;
  readonly audit: AuditWindow | undefined;
  readonly isInMachineMode: boolean;
  /** Allocations that were made, and how many of them failed. */
  readonly allocations: readonly [count: number, failed: number];
  readonly lastFaulting: ThreadName | undefined;
}

/** Takes a snapshot between two runs. Costs what was written since the last, and a copy of the state. */
export function takeSnapshot(
  k: Kernel,
  isInMachineMode: boolean,
  { count, failed } = NO_ALLOCATIONS,
  lastFaulting: ThreadName | undefined = undefined,
): SystemSnapshot {
  const { loaded, loadedSpace, timerAt, bootProcess, consoleKoid, monitorKoid, requester, memorySettled } = k;
  return {
    board: k.board.snapshot(),
    journal: k.journal.place(),
    kernel: {
      loaded,
      loadedSpace,
      timerAt,
      bootProcess,
      consoleKoid,
      monitorKoid,
      requester,
      memorySettled,
      epitaph: k.epitaph.copy(),
    },
    debug: k.debug?.copy(),
    audit: k.audit?.copy(),
    isInMachineMode,
    allocations: [count, failed],
    lastFaulting,
  };
}

/** Makes a kernel what it was, with the debuggers outside of the machine that it had then. */
export function takeOn(k: Kernel, snapshot: SystemSnapshot): void {
  k.debug?.forgetTriggers(k.hart);
  k.board.restore(snapshot.board);
  k.journal.goTo(snapshot.journal);
  const { epitaph, ...place } = snapshot.kernel;
  Object.assign(k, place);
  k.epitaph.set(epitaph);
  k.framesWanted = 0;
  k.inRootPass = false;
  k.mappingGuesses.fill(0);
  // Any frame may stand in a page table that came back.
  k.shownFrames.fill(1);
  k.debug = snapshot.debug?.copy();
  k.audit?.end();
  k.audit = snapshot.audit?.copy().resumed();
}

/** Ends the sessions of debuggers outside of the machine, whose front ends are somewhere else by now; within a hidden step. */
export function endOutsideSessions(k: Kernel): void {
  const { sessions } = k.state;
  for (let row = GUEST_SESSIONS; row < sessions.used; row++) if (isLive(sessions, row)) endSession(k, row);
}

/** Is there such a session? */
export function hasOutsideSession(k: Kernel): boolean {
  const { sessions } = k.state;
  for (let row = GUEST_SESSIONS; row < sessions.used; row++) if (isLive(sessions, row)) return true;
  return false;
}
