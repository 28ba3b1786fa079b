/**
 * A debuggee whose threads walk through a page of code and do at each address what a script says: for tests of front ends, which
 * see nothing but `Debuggee`. An instruction is four bytes; behind the last one the first one follows. Threads take turns, an
 * instruction each.
 */
import type {
  BreakpointPlace,
  ControlRegisters,
  DebuggedProcess,
  DebuggedThread,
  Debuggee,
  Notices,
  Ran,
  Stop,
  StopKind,
} from '../../../../tools/debugger/debuggee.js';

export const CODE = 0x10000;
export const CODE_BYTES = 64;
export const DATA = 0x20000;
export const DATA_BYTES = 256;

/** What happens at an address instead of nothing: an access of a watched place, or a stop. */
export interface Deed {
  readonly load?: number;
  readonly store?: number;
  readonly stop?: Partial<Stop> & { readonly kind: StopKind };
  /** How the world ends there. */
  readonly ran?: Exclude<Ran, { readonly kind: 'stop' }>;
}

export interface ScriptedThread {
  readonly koid: number;
  readonly process: number;
  readonly name: string;
  readonly waits?: string;
  readonly isScript?: boolean;
}

export interface Script {
  readonly processes: readonly { readonly koid: number; readonly name: string }[];
  readonly threads: readonly ScriptedThread[];
  /** By address of code. */
  readonly deeds?: ReadonlyMap<number, Deed>;
  /** The bytes at CODE of each process; zeros where it says nothing. */
  readonly code?: Uint8Array;
  /** How many breakpoints there is room for. */
  readonly room?: number;
}

export class ScriptedDebuggee implements Debuggee {
  readonly past = undefined;
  stopped: Stop | undefined;
  instructions = 0;
  isDetached = false;
  /** What was answered to the last resumption. */
  resumption: Parameters<Debuggee['resume']>[0] = {};
  notices: Notices = {};
  readonly places = new Map<number, BreakpointPlace | 'calls' | 'events' | { readonly call: number }>();
  readonly killed = new Set<number>();
  readonly memory = new Map<number, Map<number, Uint8Array>>();
  private readonly words = new Map<number, Int32Array>();
  private turn = 0;
  private nextNumber = 1;
  /** A stop at a place does not stop the same thread there again before it has moved. */
  private passedBy: { readonly thread: number; readonly pc: number } | undefined;

  constructor(private readonly script: Script) {
    for (const { koid } of script.processes) {
      const code = new Uint8Array(CODE_BYTES);
      code.set(script.code ?? []);
      this.memory.set(
        koid,
        new Map([
          [CODE, code],
          [DATA, new Uint8Array(DATA_BYTES)],
        ]),
      );
    }
    for (const { koid, isScript, waits } of script.threads) {
      if (isScript) continue;
      const words = Int32Array.from({ length: 32 }, (_, i) => (koid << 8) | i);
      words[0] = CODE + (waits === undefined ? 0 : 8);
      this.words.set(koid, words);
    }
  }

  processes(): DebuggedProcess[] {
    return this.script.processes.map(({ koid, name }) => ({
      koid,
      name,
      state: this.killed.has(koid) ? 'ended' : 'running',
    }));
  }

  threads(): DebuggedThread[] {
    return this.script.threads
      .filter(({ process }) => !this.killed.has(process))
      .map(({ koid, process, name, waits, isScript }) => ({
        koid,
        process,
        name,
        state: waits === undefined ? 'ready' : 'blocked',
        waits: waits ?? '',
        priority: 8,
        stop: this.stopped?.thread === koid ? this.stopped : undefined,
        isScript: isScript ?? false,
      }));
  }

  registers(thread: number): Int32Array | undefined {
    return this.words.get(thread)?.slice();
  }

  setRegisters(thread: number, words: Int32Array): boolean {
    this.words.get(thread)?.set(words);
    return this.words.has(thread);
  }

  controlRegisters(thread: number): ControlRegisters | undefined {
    if (!this.words.has(thread)) return undefined;
    const counter = BigInt(this.instructions);
    const cycle = (5n << 32n) | counter;
    const zero = { mie: 0, mip: 0, mcause: 8, mepc: CODE, mtval: 0 };
    return { mstatus: 0x80, ...zero, satp: -2147483647, cycle, time: counter, instret: counter };
  }

  readMemory(process: number, address: number, length: number): Uint8Array {
    for (const [begin, bytes] of this.memory.get(process) ?? []) {
      if (address >= begin && address < begin + bytes.length)
        return bytes.slice(address - begin, address - begin + length);
    }
    return new Uint8Array(0);
  }

  writeMemory(process: number, address: number, bytes: Uint8Array): boolean {
    for (const [begin, there] of this.memory.get(process) ?? []) {
      if (address < begin || address + bytes.length > begin + there.length) continue;
      there.set(bytes, address - begin);
      return true;
    }
    return false;
  }

