/** A virtio slot with nothing in it: its DeviceID is 0, by which drivers know that they need not look further. */
import { BROKEN, type VirtioEnvironment, VirtioMmio } from './virtio-mmio.js';

export class EmptySlot extends VirtioMmio {
  readonly name = 'virtio-slot';

  constructor(environment: VirtioEnvironment) {
    super(0, 0, [], environment);
  }

  protected override serve(): number {
    return BROKEN;
  }
}
