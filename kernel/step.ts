/**
 * The step: one trap, expiry or operation of a script is taken whole. What it caused is run from the work list, then whoever
 * should have the hart gets it. Steps never nest.
 */
import { CAUSE, CAUSE_INTERRUPT, CSR, INTERRUPT } from '../machine/index.js';
import { PROTECTION } from '../syscalls/calls.js';
import { BLOCKED_ON, FAULT_DETAIL } from '../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../syscalls/limits.js';
import { settleAudit } from './audit/waiting.js';
import { threadName } from './blocked.js';
import { makeCall } from './calls/dispatch.js';
import { CallFrame } from './calls/frame.js';
import { breakpointsHit } from './debug/breakpoints.js';
import { sessionsCatching, stepsDone, tellCall, tellHits, tellStepped } from './debug/hits.js';
import { type DebugHost, OF_GUESTS } from './debug/host.js';
import { tellReturned } from './debug/notices.js';
import { isOutside } from './debug/sessions.js';
import { isFrozen, isWorldStopped, scheduleStopped } from './debug/world.js';
import { readParkedHeads } from './events/shared-pool.js';
import { expireObject } from './expiry.js';
import { raiseFault } from './faults/phases.js';
import { finishWork } from './finish.js';
import { claimLine } from './interrupts/controller.js';
import { lineClaimed } from './interrupts/interrupt.js';
import type { Kernel } from './kernel.js';
import { back, TOUCH, touchPage } from './memory/user-memory.js';
import { mappingOf } from './memory/vmar.js';
import { monitorFailed } from './root-oom/decision.js';
import { isDeciding, isMonitorRunning } from './root-oom/monitor.js';
import { REQUEST, requestAtRoot } from './root-oom/request.js';
import { runStopped, schedule } from './scheduling.js';
import { ScriptThreads } from './scripts.js';
import { endGrant, giveUp, mayWait, waitForMemory } from './shortage/requests.js';
import { fallShort } from './shortage/shortage.js';
import { earliest, earliestDeadline, FIRST_TIMER } from './state/deadline-heap.js';
import { ROOT_PATH } from './state/state.js';
import { savedRegister } from './tasks/registers.js';
import { statusAtDeadline, unblock } from './tasks/waiting.js';
import { stepHidden } from './transitions/debug.js';
import { CALL_REPEATS, CALL_WAITS, NO_RETURN, trapped } from './transitions/steps.js';

/** The causes of mcause that the kernel tells apart (privileged specification, table 14). */
const ECALL_FROM_U = CAUSE.ECALL_FROM_U;
const MACHINE_TIMER = CAUSE_INTERRUPT | INTERRUPT.MACHINE_TIMER | 0;
const MACHINE_EXTERNAL = CAUSE_INTERRUPT | INTERRUPT.MACHINE_EXTERNAL | 0;

const NEEDED: Readonly<Record<number, number>> = {
  [CAUSE.INSTRUCTION_PAGE_FAULT]: PROTECTION.EXECUTE,
  [CAUSE.LOAD_PAGE_FAULT]: PROTECTION.READ,
  [CAUSE.STORE_PAGE_FAULT]: PROTECTION.WRITE,
};

/** Takes the steps of one kernel. */
export class Stepper {
  private readonly frame = new CallFrame();
  /** The hart trapped, or was reset, and has not returned to a thread since. Only snapshots set it from elsewhere. */
  inMachineMode = true;
  /** Called after each step, with everything at rest; for checks of invariants. */
  afterStep: (() => void) | undefined;

  constructor(private readonly k: Kernel) {
    k.scripts = new ScriptThreads(k, {
      call: (thread, number, words) => this.scriptCall(thread, number, words),
      fault: (thread, cause, address) => this.scriptFault(thread, cause, address),
      back: (thread, cause, address, length, then) => this.scriptBack(thread, cause, address, length, then),
    });
  }

  /** The hart stopped with a trap of the running thread. */
  takeTrap(): void {
    const { k } = this;
    const { hart } = k;
    this.inMachineMode = true;
    const { csr } = hart;
    const cause = csr.mcause;
    if (cause === ECALL_FROM_U) this.takeCall();
    else {
      const pc = csr.mepc >>> 0;
      const value = csr.mtval >>> 0;
      this.begin();
      if (cause === MACHINE_EXTERNAL) {
        this.claim(pc);
        this.end();
        return;
      }
      k.journal.commit(trapped, cause, pc, value);
      if (cause === MACHINE_TIMER) this.expire();
      else this.takeFault(cause, pc, value);
      this.end();
    }
  }

