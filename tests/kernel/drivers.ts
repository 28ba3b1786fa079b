/** Interrupts and devices as drivers use them: every test of those has a few of these. */
import { UART_BASE } from '../../machine/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import { LISTEN, SEEN_NOW, SOURCE, VERDICT } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';
import { listen, makePool, type Packet, packetAt, scratch, takeAll } from './packets.js';

/** A line that no device of the board has. */
export const LINE = 20;
export const OTHER_LINE = 70;

export function* makeInterrupt(scene: Scene, line = LINE, options = 0, answerTime = 0): CallScript<number> {
  const { status, interrupt } = yield* sys.interrupt_create(scene.resource, line, options, answerTime);
  expectStatus(status, 'OK');
  return interrupt;
}

/** Waits for the next interrupt for ever; gives its token. */
export function* waitForInterrupt(scene: Scene, interrupt: number, page = 100): CallScript<number> {
  const at = scratch(scene, page);
  expectStatus((yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, SEEN_NOW, FOREVER, at)).status, 'OK');
  return (yield* packetAt(at)).data[0];
}

export function* answer(interrupt: number, token: number, verdict: number = VERDICT.HANDLED): CallScript<void> {
  expectStatus((yield* sys.event_resolve(interrupt, token, verdict)).status, 'OK');
}

/** A pool that handles an interrupt, until it is cancelled. */
export class PoolHandler {
  private constructor(
    private readonly scene: Scene,
    readonly interrupt: number,
    readonly pool: number,
    /** The number of the registration, which is the token too. */
    readonly registration: number,
  ) {}

  static *make(scene: Scene, interrupt: number, options: number = LISTEN.PERSISTENT): CallScript<PoolHandler> {
    const pool = yield* makePool(scene, 4);
    return new PoolHandler(scene, interrupt, pool, yield* listen(interrupt, SOURCE.INTERRUPT, pool, 0, options));
  }

  /** Everything that came; one interrupt at the most, as long as it is not answered. */
  *taken(): CallScript<Packet[]> {
    return yield* takeAll(this.pool, scratch(this.scene, 101));
  }

  *answer(verdict: number = VERDICT.HANDLED): CallScript<void> {
    yield* answer(this.interrupt, this.registration, verdict);
  }
}

/** A pool that only hears of an interrupt. */
export function* observe(scene: Scene, interrupt: number): CallScript<() => CallScript<Packet[]>> {
  const pool = yield* makePool(scene, 16);
  yield* listen(interrupt, SOURCE.INTERRUPT_OBSERVED, pool, 0, LISTEN.PERSISTENT | (8 << 8));
  return () => takeAll(pool, scratch(scene, 101));
}

/** Lets what was set from outside go in, and the interrupt of it come: both happen before the operation after the next. */
export function* settle(): CallScript<void> {
  yield* sys.thread_yield();
  yield* sys.thread_yield();
}

/** What a wire does, and then it has come. */
export function* raise(scene: Scene, line = LINE): CallScript<void> {
  scene.system.raiseInterrupt(line);
  yield* settle();
}

export function* lower(scene: Scene, line = LINE): CallScript<void> {
  scene.system.lowerInterrupt(line);
  yield* settle();
}

/** An edge: up and down again. */
export function* pulse(scene: Scene, line = LINE): CallScript<void> {
  yield* raise(scene, line);
  yield* lower(scene, line);
}

/** Where tests have a device. */
export const DEVICE = 0x3000_0000;

export function* mapDevice(scene: Scene, address: number = UART_BASE, at = DEVICE): CallScript<number> {
  const { status, vmo } = yield* sys.device_create(scene.resource, address, PAGE_BYTES);
  expectStatus(status, 'OK');
  const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, options, at)).status, 'OK');
  return vmo;
}

/** Registers of the UART, and their bits. */
export const UART = { DATA: 0, IER: 1, IIR: 2, FCR: 2, LCR: 3, MCR: 4, LSR: 5, MSR: 6, SCR: 7 } as const;
export const UART_LINE = 10;
export const IER = { RECEIVED: 1, MODEM: 8 } as const;
export const LSR_READY = 1;
export const MSR_CARRIER = 0x80;

export function* readByte(register: number, at = DEVICE): CallScript<number> {
  return (yield* load(at + register, 1))[0];
}

export function* writeByte(register: number, byte: number, at = DEVICE): CallScript<void> {
  yield* store(at + register, Uint8Array.of(byte));
}

export function* readWord(address: number): CallScript<number> {
  const bytes = yield* load(address, 4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

export function* writeWord(address: number, word: number): CallScript<void> {
  yield* store(address, new Uint8Array(Uint32Array.of(word).buffer));
}
