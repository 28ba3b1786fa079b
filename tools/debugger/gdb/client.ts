/**
 * A gdb that is connected: its side of the protocol as a state machine. Pure: a packet comes in, packets go out; between them
 * the owner lets the world run (`run`) while `isRunning`. It knows nothing of sockets, and every packet gets an answer,
 * whatever it says.
 */
import type { Outcome } from '../../../kernel/index.js';
import { EXIT_REASON } from '../../../syscalls/layouts.js';
import type { DebuggedThread, Stop } from '../debuggee.js';
import { ERROR, UNKNOWN } from './answers.js';
import { Breakpoints } from './breakpoints.js';
import { Catches } from './catches.js';
import { Files } from './files.js';
import { Images } from './images.js';
import { answerTo } from './packets.js';
import { type Intent, intentOf, type parseActions, verdictFor } from './resumption.js';
import { SIGNAL, signalOf } from './signals.js';
import {
  breakpointReason,
  callReason,
  consoleOutput,
  endReply,
  signalOfStop,
  stopReply,
  stopSentence,
  type ToldThread,
} from './stop-replies.js';
import type { DebugTarget } from './target.js';
import { ANY, means, type ThreadId } from './thread-ids.js';
import { World } from './world.js';

/** How the running went: on it goes; it waits for input; it is over for good; or the client has been told of a stop. */
export type Progress =
  | { readonly kind: 'on' | 'input' }
  | { readonly kind: 'over'; readonly outcome: Ending }
  | { readonly kind: 'told'; readonly packets: readonly string[] };

/** Outcomes after which nothing runs by itself any more. */
export type Ending = Exclude<Outcome, { readonly kind: 'input' | 'stopped' }>;

/** After so many stops that nobody is told of, somebody else may have the host. */
const SILENT_STOPS = 1000;

export class Client {
  readonly world: World;
  readonly images: Images;
  readonly files: Files;
  readonly breakpoints = new Breakpoints();
  readonly catches = new Catches();
  /** The thread that questions are about, and the one that `c` and `s` are for. */
  general: ThreadId = { process: ANY, thread: ANY };
  resumed: ThreadId = { process: ANY, thread: ANY };
  /** Until the client asks for a quieter line. */
  acknowledges = true;
  /** Signals that faults are passed on with and nobody is told. */
  passed: ReadonlySet<number> = new Set();
  /** Whether the client has started the program itself; then it kills it when it leaves. */
  hasStarted = false;
  /** The document that is being read in pieces. */
  document: { readonly name: string; readonly text: string } | undefined;
  /** Threads that are still to be listed. */
  unlisted: readonly DebuggedThread[] = [];

  /** The thread of the last stop that the client was told of. */
  private told: ThreadId = { process: ANY, thread: ANY };
  private intent: Intent = {};
  private running = false;
  private isStepNoticed = false;
  /** How the system ended, which every process is told for. */
  private ending: Ending | undefined;
  private readonly lastFaults = new Map<number, number>();

  constructor(readonly target: DebugTarget) {
    this.world = new World(target);
    this.images = new Images(target.images);
    this.files = new Files(this.images);
  }

  /** Whether the client has let the world go on and waits to hear of it. */
  get isRunning(): boolean {
    return this.running;
  }

  /** Whether the world must not move without the client. */
  get isHolding(): boolean {
    return this.world.isAttached && !this.running;
  }

  /** Answers a packet. While the world runs there is no answer but the stop. */
  receive(payload: string): readonly string[] {
    if (this.running) return [];
    return answerTo(this, payload);
  }

  /** Ctrl-C of the client. */
  interrupt(): readonly string[] {
    if (!this.running) return [];
    return this.tell(this.world.debuggee.stop()) ?? [];
  }

  /** The thread that a question is about: where any will do, the one that was told of last. */
  get thread(): DebuggedThread | undefined {
    const { world, general, told } = this;
    const last = general.thread > 0 || !means(general, told) ? undefined : world.find(told);
    return last ?? world.find(general) ?? world.find(told) ?? world.firstThread;
  }