  private takeCall(): void {
    const { k, frame } = this;
    const { hart } = k;
    const { x, csr } = hart;
    if (k.state.callCatches > 0 && this.isCaught(k.state.current, x[17], csr.mepc)) return;
    this.begin();
    csr.mepc += 4;
    frame.thread = k.state.current;
    frame.process = k.state.threads.process[frame.thread];
    frame.number = x[17];
    const { words, results } = frame;
    words[0] = x[10];
    words[1] = x[11];
    words[2] = x[12];
    words[3] = x[13];
    words[4] = x[14];
    words[5] = x[15];
    const status = makeCall(k, frame);
    if (status === CALL_REPEATS) csr.mepc -= 4;
    else if (status !== CALL_WAITS && status !== NO_RETURN) {
      // The call may have moved the thread off the hart, but its registers are there until the step ends.
      x[10] = status;
      for (let i = 0; i < frame.resultCount; i++) x[11 + i] = results[i];
      if (k.state.callCatches > 0) tellReturned(k, frame.thread, frame.number, status);
    }
    this.end();
  }

  /** The timer is due, and the hart is not there to trap: it is idle, or a script runs. */
  takeExpiry(): void {
    this.begin();
    this.k.journal.commit(trapped, MACHINE_TIMER, 0, 0);
    this.expire();
    this.end();
  }

  /** A line interrupts, and the hart is not there to trap. */
  takeInterrupt(): void {
    this.begin();
    this.claim(0);
    this.end();
  }

  /** Takes one interrupt; were there more, the next trap follows at once. */
  private claim(pc: number): void {
    const line = claimLine(this.k);
    this.k.journal.commit(trapped, MACHINE_EXTERNAL, pc, line);
    if (line !== 0) lineClaimed(this.k, line);
  }

  /** A step that is nobody's: boot, input, and what a test does from outside. Between two instructions of a thread, too. */
  outside(work: () => void): void {
    this.leaveHart();
    this.begin();
    work();
    this.end();
  }

  private begin(): void {
    const { k } = this;
    const { current, threads } = k.state;
    const time = k.debug === undefined ? k.board.time : this.now();
    if (k.audit !== undefined) k.audit.begin();
    if (current < 0) k.journal.beginStep(time, 0, 0);
    else k.journal.beginStep(time, threads.koid[current], threads.unblockedBy[current]);
    k.requester = -1;
    if (k.state.isWorldHeld !== 0) k.journal.commit(stepHidden, 0);
    if (k.state.parkedMapped > 0) readParkedHeads(k);
  }

  private end(): void {
    const { k } = this;
    finishWork(k);
    if (k.state.rootPath !== ROOT_PATH.NO && !isMonitorRunning(k)) {
      monitorFailed(k);
      finishWork(k);
    }
    if (k.debug === undefined) this.schedule();
    else this.scheduleDebugged(k.debug, false);
    this.goOn();
    if (this.afterStep !== undefined) this.afterStep();
  }

  private schedule(): void {
    const { k } = this;
    if (k.audit !== undefined) settleAudit(k, k.audit);
    schedule(k);
  }

  /** Whoever has the hart executes from now on. */
  private goOn(): void {
    const { k } = this;
    if (k.loaded < 0 || !this.inMachineMode) return;
    k.hart.mret();
    this.inMachineMode = false;
  }

  /**
   * A step that no guest can notice, for a debug session: the hart is left as it is, if nothing else has to run. What it tells
   * may stop the world. `isOutside`: only debuggers outside the machine have to do with it.
   */
  hidden(work: () => void, isOutside: boolean): void {
    const { k } = this;
    if (k.audit !== undefined) k.audit.beginHidden();
    k.journal.beginStep(this.now(), k.state.current < 0 ? 0 : k.state.threads.koid[k.state.current], 0);
    k.requester = -1;
    k.journal.commit(stepHidden, isOutside ? 1 : 0);
    work();
    finishWork(k);
    if (k.debug !== undefined) this.scheduleDebugged(k.debug, true);
    this.goOn();
    if (this.afterStep !== undefined) this.afterStep();
  }

