/** Messages as tests write and read them. Every thread of a test has a page of the stack for its own. */
import { expect } from 'vitest';
import { openHandle } from '../../kernel/handles.js';
import type { System } from '../../kernel/index.js';
import { TRANSFER } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import type { ObjectType } from '../../syscalls/objects.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';

/** A handle in a message, and what happens to it. */
export type Sent = readonly [handle: number, what: number];

export const moved = (handle: number): Sent => [handle, TRANSFER.MOVE];
export const copied = (handle: number): Sent => [handle, TRANSFER.COPY];
export const lent = (handle: number): Sent => [handle, TRANSFER.LEND];

export interface Room {
  readonly bytes?: number;
  readonly count?: number;
  readonly options?: number;
  readonly deadline?: number;
}

export interface Letter {
  readonly status: number;
  readonly bytes: number;
  readonly handle_count: number;
  readonly reply: number;
  readonly badge: number;
  /** What was received, as far as there was room. */
  readonly text: string;
  readonly handles: readonly number[];
}

const MESSAGE = 0;
const BUFFER = 16;
const SENT_HANDLES = 32;
const RECEIVED_HANDLES = 192;
const SENT_BYTES = 512;
const RECEIVED_BYTES = 2048;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);

/** A page in which one thread writes its messages and gets those of others. */
export class Desk {
  constructor(readonly at: number) {}

  /** Writes a message; gives its address. */
  *message(text: string, handles: readonly Sent[] = []): CallScript<number> {
    const bytes = encoder.encode(text);
    yield* store(this.at + SENT_BYTES, bytes);
    yield* store(this.at + SENT_HANDLES, words(...handles.flat()));
    const array = handles.length > 0 ? this.at + SENT_HANDLES : 0;
    yield* store(this.at + MESSAGE, words(this.at + SENT_BYTES, bytes.length, array, handles.length));
    return this.at + MESSAGE;
  }

  /** Writes where a message is to go; gives the address. */
  *buffer({ bytes = 1024, count = 16 }: Room = {}): CallScript<number> {
    yield* store(this.at + BUFFER, words(this.at + RECEIVED_BYTES, bytes, this.at + RECEIVED_HANDLES, count));
    return this.at + BUFFER;
  }

  *send(h: number, text: string, handles: readonly Sent[] = [], deadline = FOREVER): CallScript<number> {
    return (yield* sys.channel_send(h, yield* this.message(text, handles), deadline)).status;
  }

  *receive(h: number, room: Room = {}): CallScript<Letter> {
    const buffer = yield* this.buffer(room);
    const got = yield* sys.channel_receive(h, buffer, room.options ?? 0, room.deadline ?? FOREVER);
    return yield* this.letter(got, room);
  }

  *call(h: number, text: string, handles: readonly Sent[] = [], room: Room = {}): CallScript<Letter> {
    const message = yield* this.message(text, handles);
    const got = yield* sys.channel_call(h, message, yield* this.buffer(room), room.deadline ?? FOREVER);
    return yield* this.letter({ ...got, reply: 0, badge: 0 }, room);
  }

  *reply(reply: number, text: string, handles: readonly Sent[] = []): CallScript<number> {
    return (yield* sys.channel_reply(reply, yield* this.message(text, handles))).status;
  }

  private *letter(got: Omit<Letter, 'text' | 'handles'>, { bytes = 1024 }: Room): CallScript<Letter> {
    if (got.status !== 0) return { ...got, text: '', handles: [] };
    const text = decoder.decode(yield* load(this.at + RECEIVED_BYTES, Math.min(bytes, got.bytes)));
    const array = yield* load(this.at + RECEIVED_HANDLES, got.handle_count * 8);
    const numbers = new Int32Array(array.slice().buffer);
    return { ...got, text, handles: Array.from({ length: got.handle_count }, (_, i) => numbers[i * 2]) };
  }

  /** The types that came with the handles of the last message. */
  *types(count: number): CallScript<number[]> {
    const array = new Int32Array((yield* load(this.at + RECEIVED_HANDLES, count * 8)).slice().buffer);
    return Array.from({ length: count }, (_, i) => array[i * 2 + 1]);
  }
}

export const desk = (scene: Scene, page = 0): Desk => new Desk(scene.stackLow + (100 + page) * 4096);

export interface Channel {
  readonly first: number;
  readonly second: number;
}

export function* makeChannel(scene: Scene, most = 1024): CallScript<Channel> {
  const { status, first, second } = yield* sys.channel_create(scene.allocator, most, 0);
  expectStatus(status, 'OK');
  return { first, second };
}

/** Expects a letter that says this and nothing else. */
export function expectText(letter: Letter, text: string): void {
  expectStatus(letter.status, 'OK');
  expect([letter.text, letter.bytes]).toEqual([text, text.length]);
}

/** Gives the object of a handle of the first process to another process, as a loader would. */
export function give({ kernel }: System, handle: number, process: number, rights: number): number {
  const { handles, processes } = kernel.state;
  const rowOf = (value: number): number => {
    let row = processes.firstHandle[kernel.bootProcess];
    while (handles.value[row] !== value) row = handles.nextInProcess[row];
    return row;
  };
  const row = rowOf(handle);
  const type = handles.type[row] as ObjectType;
  return openHandle(kernel, handles.object[rowOf(process)], type, handles.object[row], rights, row);
}