  private isThreadThere({ kind, process, thread }: Stop): boolean {
    return thread > 0 && kind !== 'thread ended' && this.world.isOurs(process);
  }

  private tellOf(thread: ToldThread): void {
    this.told = { process: thread.process, thread: thread.koid };
    this.general = this.told;
  }

  /** The process that a question is about: one without threads is there, too. */
  get process(): number | undefined {
    if (this.general.process > 0 && this.world.hasProcess(this.general.process)) return this.general.process;
    return this.thread?.process;
  }

  // ---- going on ----

  resume(actions: NonNullable<ReturnType<typeof parseActions>>): void {
    const { world } = this;
    const { debuggee } = world;
    const current = this.currentThread();
    const all = (): ThreadId[] => world.threads.map(({ process, koid }) => ({ process, thread: koid }));
    const { intent, signal, isStopped } = intentOf(actions, current, all);
    this.intent = intent;
    const isStepping = intent.step !== undefined;
    if (isStepping !== this.isStepNoticed) this.catches.apply(debuggee, isStepping);
    this.isStepNoticed = isStepping;
    if (this.ending === undefined) debuggee.resume({ verdict: verdictFor(debuggee, signal, isStopped), ...intent });
    this.running = true;
    this.world.changed();
  }

  /** Who stopped; or whom the client means. */
  private currentThread(): ThreadId {
    const stop = this.world.debuggee.stopped;
    if (stop !== undefined && this.isThreadThere(stop)) return { process: stop.process, thread: stop.thread };
    const thread = this.world.find(this.resumed) ?? this.thread;
    return thread === undefined ? { process: ANY, thread: ANY } : { process: thread.process, thread: thread.koid };
  }

  /** Runs for so many instructions, or until there is something to say. */
  run(maxInstructions: number): Progress {
    const { target, world } = this;
    if (this.ending !== undefined) return { kind: 'told', packets: this.tellEnding(this.ending) };
    const end = target.instructions + maxInstructions;
    for (let i = 0; i < SILENT_STOPS; i++) {
      const ran = world.debuggee.run(Math.max(0, end - target.instructions));
      world.changed();
      if (ran.kind === 'limit') return { kind: 'on' };
      if (ran.kind === 'input') return { kind: 'input' };
      if (ran.kind !== 'stop') return { kind: 'over', outcome: ran };
      const packets = this.tell(ran.stop);
      if (packets !== undefined) return { kind: 'told', packets };
    }
    return { kind: 'on' };
  }

  /** The world is over, or will not move by itself any more; only a client that waits is told. */
  end(ending: Ending): readonly string[] {
    if (!this.running) return [];
    // What can go on when something comes from outside has not ended.
    if (ending.kind !== 'blocked' && ending.kind !== 'limit') this.ending = ending;
    return this.tellEnding(ending);
  }

  /** Back by an instruction of the thread that steps, or to the last stop that the client would have been told of. */
  reverse(how: 'step' | 'continue'): readonly string[] {
    const { world } = this;
    const { past } = world.debuggee;
    if (past === undefined) return [UNKNOWN];
    // Who has heard how it ended is told of processes anew.
    this.ending = undefined;
    world.isAgain();
    const { thread } = this.currentThread();
    const stop = how === 'step' ? past.reverseStep(thread) : past.reverseContinue((one) => this.wouldTell(one));
    world.changed();
    return this.packetsFor(stop) ?? this.stopPackets(stop) ?? [ERROR];
  }

  /** Would the client have been told of a stop that was? */
  private wouldTell(stop: Stop): boolean {
    const { world, catches } = this;
    if (!world.isOurs(stop.process)) return false;
    switch (stop.kind) {
      case 'breakpoint':
      case 'watchpoint':
        return this.breakpoints.among(stop.breakpoints) !== undefined;
      case 'fault':
        return this.isFaultTold(stop);
      case 'call':
      case 'return':
        return catches.wasAsked(stop.detail) || catches.isWatched(stop.detail);
      case 'event':
        return catches.has('event');
      default:
        return false;
    }
  }