  /**
   * The end of a step where there are debug sessions. In a stop nothing is decided about the hart, unless programs debug, until the
   * world goes on: then as the step would have done that was stopped.
   */
  private scheduleDebugged(debug: DebugHost, isHidden: boolean): void {
    const { k } = this;
    if (isFrozen(k)) {
      if (!isHidden) debug.owesSchedule = true;
      return;
    }
    if (isHidden && !debug.owesSchedule && k.state.current >= 0) return;
    if (isWorldStopped(k)) {
      debug.owesSchedule = false;
      this.leaveHart();
      if (!scheduleStopped(k)) {
        runStopped(k);
        return;
      }
    }
    debug.owesSchedule = false;
    this.leaveHart();
    this.schedule();
    if (debug.reservation >= 0) {
      this.goOn();
      k.hart.reservation = debug.reservation;
      debug.reservation = -1;
    }
  }

  /** The thread that has the hart is where a trap would have left it, so that it goes on there, whoever gets the hart first. */
  private leaveHart(): void {
    const { loaded, hart } = this.k;
    if (this.inMachineMode) return;
    // Also where that thread was killed meanwhile: whoever gets the hart next has to be returned to.
    this.inMachineMode = true;
    if (loaded >= 0) hart.csrWrite(CSR.mepc, hart.pc);
  }

  /** The time of a step: while the world is held it stands still, whatever programs that debug execute. */
  private now(): number {
    const { k } = this;
    return k.state.isWorldHeld !== 0 && k.debug !== undefined ? k.debug.stoppedTime : k.board.time;
  }

  /** The hart stopped before an instruction that has a breakpoint. It executes it next, if nobody wants to know of it. */
  takeTrigger(): void {
    const { k } = this;
    const { debug } = k;
    if (debug === undefined) return;
    const hits = breakpointsHit(k, debug, k.state.current);
    if (hits.length > 0)
      this.hidden(
        () => tellHits(k, hits),
        hits.every((row) => isOutside(k, k.state.breakpoints.session[row])),
      );
  }

  /** The running thread has executed the instruction after which its debug session wants to know. */
  takeStep(): void {
    this.hidden(() => tellStepped(this.k), (stepsDone(this.k) & OF_GUESTS) === 0);
  }

  /** Is the thread stopped before this call, because a debug session wants to know of it? It makes the call when it goes on. */
  private isCaught(thread: number, number: number, pc: number, isScript = false): boolean {
    const { k } = this;
    const sessions = sessionsCatching(k, thread, number);
    if (sessions.length === 0) return false;
    if (isScript) {
      // It is made when the thread goes on, and counts as an instruction then; before the stop takes down what time it is.
      k.scripts?.repeat(thread);
      k.hart.retireForHost(-1);
    }
    this.hidden(
      () => tellCall(k, sessions, thread, number, pc),
      sessions.every((session) => isOutside(k, session)),
    );
    return true;
  }

  /**
   * Lets timers fire and ends the waits whose deadline has come, earliest first. What an event causes is done before the next
   * wait ends: in one step the event wins.
   */
  private expire(): void {
    const { k } = this;
    const { threads } = k.state;
    const now = k.board.time;
    if (isDeciding(k)) {
      // Everything else that is due waits until the monitor has decided.
      if (now < k.state.rootDeadline) return;
      monitorFailed(k);
    }
    // A shortage whose time is over may have the monitor asked: the rest waits, too.
    while (!isDeciding(k) && earliestDeadline(k.state) <= now) {
      const code = earliest(k.state);
      if (code >= FIRST_TIMER) expireObject(k, code);
      else if (!k.work.isEmpty) finishWork(k);
      else if (threads.blockedOn[code] === BLOCKED_ON.MEMORY) giveUp(k, code);
      else unblock(k, code, statusAtDeadline(threads.blockedOn[code]));
    }
  }

