/** Processes that tests debug or let fault, and what sessions and listeners tell of them. */
import { QUANTUM } from '../../kernel/limits.js';
import { encode } from '../../machine/index.js';
import { DEBUG, DEBUG_EVENT } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';
import { CODE, type MadeProcess, mapCode } from './compiled.js';
import { handleFields } from './information.js';
import { makePool, type Packet, scratch, takeAll, takeWaiting } from './packets.js';

export const NOP = encode('addi', { rd: 0, rs1: 0, imm: 0 });
export const EBREAK = encode('ebreak');
/** Address of an instruction of the code that a process begins with. */
export const at = (index: number): number => CODE + 4 * index;
/** `addi rd, rd, 1`. */
export const increment = (rd: number): number => encode('addi', { rd, rs1: rd, imm: 1 });

/** The page that tests of debugging use for packets and buffers. */
const PAGE = 60;

export interface Target extends MadeProcess {
  /** Koids. */
  readonly processKoid: number;
  readonly threadKoid: number;
}

export function* koidOf(scene: Scene, handle: number): CallScript<number> {
  return (yield* handleFields(handle, scratch(scene, PAGE))).koid;
}

/** A process with code, not started, in the first job or another one. */
export function* makeTarget(scene: Scene, code: readonly number[], priority = 16, job = 0): CallScript<Target> {
  const { status, process, vmar } = yield* sys.process_create(job, scene.allocator, 0, 0);
  expectStatus(status, 'OK');
  const { thread } = yield* sys.thread_create(process, priority, 0, 0);
  yield* mapCode(scene, vmar, code);
  const [processKoid, threadKoid] = [yield* koidOf(scene, process), yield* koidOf(scene, thread)];
  return { process, vmar, thread, processKoid, threadKoid };
}

export function* start({ process, thread }: MadeProcess, entry = CODE): CallScript {
  expectStatus((yield* sys.process_start(process, thread, entry, 0, 0)).status, 'OK');
}

/** A program that debugs lets the world go on, as far as it will in this time: it does when the program has nothing to do. */
export function* letGo(scene: Scene): CallScript {
  expectStatus((yield* sys.thread_sleep(scene.system.state.time + 2 * QUANTUM.fallback)).status, 'OK');
}

/** One more thread of a target, started. */
export function* addThread({ process }: MadeProcess, entry: number, priority = 16): CallScript<number> {
  const { status, thread } = yield* sys.thread_create(process, priority, 0, 0);
  expectStatus(status, 'OK');
  expectStatus((yield* sys.thread_start(thread, entry, 0, 0)).status, 'OK');
  return thread;
}

/** What a session tells: kind, and the rest as words. */
export interface Told {
  readonly kind: string;
  readonly koid: number;
  readonly cause: number;
  readonly pc: number;
  readonly address: number;
  readonly status: number;
}

export function toldBy({ data, status }: Packet): Told {
  const [kind] = Object.entries(DEBUG_EVENT).find(([, number]) => number === data[0]) ?? ['nothing'];
  const [, koid, cause, pc, address] = data.map((word) => word >>> 0);
  return { kind, koid, cause, pc, address, status };
}

/** A session of the test's process, with a pool of its own. */
export class Session {
  private constructor(
    private readonly scene: Scene,
    readonly handle: number,
    readonly pool: number,
    private readonly page: number,
  ) {}

  static *attach(scene: Scene, task: number, options = 0, key = 0, page = PAGE): CallScript<Session> {
    const slots = 8;
    const pool = yield* makePool(scene, slots);
    const { status, session } = yield* sys.debug_attach(task, pool, key, options | (slots << 8));
    expectStatus(status, 'OK');
    return new Session(scene, session, pool, page);
  }

  /** Waits for what it is told next. */
  *next(): CallScript<Told> {
    return toldBy(yield* takeWaiting(this.pool, scratch(this.scene, this.page)));
  }

  /** What it was told and has not heard yet. */
  *rest(): CallScript<Told[]> {
    return (yield* takeAll(this.pool, scratch(this.scene, this.page))).map(toldBy);
  }

  *control(op: number, task = 0, address = 0, length = 0): CallScript<{ status: number; id: number }> {
    return yield* sys.debug_control(this.handle, op, task, address, length);
  }

  /** The same where it has to succeed; gives the number of a breakpoint. */
  *does(op: number, task = 0, address = 0, length = 0): CallScript<number> {
    const { status, id } = yield* this.control(op, task, address, length);
    expectStatus(status, 'OK');
    return id;
  }

  /** Lets go on; faults that were told are answered with the verdict, HANDLED unless told otherwise. */
  *resume(verdict = 0): CallScript {
    yield* this.does(DEBUG.RESUME, 0, verdict);
  }

  *step(thread: number): CallScript<Told> {
    yield* this.does(DEBUG.STEP, thread);
    return yield* this.next();
  }

  *end(): CallScript {
    expectStatus((yield* sys.handle_close(this.handle)).status, 'OK');
  }
}

/** pc, x1 to x31 of a thread that stands still. */
export function* registersOf(scene: Scene, thread: number): CallScript<Uint32Array> {
  const buffer = scratch(scene, PAGE);
  expectStatus((yield* sys.thread_read_state(thread, 0, buffer, 128)).status, 'OK');
  return new Uint32Array((yield* load(buffer, 128)).slice().buffer);
}

export function* setRegister(scene: Scene, thread: number, register: number, value: number): CallScript {
  const words = yield* registersOf(scene, thread);
  words[register] = value;
  const buffer = scratch(scene, PAGE);
  yield* store(buffer, new Uint8Array(words.buffer));
  expectStatus((yield* sys.thread_write_state(thread, 0, buffer, 128)).status, 'OK');
}

/** Bytes of another process. */
export function* bytesAt(scene: Scene, process: number, address: number, length: number): CallScript<Uint8Array> {
  const buffer = scratch(scene, PAGE);
  const { status, n } = yield* sys.process_read_memory(process, address, buffer, length);
  expectStatus(status, 'OK');
  return (yield* load(buffer, n)).slice();
}