  // ---- telling ----

  /** The packets for a stop; undefined where it is nobody's business, and everything goes on. */
  private tell(stop: Stop): readonly string[] | undefined {
    const told = this.packetsFor(stop);
    if (told === undefined) {
      this.world.debuggee.resume({ verdict: 'pass', ...this.intent });
      return undefined;
    }
    return this.hold(told);
  }

  private hold(packets: readonly string[]): readonly string[] {
    this.running = false;
    this.intent = {};
    return packets;
  }

  private packetsFor(stop: Stop): readonly string[] | undefined {
    const { world, catches } = this;
    if (stop.kind !== 'stopped' && !world.isOurs(stop.process)) return undefined;
    switch (stop.kind) {
      case 'breakpoint':
      case 'watchpoint':
        return this.stopPackets(stop, breakpointReason(stop, this.breakpoints));
      case 'step':
        return this.isInRange(stop) ? undefined : this.stopPackets(stop);
      case 'stopped':
        return this.stopPackets(stop);
      case 'beginning of history':
        return this.stopPackets(stop, 'replaylog:begin;');
      case 'end of history':
        return this.stopPackets(stop, 'replaylog:end;');
      case 'fault':
        return this.isFaultTold(stop) ? this.stopPackets(stop) : undefined;
      case 'call':
      case 'return':
        if (catches.wasAsked(stop.detail)) return this.stopPackets(stop, callReason(stop));
        return catches.isWatched(stop.detail) ? this.spokenStop(stop) : undefined;
      case 'event':
        return catches.has('event') ? this.spokenStop(stop) : undefined;
      case 'thread started':
        return catches.has('thread-start') ? this.spokenStop(stop) : undefined;
      case 'thread ended':
        // Whoever was to step has nothing more to execute.
        return catches.has('thread-end') || stop.thread === this.intent.step ? this.spokenStop(stop) : undefined;
      case 'process started':
        return catches.has('process-start') ? this.spokenStop(stop) : undefined;
      case 'process ended':
        if (world.isIntroduced(stop.process)) return this.processEnded(stop.process, stop.status, stop.detail);
        world.bury(stop.process);
        return undefined;
    }
  }

  private isInRange({ thread, pc }: Stop): boolean {
    const { range, step } = this.intent;
    return range !== undefined && thread === step && pc >>> 0 >= range.begin && pc >>> 0 < range.end;
  }

  private isFaultTold(stop: Stop): boolean {
    const { faults } = this.catches;
    const signal = signalOf(stop.cause);
    this.lastFaults.set(stop.process, signal);
    if (faults === 'never' || this.passed.has(signal)) return false;
    return faults === 'both' || (faults === 'first') === (stop.chance === 1);
  }

  /** A stop of a thread; where that is gone, or there was none, another one tells of it. */
  private stopPackets(stop: Stop, reason = ''): readonly string[] | undefined {
    const { world } = this;
    const thread = this.isThreadThere(stop)
      ? { process: stop.process, koid: stop.thread }
      : (world.find({ process: stop.process, thread: ANY }) ?? world.firstThread);
    if (thread === undefined) return undefined;
    this.tellOf(thread);
    return [stopReply(world, signalOfStop(stop), thread, reason)];
  }

  /** gdb has no word for it: it hears of a trap, and a person reads why. */
  private spokenStop(stop: Stop): readonly string[] | undefined {
    const packets = this.stopPackets(stop);
    const sentence = stopSentence(this.world, stop);
    return packets === undefined || sentence === undefined ? packets : [consoleOutput(sentence), ...packets];
  }

  private processEnded(process: number, reason: number, code: number): readonly string[] {
    this.world.bury(process);
    return [endReply(process, reason, code, this.lastFaults.get(process))];
  }

