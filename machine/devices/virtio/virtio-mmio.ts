/**
 * Virtio over memory-mapped registers (virtio 1.2, section 4.2): what every virtio device of the board shares.
 *
 * Words only below 0x100: other widths read as zero and are ignored, as in QEMU. A notified queue is served at once, so that
 * everything is done before the driver's next instruction. A driver that breaks a queue gets DEVICE_NEEDS_RESET (2.1.1), which
 * version 1 does not know, and the device does nothing more until it is reset.
 */
import type { TreePlace } from '../../device-tree/board-tree.js';
import type { Device, DeviceEnvironment, Place, Width } from '../device.js';
import { type DeviceState, StateReader } from '../device-state.js';
import { type Register, RegisterTable, type RegisterValue, readsAsZero, valueNow } from '../registers.js';
import { LegacyQueueRegisters, ModernQueueRegisters, type QueueRegisters, type Selection } from './queue-registers.js';
import { type Chain, MAX_QUEUE_SIZE, Virtqueue } from './virtqueue.js';

/** From here on is what each device configures, any width, read only. */
const CONFIGURATION = 0x100;

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

/** What a driver finds at `offset` bytes (a multiple of 4) of the configuration: 32 bits. */
export interface ConfigurationWord {
  readonly name: string;
  readonly offset: number;
  readonly value: number;
}

/** There is none: length and base read as -1. */
const SHARED_MEMORY: readonly Register[] = ['SHMLenLow', 'SHMLenHigh', 'SHMBaseLow', 'SHMBaseHigh'].map((name, i) => ({
  name,
  offset: 0x0b0 + 4 * i,
  peek: () => 0xffff_ffff,
}));

/** A broken request: the driver has left no way to answer it. */
export const BROKEN = -1;

export abstract class VirtioMmio implements Device {
  abstract readonly name: string;
  readonly bytes = VIRTIO_BYTES;
  private readonly queues: readonly Virtqueue[];
  private readonly queueRegisters: QueueRegisters;
  private readonly table: RegisterTable;
  private readonly configuration: Uint8Array;
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

  /** `features` are those of the device's own, all in the low word; `configured` is what its driver finds at CONFIGURATION. */
  constructor(
    private readonly deviceId: number,
    features: number,
    private readonly configured: readonly ConfigurationWord[],
    protected readonly environment: VirtioEnvironment,
  ) {
    const { legacyVirtio } = environment;
    this.offered = [(features | INDIRECT_DESCRIPTORS) >>> 0, legacyVirtio ? 0 : VERSION_1];
    this.queues = [new Virtqueue(environment.memory)];
    this.queueRegisters = legacyVirtio
      ? new LegacyQueueRegisters(this.selection)
      : new ModernQueueRegisters(this.selection);
    this.configuration = bytesOf(configured);
    this.table = new RegisterTable([...this.common, ...this.queueRegisters.rows, ...SHARED_MEMORY]);
  }

  /** Does what a chain asks for. Returns how many bytes it wrote into the chain, or BROKEN. */
  protected abstract serve(chain: Chain): number;

  load(offset: number, width: Width): number {
    if (offset >= CONFIGURATION) return this.loadConfiguration(offset - CONFIGURATION, width);
    return width === 4 ? this.table.load(offset) : 0;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4 || offset >= CONFIGURATION) return true;
    this.table.store(offset, width, value >>> 0);
    this.environment.line(this.interruptStatus !== 0);
    return true;
  }

  registers(): readonly RegisterValue[] {
    const configured = this.configured.map(({ name, offset, value }) =>
      valueNow({ name, offset: CONFIGURATION + offset, peek: () => value }),
    );
    return [...this.table.values(), ...configured];
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

  private get queue(): Virtqueue | undefined {
    return this.queues[this.queueSel];
  }

  private get selection(): Selection {
    const device = this;
    return {
      get queue() {
        return device.queue;
      },
      refuse: () => this.needReset(),
    };
  }

  /** What both versions have. */
  private get common(): readonly Register[] {
    return [
      // "virt"
      { name: 'MagicValue', offset: 0x000, peek: () => MAGIC },
      { name: 'Version', offset: 0x004, peek: () => this.queueRegisters.version },
      // 0 for a slot with nothing in it.
      { name: 'DeviceID', offset: 0x008, peek: () => this.deviceId },
      // "QEMU", which drivers for the virt board look for.
      { name: 'VendorID', offset: 0x00c, peek: () => VENDOR },
      // A word of the features that the device has, and of those that the driver takes.
      { name: 'DeviceFeatures', offset: 0x010, peek: () => this.offered[this.deviceFeaturesSel] ?? 0 },
      {
        name: 'DeviceFeaturesSel',
        offset: 0x014,
        peek: () => this.deviceFeaturesSel,
        load: readsAsZero,
        store: (word) => {
          this.deviceFeaturesSel = word;
        },
      },
      {
        name: 'DriverFeatures',
        offset: 0x020,
        peek: () => this.accepted[this.driverFeaturesSel] ?? 0,
        load: readsAsZero,
        store: (word) => this.acceptFeatures(word),
      },
      {
        name: 'DriverFeaturesSel',
        offset: 0x024,
        peek: () => this.driverFeaturesSel,
        load: readsAsZero,
        store: (word) => {
          this.driverFeaturesSel = word;
        },
      },
      // The queue that QueueSizeMax and those of queue-registers.ts mean.
      {
        name: 'QueueSel',
        offset: 0x030,
        peek: () => this.queueSel,
        load: readsAsZero,
        store: (word) => {
          this.queueSel = word;
        },
      },
      // 0 for no such queue.
      { name: 'QueueSizeMax', offset: 0x034, peek: () => (this.queue === undefined ? 0 : MAX_QUEUE_SIZE) },
      // The number of the queue that has something to do.
      { name: 'QueueNotify', offset: 0x050, store: (word) => this.notify(this.queues[word]) },
      {
        name: 'InterruptStatus',
        offset: 0x060,
        peek: () => this.interruptStatus,
        fields: { CHAINS_DONE: 0, DEVICE_CHANGED: 1 },
      },
      {
        name: 'InterruptACK',
        offset: 0x064,
        store: (word) => {
          this.interruptStatus &= ~word;
        },
      },
      // 0 resets the device.
      {
        name: 'Status',
        offset: 0x070,
        peek: () => this.status,
        store: (word) => this.setStatus(word & 0xff),
        fields: { ACKNOWLEDGE: 0, DRIVER: 1, DRIVER_OK: 2, FEATURES_OK: 3, NEEDS_RESET: 6, FAILED: 7 },
      },
      // Nothing in the configuration ever changes.
      { name: 'ConfigGeneration', offset: 0x0fc, peek: () => 0 },
    ];
  }

  /** 3.1.1: what was agreed on does not change until a reset. */
  private acceptFeatures(word: number): void {
    if ((this.status & FEATURES_OK) === 0 && this.driverFeaturesSel < 2) this.accepted[this.driverFeaturesSel] = word;
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

function bytesOf(configured: readonly ConfigurationWord[]): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, ...configured.map(({ offset }) => offset + 4)));
  const view = new DataView(bytes.buffer);
  for (const { offset, value } of configured) view.setUint32(offset, value, true);
  return bytes;
}
