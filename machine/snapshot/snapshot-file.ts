/**
 * A snapshot as bytes that another process can load.
 *
 * | offset | bytes | what                                                       |
 * | ------ | ----- | ---------------------------------------------------------- |
 * | 0      | 8     | "TOCSNAP" and a line feed                                  |
 * | 8      | 4     | version, little endian as all numbers                      |
 * | 12     | 4     | length of the compressed contents: all that follows        |
 * | 16     | 4     | their length when expanded                                 |
 * | 20     | 4     | CRC-32 of bytes 8..19 and of what follows                  |
 * | 24     |       | contents, compressed (compression.ts)                      |
 *
 * The contents are the length of a description (4 bytes), the description as JSON, and the bytes that it counts: the blocks
 * of devices in its order, then the pages of RAM that are not all zeros, in the order of its frame numbers.
 * The description's `host` is a list of at most one part: what the host that runs the board keeps beside it.
 */
import type { BusState } from '../devices/bus.js';
import type { DeviceState } from '../devices/device-state.js';
import { MachineError } from '../errors.js';
import { FRAME_BYTES, MAX_RAM_BYTES, MIN_RAM_BYTES } from '../memory/layout.js';
import { MemoryImage, type Page } from '../memory/memory-image.js';
import { crc32 } from './checksum.js';
import { compress, expand } from './compression.js';
import { Description } from './description.js';
import type { Snapshot } from './snapshot.js';

/** Of the format, and of what the numbers in it mean: it changes with either. */
export const SNAPSHOT_VERSION = 4;

/** Numbers that a host may keep beside the board. */
export const MAX_HOST_WORDS = 16_384;

/** What is not the board's own but the guest would miss, such as HTIF's state. Whoever wrote it knows what it means. */
export interface HostPart {
  readonly name: string;
  /** Of the words, and of what they mean. */
  readonly version: number;
  /** Whole numbers, at most MAX_HOST_WORDS. */
  readonly words: readonly number[];
}

export interface SavedSnapshot extends Snapshot {
  readonly host?: HostPart;
}

const MAGIC = [...'TOCSNAP\n'].map((letter) => letter.charCodeAt(0));
const VERSION = 8;
const LENGTH = 12;
const EXPANDED_LENGTH = 16;
const CHECKSUM = 20;
const HEADER_BYTES = 24;
/** RAM, and as much again for disks. */
const MAX_EXPANDED_BYTES = 2 * MAX_RAM_BYTES;

/** Throws MachineError if the host's part has too many words. */
export function encodeSnapshot(snapshot: SavedSnapshot): Uint8Array {
  if (snapshot.host !== undefined && snapshot.host.words.length > MAX_HOST_WORDS) {
    throw new MachineError(`the host's part of a snapshot has at most ${MAX_HOST_WORDS} words`);
  }
  const frames: number[] = [];
  const pages: Uint8Array[] = [];
  for (const frame of snapshot.memory.differences(MemoryImage.empty(snapshot.memoryBytes))) {
    const page = snapshot.memory.page(frame);
    if (page === undefined || page.every((byte) => byte === 0)) continue;
    frames.push(frame);
    pages.push(page);
  }
  const devices = snapshot.devices.map(({ name, base, state }) => ({
    name,
    base,
    words: state.words,
    blocks: [...(state.blocks ?? [])].map(([number, bytes]) => [number, bytes.length]),
  }));
  const { memoryBytes, firmware, time, idleTicks, choices, turns, reservations } = snapshot;
  const harts = snapshot.harts.map(({ words }) => words);
  const host = snapshot.host === undefined ? [] : [snapshot.host];
  const described = {
    memoryBytes,
    firmware,
    time,
    idleTicks,
    choices,
    turns,
    reservations,
    harts,
    devices,
    host,
    frames,
  };
  const description = new TextEncoder().encode(JSON.stringify(described));
  const blocks = snapshot.devices.flatMap(({ state }) => [...(state.blocks?.values() ?? [])]);
  const contents = concatenate([wordBytes(description.length), description, ...blocks, ...pages]);
  const compressed = compress(contents);
  const header = [Uint8Array.from(MAGIC), wordBytes(SNAPSHOT_VERSION), wordBytes(compressed.length)];
  const file = concatenate([...header, wordBytes(contents.length), wordBytes(0), compressed]);
  file.set(wordBytes(checksumOf(file)), CHECKSUM);
  return file;
}

