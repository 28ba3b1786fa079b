/**
 * Virtio over memory-mapped registers (virtio 1.2, section 4.2): what every virtio device of the board shares.
 *
 * | offset      | register             |                                                            |
 * | ----------- | -------------------- | ---------------------------------------------------------- |
 * | 0x000       | MagicValue           | "virt"                                                     |
 * | 0x004       | Version              | 2, or 1 on a board with legacy virtio                      |
 * | 0x008       | DeviceID             | 0 for a slot with nothing in it                            |
 * | 0x00c       | VendorID             | "QEMU", which drivers for the virt board look for          |
 * | 0x010 0x014 | DeviceFeatures, -Sel | a word of the features that the device has                 |
 * | 0x020 0x024 | DriverFeatures, -Sel | a word of those that the driver takes                      |
 * | 0x030       | QueueSel             | the queue that QueueSizeMax and queue-registers.ts mean    |
 * | 0x034       | QueueSizeMax         | 256, or 0 for no such queue                                |
 * | 0x050       | QueueNotify          | number of the queue that has something to do               |
 * | 0x060 0x064 | InterruptStatus, ACK | bit 0: chains are done; bit 1: the device changed          |
 * | 0x070       | Status               | 0 resets the device                                        |
 * | 0x0ac 0x0bc | SHMSel .. SHMBase    | there is no shared memory: length and base read as -1      |
 * | 0x0fc       | ConfigGeneration     | 0: nothing in the configuration ever changes               |
 * | 0x100 ..    | configuration        | of the device; any width, read only                        |
 *
 * Words only below 0x100: other widths read as zero and are ignored, as in QEMU. A notified queue is served at once, so that
 * everything is done before the driver's next instruction. A driver that breaks a queue gets DEVICE_NEEDS_RESET (2.1.1), which
 * version 1 does not know, and the device does nothing more until it is reset.
 */
import type { TreePlace } from '../../device-tree/board-tree.js';
import type { Device, DeviceEnvironment, Place, Width } from '../device.js';
import { type DeviceState, StateReader } from '../device-state.js';
import { LegacyQueueRegisters, ModernQueueRegisters, type QueueRegisters } from './queue-registers.js';
import { type Chain, MAX_QUEUE_SIZE, Virtqueue } from './virtqueue.js';

const REGISTER = {
  MAGIC: 0x000,
  VERSION: 0x004,
  DEVICE_ID: 0x008,
  VENDOR_ID: 0x00c,
  DEVICE_FEATURES: 0x010,
  DEVICE_FEATURES_SEL: 0x014,
  DRIVER_FEATURES: 0x020,
  DRIVER_FEATURES_SEL: 0x024,
  QUEUE_SEL: 0x030,
  QUEUE_SIZE_MAX: 0x034,
  QUEUE_NOTIFY: 0x050,
  INTERRUPT_STATUS: 0x060,
  INTERRUPT_ACK: 0x064,
  STATUS: 0x070,
  SHM_LENGTH_LOW: 0x0b0,
  SHM_BASE_HIGH: 0x0bc,
  CONFIGURATION: 0x100,
} as const;

const MAGIC = 0x7472_6976;
const VENDOR = 0x554d_4551;

/** Bits of Status. */
const DRIVER_OK = 0x04;
const FEATURES_OK = 0x08;
const NEEDS_RESET = 0x40;

/** Bits of InterruptStatus. */
const CHAINS_DONE = 1;
const DEVICE_CHANGED = 2;

/** Features that every device has: chains by indirect tables, and being of version 1 of the standard. */
const INDIRECT_DESCRIPTORS = 1 << 28;
const VERSION_1 = 1;

/** Where the eight slots of the virt board are. */
export const VIRTIO_PLACES: readonly Place[] = Array.from({ length: 8 }, (_, slot) => ({
  base: 0x1000_1000 + 0x1000 * slot,
  interrupt: 1 + slot,
}));
export const VIRTIO_BYTES = 0x1000;

/** What virtio devices use of their board. */
export type VirtioEnvironment = Pick<DeviceEnvironment, 'memory' | 'line' | 'legacyVirtio'>;

/** A broken request: the driver has left no way to answer it. */
export const BROKEN = -1;

export abstract class VirtioMmio implements Device {
  abstract readonly name: string;
  readonly bytes = VIRTIO_BYTES;
  private readonly queues: readonly Virtqueue[];
  private readonly queueRegisters: QueueRegisters;
  /** Features that are offered and taken: two words each. */
  private readonly offered: readonly [number, number];
  private readonly accepted = new Uint32Array(2);
  private deviceFeaturesSel = 0;
  private driverFeaturesSel = 0;
  private queueSel = 0;
  private status = 0;
  private interruptStatus = 0;
  /** The driver broke a queue: nothing is done until a reset. */
  private broken = false;

  /** `features` are those of the device's own, all in the low word; `configuration` is never written. */
  constructor(
    private readonly deviceId: number,
    features: number,
    private readonly configuration: Uint8Array,
    protected readonly environment: VirtioEnvironment,
  ) {
    const { legacyVirtio } = environment;
    this.offered = [(features | INDIRECT_DESCRIPTORS) >>> 0, legacyVirtio ? 0 : VERSION_1];
    this.queueRegisters = legacyVirtio ? new LegacyQueueRegisters() : new ModernQueueRegisters();
    this.queues = [new Virtqueue(environment.memory)];
  }

