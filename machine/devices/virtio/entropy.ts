/**
 * A virtio entropy device (virtio 1.2, section 5.4): one queue, whose buffers it fills with random bytes; no configuration.
 *
 * The bytes come of a generator with a seed, so that a run can be repeated: xoshiro128**, by Blackman and Vigna, its state
 * made from the seed by the finaliser of MurmurHash3. They are as good as random to a program, and no secret.
 */
import { MachineError } from '../../errors.js';
import type { DeviceKind } from '../device.js';
import type { StateReader } from '../device-state.js';
import { BROKEN, VIRTIO_PLACES, type VirtioEnvironment, VirtioMmio } from './virtio-mmio.js';
import { type Chain, lengthOf, scatter } from './virtqueue.js';

const DEVICE_ID = 4;

/** Bytes that a chain gets at most: it bounds what one notification can make the device do. */
export const MAX_ENTROPY_BYTES = 65536;

const MAX_SEED = 0xffff_ffff;
const GOLDEN_RATIO = 0x9e37_79b9;

export interface EntropyOptions {
  /** A whole number from 0 to 2^32-1; 0 unless given. */
  readonly seed?: number;
}

export class VirtioEntropy extends VirtioMmio {
  readonly name = 'entropy';
  private readonly state = new Uint32Array(4);

  /** Throws MachineError for a seed out of range. */
  constructor({ seed = 0 }: EntropyOptions, environment: VirtioEnvironment) {
    super(DEVICE_ID, 0, new Uint8Array(0), environment);
    if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
      throw new MachineError(`a seed must be a whole number from 0 to ${MAX_SEED}, not ${seed}`);
    }
    for (let i = 0; i < this.state.length; i++) this.state[i] = mix(seed + Math.imul(i + 1, GOLDEN_RATIO));
  }

  protected override serve({ readable, writable }: Chain): number {
    const length = Math.min(lengthOf(writable), MAX_ENTROPY_BYTES);
    // 5.4.6.1: the driver gives buffers to write, and nothing else.
    if (readable.length > 0 || length === 0) return BROKEN;
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) {
      const word = this.next();
      for (let j = 0; j < 4; j++) bytes[i + j] = word >>> (8 * j);
    }
    scatter(this.environment.memory, writable, 0, bytes);
    return length;
  }

  protected override get ownWords(): readonly number[] {
    return [...this.state];
  }

  protected override restoreOwn(reader: StateReader): void {
    reader.into(this.state);
  }

  private next(): number {
    const { state } = this;
    const word = Math.imul(rotate(Math.imul(state[1], 5), 7), 9);
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return word;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export const ENTROPY_KIND: DeviceKind<EntropyOptions> = {
  places: VIRTIO_PLACES,
  create: (options, environment) => new VirtioEntropy(options, environment),
};
