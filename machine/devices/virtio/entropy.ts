/**
 * A virtio entropy device (virtio 1.2, section 5.4): one queue, whose buffers it fills with random bytes; no configuration.
 *
 * What the bytes are is a choice for each of them, as everything is that could go more than one way: a run can be repeated.
 * By a seed they are as good as random to a program, and no secret.
 */
import { BOARD_CHOICE } from '../../choices.js';
import type { DeviceEnvironment, DeviceKind } from '../device.js';
import { BROKEN, VIRTIO_PLACES, type VirtioEnvironment, VirtioMmio } from './virtio-mmio.js';
import { type Chain, lengthOf, scatter } from './virtqueue.js';

const DEVICE_ID = 4;

/** Bytes that a chain gets at most: it bounds what one notification can make the device do. */
export const MAX_ENTROPY_BYTES = 65536;

const BYTE_VALUES = 256;

type EntropyEnvironment = VirtioEnvironment & Pick<DeviceEnvironment, 'choose'>;

export class VirtioEntropy extends VirtioMmio {
  readonly name = 'entropy';

  constructor(private readonly source: EntropyEnvironment) {
    super(DEVICE_ID, 0, [], source);
  }

  protected override serve({ readable, writable }: Chain): number {
    const length = Math.min(lengthOf(writable), MAX_ENTROPY_BYTES);
    // 5.4.6.1: the driver gives buffers to write, and nothing else.
    if (readable.length > 0 || length === 0) return BROKEN;
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.source.choose(BOARD_CHOICE.ENTROPY, BYTE_VALUES);
    scatter(this.environment.memory, writable, 0, bytes);
    return length;
  }
}

export const ENTROPY_KIND: DeviceKind<object> = {
  places: VIRTIO_PLACES,
  create: (_options, environment) => new VirtioEntropy(environment),
};
