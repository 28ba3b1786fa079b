/**
 * What a client sees of the system: the processes that it has not let go of, and their threads. It attaches when the client asks
 * how things stand (`?`), attaches or starts a program: one that connects and says nothing stops nobody, and one that has let go
 * of everything does not take it back by asking for a table.
 */
import type { DebuggedProcess, DebuggedThread, Debuggee } from '../debuggee.js';
import type { DebugTarget } from './target.js';
import { means, type ThreadId } from './thread-ids.js';

interface Seen {
  readonly processes: readonly DebuggedProcess[];
  readonly threads: readonly DebuggedThread[];
  readonly byKoid: ReadonlyMap<number, DebuggedThread>;
}

const NOTHING: Seen = { processes: [], threads: [], byKoid: new Map() };

export class World {
  private session: Debuggee | undefined;
  /** Processes that the client detached from. */
  private readonly released = new Set<number>();
  /** Processes whose end the client knows. */
  private readonly buried = new Set<number>();
  /** Processes that the client has been told of: of one that it does not know, gdb cannot hear that it has ended. */
  private readonly introduced = new Set<number>();
  /** Between two runs nothing moves, and a question about each of 500 threads must not list them all again. */
  private seen: Seen | undefined;

  constructor(readonly target: DebugTarget) {}

  get isAttached(): boolean {
    return this.session !== undefined;
  }

  /** Stops the world, where that has not been done. */
  attach(): Debuggee {
    if (this.session !== undefined) return this.session;
    const session = this.target.attach();
    this.session = session;
    session.notice({ processEnds: true });
    if (session.stopped === undefined) session.stop();
    this.changed();
    return session;
  }

  /** Only while attached. */
  get debuggee(): Debuggee {
    if (this.session === undefined) throw new Error('the debugger is not attached');
    return this.session;
  }

  get processes(): readonly DebuggedProcess[] {
    return this.now().processes;
  }

  get threads(): readonly DebuggedThread[] {
    return this.now().threads;
  }

  thread(koid: number): DebuggedThread | undefined {
    return this.now().byKoid.get(koid);
  }

  /** The first thread that a name means. */
  find(id: ThreadId): DebuggedThread | undefined {
    if (id.thread > 0) {
      const thread = this.thread(id.thread);
      return thread !== undefined && means(id, { process: thread.process, thread: thread.koid }) ? thread : undefined;
    }
    return this.threads.find(({ process, koid }) => means(id, { process, thread: koid }));
  }

  /** Whether there is any process left that could go on. */
  get hasAnybody(): boolean {
    const debuggee = this.session;
    return debuggee?.processes().some(({ koid, state }) => state !== 'ended' && this.isOurs(koid)) ?? false;
  }

  hasProcess(koid: number): boolean {
    return this.processes.some((process) => process.koid === koid);
  }

  /** The process of the program, while it is there. */
  get program(): DebuggedProcess | undefined {
    return this.processes.find(({ name }) => name === this.target.images[0]?.name);
  }

  /** The thread that a client finds itself in where nothing says which: the first one of the program. */
  get firstThread(): DebuggedThread | undefined {
    const { program } = this;
    return this.threads.find(({ process }) => process === program?.koid) ?? this.threads[0];
  }

  /** Something may be different from what was seen. */
  changed(): void {
    this.seen = undefined;
  }

  private now(): Seen {
    this.seen ??= this.look();
    return this.seen;
  }

  private look(): Seen {
    const debuggee = this.session;
    if (debuggee === undefined) return NOTHING;
    const processes = debuggee.processes().filter(({ koid, state }) => state !== 'ended' && this.isOurs(koid));
    const koids = new Set(processes.map(({ koid }) => koid));
    const threads = debuggee.threads().filter(({ process, state }) => state !== 'ended' && koids.has(process));
    return { processes, threads, byKoid: new Map(threads.map((thread) => [thread.koid, thread])) };
  }

  /** Whether the client wants to hear of the process. */
  isOurs(process: number): boolean {
    return !this.released.has(process) && !this.buried.has(process);
  }

  /** The client is told of a thread of this process, or of all that there are. */
  introduce(process?: number): void {
    if (process !== undefined) this.introduced.add(process);
    else for (const thread of this.threads) this.introduced.add(thread.process);
  }

  isIntroduced(process: number): boolean {
    return this.introduced.has(process);
  }

  release(process: number): void {
    this.released.add(process);
    this.changed();
  }

  /** The client wants a process (again); whether it is there. */
  take(process: number): boolean {
    this.released.delete(process);
    this.changed();
    return this.hasProcess(process);
  }

  /** The client went back: processes may be there again whose end it knows. */
  isAgain(): void {
    this.buried.clear();
    this.changed();
  }

  bury(process: number): void {
    this.buried.add(process);
    this.changed();
  }

  /** Lets everything go on as if nobody had been there. */
  detach(): void {
    this.session?.detach();
    this.forget();
  }

  /** The system that this was a session on is over. */
  forget(): void {
    this.session = undefined;
    for (const set of [this.released, this.buried, this.introduced]) set.clear();
    this.changed();
  }
}