  setBreakpoint(place: BreakpointPlace): number | undefined {
    return this.keep(place);
  }

  catchCalls(call: number | undefined): number | undefined {
    return this.keep(call === undefined ? 'calls' : { call });
  }

  catchEvents(): number | undefined {
    return this.keep('events');
  }

  private keep(what: BreakpointPlace | 'calls' | 'events' | { readonly call: number }): number | undefined {
    if (this.places.size >= (this.script.room ?? 100)) return undefined;
    this.places.set(this.nextNumber, what);
    return this.nextNumber++;
  }

  clear(breakpoint: number): boolean {
    return this.places.delete(breakpoint);
  }

  notice(notices: Notices): void {
    this.notices = notices;
  }

  resume(how: Parameters<Debuggee['resume']>[0] = {}): void {
    if (how.verdict === 'kill process' && this.stopped !== undefined) this.killed.add(this.stopped.process);
    this.resumption = how;
    this.stopped = undefined;
  }

  run(maxInstructions = Number.POSITIVE_INFINITY): Ran {
    this.stopped = undefined;
    const end = this.instructions + maxInstructions;
    while (this.instructions < end) {
      const thread = this.nextThread();
      if (thread === undefined) return { kind: 'blocked', threads: [], cycle: [] };
      const ran = this.execute(thread);
      if (ran?.kind === 'stop') this.stopped = ran.stop;
      if (ran !== undefined) return ran;
    }
    return { kind: 'limit' };
  }

  private nextThread(): ScriptedThread | undefined {
    const able = this.script.threads.filter(
      ({ koid, process, waits }) => waits === undefined && !this.killed.has(process) && this.words.has(koid),
    );
    const { only } = this.resumption ?? {};
    return able.find(({ koid }) => koid === only) ?? able[this.turn++ % able.length];
  }

  /** One instruction of a thread; what stops the world before or after it. */
  private execute(thread: ScriptedThread): Ran | undefined {
    const words = this.words.get(thread.koid) as Int32Array;
    const pc = words[0];
    const deed = this.script.deeds?.get(pc);
    if (this.passedBy?.thread !== thread.koid || this.passedBy.pc !== pc) {
      this.passedBy = { thread: thread.koid, pc };
      const before = this.stopBefore(thread, pc, deed);
      if (before !== undefined) return before;
    }
    this.passedBy = undefined;
    this.instructions++;
    words[0] = CODE + ((pc + 4 - CODE) % CODE_BYTES);
    if (this.resumption?.step === thread.koid) return this.stopOf(thread, { kind: 'step', pc: words[0] });
    return undefined;
  }

  private stopBefore(thread: ScriptedThread, pc: number, deed: Deed | undefined): Ran | undefined {
    const hit = (kind: string, address: number): number[] =>
      [...this.places]
        .filter(([, place]) => {
          if (typeof place === 'string' || 'call' in place) return false;
          const isKind = place.kind === kind || (place.kind === 'access' && kind !== 'execute');
          const isHere = address >= place.address && address < place.address + place.length;
          return isKind && isHere && (!place.process || place.process === thread.process);
        })
        .map(([number]) => number);
    const breakpoints = hit('execute', pc);
    if (breakpoints.length > 0) return this.stopOf(thread, { kind: 'breakpoint', pc, breakpoints });
    for (const kind of ['load', 'store'] as const) {
      const address = deed?.[kind];
      const watched = address === undefined ? [] : hit(kind, address);
      if (watched.length === 0) continue;
      const place = this.places.get(watched[0]) as BreakpointPlace;
      return this.stopOf(thread, { kind: 'watchpoint', pc, breakpoints: watched, address: place.address });
    }
    if (deed?.ran !== undefined) return deed.ran;
    if (deed?.stop === undefined) return undefined;
    if (deed.stop.kind === 'process ended') this.killed.add(deed.stop.process ?? thread.process);
    return this.stopOf(thread, { pc, ...deed.stop });
  }

  private stopOf(thread: ScriptedThread, stop: Partial<Stop> & { readonly kind: StopKind }): Ran {
    const none = { breakpoints: [], cause: 0, pc: 0, address: 0, detail: 0, status: 0, chance: 1 } as const;
    return { kind: 'stop', stop: { ...none, process: thread.process, thread: thread.koid, ...stop } };
  }

  stop(): Stop {
    const stop = { kind: 'stopped', process: 0, thread: 0, breakpoints: [], cause: 0, pc: 0, address: 0 } as const;
    this.stopped = { ...stop, detail: 0, status: 0, chance: 1 };
    return this.stopped;
  }

  killProcess(process: number): boolean {
    const isThere = this.script.processes.some(({ koid }) => koid === process) && !this.killed.has(process);
    if (isThere) this.killed.add(process);
    return isThere;
  }

  detach(): void {
    this.isDetached = true;
    this.places.clear();
    this.stopped = undefined;
  }
}