  /** Does what a chain asks for. Returns how many bytes it wrote into the chain, or BROKEN. */
  protected abstract serve(chain: Chain): number;

  load(offset: number, width: Width): number {
    if (offset >= REGISTER.CONFIGURATION) return this.loadConfiguration(offset - REGISTER.CONFIGURATION, width);
    if (width !== 4) return 0;
    const queue = this.queues[this.queueSel];
    switch (offset) {
      case REGISTER.MAGIC:
        return MAGIC;
      case REGISTER.VERSION:
        return this.queueRegisters.version;
      case REGISTER.DEVICE_ID:
        return this.deviceId;
      case REGISTER.VENDOR_ID:
        return VENDOR;
      case REGISTER.DEVICE_FEATURES:
        return this.offered[this.deviceFeaturesSel] ?? 0;
      case REGISTER.QUEUE_SIZE_MAX:
        return queue === undefined ? 0 : MAX_QUEUE_SIZE;
      case REGISTER.INTERRUPT_STATUS:
        return this.interruptStatus;
      case REGISTER.STATUS:
        return this.status;
      default:
        if (offset >= REGISTER.SHM_LENGTH_LOW && offset <= REGISTER.SHM_BASE_HIGH) return 0xffff_ffff;
        return queue === undefined ? 0 : this.queueRegisters.load(queue, offset);
    }
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4 || offset >= REGISTER.CONFIGURATION) return true;
    const word = value >>> 0;
    switch (offset) {
      case REGISTER.DEVICE_FEATURES_SEL:
        this.deviceFeaturesSel = word;
        break;
      case REGISTER.DRIVER_FEATURES_SEL:
        this.driverFeaturesSel = word;
        break;
      case REGISTER.DRIVER_FEATURES:
        // 3.1.1: what was agreed on does not change until a reset.
        if ((this.status & FEATURES_OK) === 0 && this.driverFeaturesSel < 2)
          this.accepted[this.driverFeaturesSel] = word;
        break;
      case REGISTER.QUEUE_SEL:
        this.queueSel = word;
        break;
      case REGISTER.QUEUE_NOTIFY:
        this.notify(this.queues[word]);
        break;
      case REGISTER.INTERRUPT_ACK:
        this.interruptStatus &= ~word;
        break;
      case REGISTER.STATUS:
        this.setStatus(word & 0xff);
        break;
      default:
        if (!this.queueRegisters.store(this.queues[this.queueSel], offset, word)) this.needReset();
    }
    this.environment.line(this.interruptStatus !== 0);
    return true;
  }

  snapshot(): DeviceState {
    const { accepted, deviceFeaturesSel, driverFeaturesSel, queueSel, status, interruptStatus, queues } = this;
    const registers = [deviceFeaturesSel, driverFeaturesSel, queueSel, status, interruptStatus, Number(this.broken)];
    return {
      words: [...accepted, ...registers, ...queues.flatMap((queue) => queue.words), ...this.queueRegisters.words],
    };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    reader.into(this.accepted);
    this.deviceFeaturesSel = reader.word();
    this.driverFeaturesSel = reader.word();
    this.queueSel = reader.word();
    this.status = reader.word();
    this.interruptStatus = reader.word();
    this.broken = reader.flag();
    for (const queue of this.queues) queue.restore(reader);
    this.queueRegisters.restore(reader);
    this.environment.line(this.interruptStatus !== 0);
  }

  describe(tree: TreePlace): void {
    tree.node('virtio_mmio').set('compatible', 'virtio,mmio');
  }

  private loadConfiguration(offset: number, width: Width): number {
    let value = 0;
    for (let i = 0; i < width; i++) value |= (this.configuration[offset + i] ?? 0) << (8 * i);
    return value >>> 0;
  }

  private setStatus(status: number): void {
    if (status === 0) {
      this.reset();
      return;
    }
    const unknown = (this.accepted[0] & ~this.offered[0]) | (this.accepted[1] & ~this.offered[1]);
    // Drivers that do not take VERSION_1 are believed to know what they do: xv6 is one.
    const agreed = unknown === 0 ? status : status & ~FEATURES_OK;
    this.status = agreed | (this.status & NEEDS_RESET);
  }

  private reset(): void {
    this.accepted.fill(0);
    this.deviceFeaturesSel = 0;
    this.driverFeaturesSel = 0;
    this.queueSel = 0;
    this.status = 0;
    this.interruptStatus = 0;
    this.broken = false;
    for (const queue of this.queues) queue.reset();
    this.queueRegisters.reset();
  }

  private needReset(): void {
    this.broken = true;
    if (this.environment.legacyVirtio) return;
    this.status |= NEEDS_RESET;
    if ((this.status & DRIVER_OK) !== 0) this.interruptStatus |= DEVICE_CHANGED;
  }

  /** Serves what was offered when the driver said so: never more than one queue full. */
  private notify(queue: Virtqueue | undefined): void {
    if (queue === undefined || !queue.ready || this.broken || (this.status & DRIVER_OK) === 0) return;
    const { offered } = queue;
    if (offered > queue.size) {
      this.needReset();
      return;
    }
    for (let i = 0; i < offered; i++) {
      const chain = queue.take();
      const written = chain === undefined ? BROKEN : this.serve(chain);
      if (chain === undefined || written === BROKEN) {
        this.needReset();
        return;
      }
      queue.giveBack(chain.head, written);
      if (queue.wantsInterrupt) this.interruptStatus |= CHAINS_DONE;
    }
  }
}