  /** What the client hears when the system has come to its end: of one process after another, each time that it goes on. */
  private tellEnding(ending: Ending): readonly string[] {
    const { world } = this;
    const sentence = ENDINGS[ending.kind];
    const told = sentence === undefined ? [] : [consoleOutput(sentence)];
    if (ending.kind === 'blocked' || ending.kind === 'limit') {
      const thread = world.find(this.told) ?? world.firstThread;
      if (thread !== undefined) this.tellOf(thread);
      return this.hold([...told, thread === undefined ? NOBODY : stopReply(world, SIGNAL.NONE, thread)]);
    }
    const known = world.processes.filter(({ koid }) => world.isIntroduced(koid));
    const process = (known.find(({ koid }) => koid === world.program?.koid) ?? known[0])?.koid;
    if (process === undefined) return this.hold([...told, NOBODY]);
    const isProgram = process === world.program?.koid;
    const code = isProgram && (ending.kind === 'exited' || ending.kind === 'halted') ? ending.code : 0;
    return this.hold([
      ...told,
      ...this.processEnded(process, isProgram ? REASONS[ending.kind] : EXIT_REASON.EXITED, code),
    ]);
  }

  // ---- the whole session ----

  /** Of a thread that the client finds itself in: the answer to `?`, and after attaching and starting. */
  statusOf(process?: number): string {
    const { world } = this;
    const stop = world.attach().stopped;
    // Who happened to have the hart when somebody came is not whom they came for.
    const isChance = stop === undefined || stop.kind === 'stopped' || stop.thread === 0;
    const stopped = isChance ? undefined : world.thread(stop.thread);
    const wanted = process === undefined ? undefined : world.find({ process, thread: ANY });
    const isIt = stopped !== undefined && (process === undefined || stopped.process === process);
    const thread = isIt ? stopped : (wanted ?? world.firstThread);
    if (thread === undefined) return 'W00';
    this.tellOf(thread);
    if (stop === undefined || !isIt) return stopReply(world, SIGNAL.TRAP, thread);
    return stopReply(world, signalOfStop(stop), thread, breakpointReason(stop, this.breakpoints));
  }

  /** Boots again. Gives the reason where that could not be. */
  restart(programArguments: readonly string[] | undefined): string | undefined {
    const problem = this.target.restart(programArguments);
    if (problem !== undefined) return problem;
    this.world.forget();
    this.breakpoints.forget();
    this.catches.forget();
    this.lastFaults.clear();
    this.document = undefined;
    this.ending = undefined;
    this.isStepNoticed = false;
    this.hasStarted = true;
    this.general = { process: ANY, thread: ANY };
    this.resumed = this.general;
    this.told = this.general;
    this.catches.apply(this.world.attach());
    return undefined;
  }

  /** Attaches to a process; where nothing was, to that one alone. Whether it is there. */
  attach(process: number): boolean {
    const { world } = this;
    if (!world.isAttached) {
      this.catches.apply(world.attach());
      // gdb 13 takes a thread of another process, which it has not asked for, for the one that it has attached to.
      for (const { koid } of world.processes) world.release(koid);
    }
    return world.take(process);
  }

  /** Lets go of a process, or of all; without any left everything goes on by itself. */
  detach(process: number | undefined): void {
    if (process !== undefined) this.world.release(process);
    if (process === undefined || this.world.processes.length === 0) this.leave();
  }

  /** The client is gone: everything goes on as if it had never been there. */
  leave(): void {
    this.running = false;
    this.world.detach();
    this.breakpoints.forget();
    this.catches.forget();
  }
}

const ENDINGS: Readonly<Partial<Record<Ending['kind'], string>>> = {
  blocked: 'every thread is blocked for ever; see: monitor ps threads',
  limit: 'the instruction limit is reached',
  'out of memory': 'the machine is out of memory',
};

/** The others end because there is no machine any more, and not by anything that they did. */
const REASONS = {
  exited: EXIT_REASON.EXITED,
  halted: EXIT_REASON.EXITED,
  fault: EXIT_REASON.FAULT,
  killed: EXIT_REASON.KILLED,
  'out of memory': EXIT_REASON.OUT_OF_MEMORY,
} as const;

/** Nobody is left that could run. */
const NOBODY = 'N';