  /** A fault of the running thread: memory may satisfy it; else somebody may handle it; else its process ends. */
  private takeFault(cause: number, pc: number, address: number): void {
    const { k } = this;
    const thread = k.state.current;
    const process = k.state.threads.process[thread];
    const needed = NEEDED[cause];
    let detail: number = FAULT_DETAIL.DENIED;
    k.requester = process;
    k.shortage.allocator = -1;
    endGrant(k, thread);
    if (needed !== undefined && address >= LIMITS.userBase && address < LIMITS.userTop) {
      k.framesWanted = 0;
      let touch = touchPage(k, process, address, needed);
      while (touch === TOUCH.NO_MEMORY && k.framesWanted > 0) {
        const came = requestAtRoot(k, thread);
        // Who waits touches the page again when it goes on.
        if (came === REQUEST.WAITS || came === REQUEST.GONE) return;
        if (came === REQUEST.FAILED) break;
        touch = touchPage(k, process, address, needed);
      }
      if (touch === TOUCH.MAPPED) {
        k.observer?.backed?.(threadName(k.state, thread), pc, address);
        return;
      }
      if (touch === TOUCH.NO_MEMORY && this.waitsForMemory(thread, cause, address)) return;
      detail = touch === TOUCH.NO_MEMORY ? FAULT_DETAIL.NO_MEMORY : this.detailOf(process, address);
    }
    raiseFault(k, thread, cause, pc, address, detail);
  }

  /** A page fault found no memory: all who listen are told, and the thread may wait. Otherwise its process has to end. */
  private waitsForMemory(thread: number, cause: number, address: number): boolean {
    const { k } = this;
    if (k.shortage.allocator < 0) return false;
    const waits = mayWait(k, thread);
    if (waits) waitForMemory(k, thread, cause, address);
    fallShort(k);
    return waits;
  }

  /** A page that is mapped without any protection is a guard. */
  private detailOf(process: number, address: number): number {
    const { state } = this.k;
    const mapping = mappingOf(this.k, state.processes.vmar[process], Math.floor(address / PAGE_BYTES));
    return mapping >= 0 && state.mappings.protection[mapping] === 0 ? FAULT_DETAIL.GUARD : FAULT_DETAIL.DENIED;
  }

  private scriptCall(thread: number, number: number, words: readonly number[]): void {
    const { k, frame } = this;
    if (k.state.callCatches > 0 && this.isCaught(thread, number, 0, true)) return;
    this.begin();
    frame.thread = thread;
    frame.process = k.state.threads.process[thread];
    frame.number = number | 0;
    for (let i = 0; i < 6; i++) frame.words[i] = words[i] ?? 0;
    const status = makeCall(k, frame);
    if (status === CALL_REPEATS) k.scripts?.repeat(thread);
    else if (status !== CALL_WAITS && status !== NO_RETURN) {
      k.memory.writeWord(savedRegister(k, thread, 10), status);
      for (let i = 0; i < frame.resultCount; i++)
        k.memory.writeWord(savedRegister(k, thread, 11 + i), frame.results[i]);
      if (k.state.callCatches > 0) tellReturned(k, thread, frame.number, status);
    }
    this.end();
  }

  private scriptFault(thread: number, cause: number, address: number): void {
    const { k } = this;
    this.begin();
    k.journal.commit(trapped, cause, 0, address);
    raiseFault(k, thread, cause, 0, address, this.detailOf(k.state.threads.process[thread], address));
    this.end();
  }

  /** A script touches memory that has no frames yet. */
  private scriptBack(thread: number, cause: number, address: number, length: number, then: () => void): boolean {
    const { k } = this;
    const process = k.state.threads.process[thread];
    this.begin();
    k.journal.commit(trapped, cause, 0, address);
    k.requester = process;
    k.shortage.allocator = -1;
    k.framesWanted = 0;
    endGrant(k, thread);
    const isBacked = back(k, process, address, length, cause === CAUSE.STORE_PAGE_FAULT);
    // Before the step ends: it may unmap what was backed.
    if (isBacked) then();
    else {
      const came = k.framesWanted > 0 ? requestAtRoot(k, thread) : REQUEST.FAILED;
      if (came === REQUEST.AGAIN || came === REQUEST.WAITS) k.scripts?.repeat(thread);
      else if (came === REQUEST.FAILED && !this.waitsForMemory(thread, cause, address))
        raiseFault(k, thread, cause, 0, address, FAULT_DETAIL.NO_MEMORY);
    }
    this.end();
    return isBacked;
  }
}
