/** Listeners for faults, and how they answer. */
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { type Packet, packetAt, scratch, takeWaiting } from '../packets.js';

/** The page in which tests of faults take their packets. */
const PAGE = 61;

export interface Fault {
  /** FAULT or BREAK, of SOURCE. */
  readonly type: number;
  /** What the answer is given with; 0: none is asked for. */
  readonly token: number;
  /** Koid of the thread. */
  readonly thread: number;
  readonly cause: number;
  readonly pc: number;
  readonly address: number;
  readonly detail: number;
  readonly packet: Packet;
}

export function faultOf(packet: Packet): Fault {
  const [token, thread, cause, pc, address] = packet.data.map((word) => word >>> 0);
  return { type: packet.type, token, thread, cause, pc, address, detail: packet.status, packet };
}

/** Waits for the packet of a fault. */
export function* takeFault(scene: Scene, pool: number, page = PAGE): CallScript<Fault> {
  return faultOf(yield* takeWaiting(pool, scratch(scene, page)));
}

/** Waits as a thread for the next fault at a source. */
export function* waitForFault(scene: Scene, h: number, source: number, page = PAGE): CallScript<Fault> {
  const address = scratch(scene, page);
  expectStatus((yield* sys.event_wait(h, source, 0, Number.POSITIVE_INFINITY, address)).status, 'OK');
  return faultOf(yield* packetAt(address));
}

/** Answers as who listened at an object. */
export function* answerFault(h: number, token: number, verdict: number): CallScript {
  expectStatus((yield* sys.event_resolve(h, token, verdict)).status, 'OK');
}