/** The snapshot in the bytes of a file. Throws MachineError, with one sentence, for anything else. */
export function decodeSnapshot(file: Uint8Array): SavedSnapshot {
  const contents = contentsOf(file);
  const size = wordAt(contents, 0);
  if (size > contents.length - 4) throw new MachineError(DAMAGED);
  const description = new Description(contents.subarray(4, 4 + size));
  const bytes = new Blocks(contents, 4 + size);

  const memoryBytes = description.number('memoryBytes');
  const fits = memoryBytes >= MIN_RAM_BYTES && memoryBytes <= MAX_RAM_BYTES && memoryBytes % FRAME_BYTES === 0;
  const firmware = description.text('firmware');
  if (!fits || (firmware !== 'host' && firmware !== 'guest')) throw new MachineError(DAMAGED);
  const devices: BusState = description.parts('devices').map((device) => ({
    name: device.text('name'),
    base: device.number('base'),
    state: deviceState(device, bytes),
  }));
  const host = hostPart(description);
  const frames = description.numbers('frames');
  if (frames.some((frame) => frame < 0 || frame >= memoryBytes / FRAME_BYTES)) throw new MachineError(DAMAGED);
  const pages = frames.map((frame): [number, Page] => [frame, bytes.take(FRAME_BYTES)]);
  bytes.end();
  return {
    memoryBytes,
    firmware,
    time: description.number('time'),
    idleTicks: description.number('idleTicks'),
    choices: description.number('choices'),
    turns: description.numbers('turns'),
    reservations: description.numbers('reservations'),
    harts: description.lists('harts').map((words) => ({ words })),
    devices,
    ...(host !== undefined && { host }),
    memory: MemoryImage.empty(memoryBytes).with(pages),
  };
}

const DAMAGED = 'the snapshot is damaged: its parts do not fit together';

/** Checks all that can be checked before anything is expanded. */
function contentsOf(file: Uint8Array): Uint8Array {
  if (file.length < HEADER_BYTES || MAGIC.some((byte, i) => file[i] !== byte)) {
    throw new MachineError('this is not a snapshot of a machine');
  }
  const version = wordAt(file, VERSION);
  if (version !== SNAPSHOT_VERSION) {
    throw new MachineError(
      `the snapshot has version ${version} of the format, and this is version ${SNAPSHOT_VERSION}`,
    );
  }
  const wanted = HEADER_BYTES + wordAt(file, LENGTH);
  if (file.length !== wanted)
    throw new MachineError(`the snapshot has ${file.length} bytes, and should have ${wanted}`);
  if (wordAt(file, CHECKSUM) !== checksumOf(file)) {
    throw new MachineError('the snapshot is damaged: its checksum is not that of its contents');
  }
  const length = wordAt(file, EXPANDED_LENGTH);
  if (length < 4 || length > MAX_EXPANDED_BYTES) throw new MachineError(DAMAGED);
  return expand(file.subarray(HEADER_BYTES), length);
}

function checksumOf(file: Uint8Array): number {
  return crc32(concatenate([file.subarray(VERSION, CHECKSUM), file.subarray(HEADER_BYTES)]));
}

function deviceState(device: Description, bytes: Blocks): DeviceState {
  const blocks = new Map<number, Uint8Array>();
  for (const [number, length] of device.lists('blocks')) blocks.set(number, bytes.take(length));
  const words = device.numbers('words');
  return blocks.size === 0 ? { words } : { words, blocks };
}

function hostPart(description: Description): HostPart | undefined {
  const [part, ...others] = description.parts('host');
  if (part === undefined) return undefined;
  const words = part.numbers('words');
  if (others.length > 0 || words.length > MAX_HOST_WORDS) throw new MachineError(DAMAGED);
  return { name: part.text('name'), version: part.number('version'), words };
}

/** The bytes that a description counts, one block after the other. */
class Blocks {
  constructor(
    private readonly contents: Uint8Array,
    private position: number,
  ) {}

  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.contents.length - this.position)) throw new MachineError(DAMAGED);
    this.position += length;
    return this.contents.subarray(this.position - length, this.position);
  }

  end(): void {
    if (this.position !== this.contents.length) throw new MachineError(DAMAGED);
  }
}

function wordBytes(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
