/** Packets as tests read and write them, and small events to fire: every test of events and pools uses these. */
import { expect } from 'vitest';
import { PACKET, POOL_KIND, SOURCE } from '../../syscalls/calls.js';
import { FIELD_BYTES, LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';

export const PACKET_BYTES = layoutBytes(LAYOUTS.packet);

export interface Packet {
  readonly key: number;
  readonly source: number;
  readonly type: number;
  readonly flags: number;
  readonly status: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly count: number;
  readonly data: readonly number[];
}

/** Where the scratch of tests lies: in the stack of the first thread, a page for each use. */
export const scratch = (scene: Scene, page = 0): number => scene.stackLow + page * 4096;

/** Reads the packet that lies at an address. */
export function* packetAt(address: number): CallScript<Packet> {
  const bytes = yield* load(address, PACKET_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word: Record<string, number> = {};
  let at = 0;
  for (const { name, kind } of LAYOUTS.packet.fields) {
    const low = view.getUint32(at, true);
    if (kind === 'i32') word[name] = low | 0;
    else word[name] = kind === 'u64' ? low + view.getUint32(at + 4, true) * 2 ** 32 : low;
    at += FIELD_BYTES[kind];
  }
  return {
    key: word.key,
    source: word.source,
    type: word.type,
    flags: word.flags,
    status: word.status,
    firstSeq: word.first_seq,
    lastSeq: word.last_seq,
    count: word.count,
    data: [word.data0, word.data1, word.data2, word.data3, word.data4],
  };
}

/** A fixed pool, or a variable one. */
export function* makePool(scene: Scene, capacity = 8, kind: number = POOL_KIND.FIXED): CallScript<number> {
  const { status, pool } = yield* sys.pool_create(scene.allocator, kind, capacity, 0);
  expectStatus(status, 'OK');
  return pool;
}

/** Lets a pool listen; gives the number of the registration. */
export function* listen(h: number, source: number, pool: number, key = 0, options = 0): CallScript<number> {
  const { status, registration } = yield* sys.event_listen(h, source, pool, key, options);
  expectStatus(status, 'OK');
  return registration;
}

/** Puts a packet with a key and one word of data into a pool; gives the status. */
export function* post(pool: number, at: number, key: number, data = 0, packetStatus = 0): CallScript<number> {
  const words = new Int32Array(PACKET_BYTES / 4);
  words[0] = key;
  words[5] = packetStatus;
  words[11] = data;
  yield* store(at, new Uint8Array(words.buffer));
  return (yield* sys.pool_post(pool, at)).status;
}

/** Takes a packet that has to be there. */
export function* take(pool: number, at: number): CallScript<Packet> {
  expectStatus((yield* sys.pool_take(pool, 0, at, 0, 0)).status, 'OK');
  return yield* packetAt(at);
}

/** Takes everything that is there. */
export function* takeAll(pool: number, at: number): CallScript<Packet[]> {
  const packets: Packet[] = [];
  for (;;) {
    const { status } = yield* sys.pool_take(pool, 0, at, 0, 0);
    if (status !== 0) {
      expectStatus(status, 'TIMED_OUT');
      return packets;
    }
    packets.push(yield* packetAt(at));
  }
}

/** Waits for a packet for ever, and reads it. */
export function* takeWaiting(pool: number, at: number): CallScript<Packet> {
  expectStatus((yield* sys.pool_take(pool, Number.POSITIVE_INFINITY, at, 0, 0)).status, 'OK');
  return yield* packetAt(at);
}

/**
 * A broadcast to play with: a pool that gets a packet and loses it again, which fires its RECEIVED once. Its scratch is a page
 * of its own.
 */
export class Bell {
  private constructor(
    readonly pool: number,
    private readonly at: number,
  ) {}

  static *make(scene: Scene, page = 200): CallScript<Bell> {
    return new Bell(yield* makePool(scene, 1), scratch(scene, page));
  }

  /** Fires once, or so many times. */
  *ring(times = 1): CallScript {
    for (let i = 0; i < times; i++) {
      expectStatus(yield* post(this.pool, this.at, 0), 'OK');
      expectStatus((yield* sys.pool_take(this.pool, 0, this.at, 0, 0)).status, 'OK');
    }
  }

  *listen(pool: number, key = 0, options = 0): CallScript<number> {
    return yield* listen(this.pool, SOURCE.RECEIVED, pool, key, options);
  }

  /** Waits for the next ring. */
  *wait(at: number, deadline = Number.POSITIVE_INFINITY, seen = 0): CallScript<{ status: number; generation: number }> {
    return yield* sys.event_wait(this.pool, SOURCE.RECEIVED, seen, deadline, at);
  }
}

/** `MORE|LAST`, for messages. */
export function flagsText(flags: number): string {
  const names = Object.entries(PACKET).filter(([, bit]) => flags & bit);
  return names.map(([name]) => name).join('|');
}

/** Expects the flags of a packet by name. */
export function expectFlags({ flags }: Packet, expected: string): void {
  expect(flagsText(flags)).toBe(expected);
}
