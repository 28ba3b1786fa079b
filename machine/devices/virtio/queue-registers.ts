/**
 * The registers by which a driver says where a queue is. They are what differs between the two versions of virtio over
 * memory-mapped registers; everything else of a device is the same.
 *
 * | offset      | version 2 (4.2.2)         | version 1, "legacy" (4.2.4)                               |
 * | ----------- | ------------------------- | --------------------------------------------------------- |
 * | 0x028       |                           | GuestPageSize: unit of QueuePFN, a power of two           |
 * | 0x038       | QueueSize                 | QueueSize                                                 |
 * | 0x03c       |                           | QueueAlign: of the device area, a power of two            |
 * | 0x040       |                           | QueuePFN: page of all three areas; 0 gives the queue back |
 * | 0x044       | QueueReady                |                                                           |
 * | 0x080 0x084 | descriptors, 64 bits      |                                                           |
 * | 0x090 0x094 | driver area               |                                                           |
 * | 0x0a0 0x0a4 | device area               |                                                           |
 */
import { joinWords, type StateReader, wideWords } from '../device-state.js';
import type { Virtqueue } from './virtqueue.js';

const GUEST_PAGE_SIZE = 0x028;
const QUEUE_SIZE = 0x038;
const QUEUE_ALIGN = 0x03c;
const QUEUE_PFN = 0x040;
const QUEUE_READY = 0x044;
const QUEUE_DESC_LOW = 0x080;
const QUEUE_DESC_HIGH = 0x084;
const QUEUE_DRIVER_LOW = 0x090;
const QUEUE_DRIVER_HIGH = 0x094;
const QUEUE_DEVICE_LOW = 0x0a0;
const QUEUE_DEVICE_HIGH = 0x0a4;

export interface QueueRegisters {
  /** What the Version register says. */
  readonly version: 1 | 2;
  readonly words: readonly number[];
  load(queue: Virtqueue, offset: number): number;
  /** Takes a word for `queue`, the selected one, if there is one. Returns false for a queue that cannot be used. */
  store(queue: Virtqueue | undefined, offset: number, word: number): boolean;
  reset(): void;
  restore(reader: StateReader): void;
}

export class ModernQueueRegisters implements QueueRegisters {
  readonly version = 2;
  readonly words: readonly number[] = [];

  load(queue: Virtqueue, offset: number): number {
    return offset === QUEUE_READY && queue.ready ? 1 : 0;
  }

  store(queue: Virtqueue | undefined, offset: number, word: number): boolean {
    // 4.2.2.2: a queue in use does not move.
    if (queue === undefined || (queue.ready && offset !== QUEUE_READY)) return true;
    switch (offset) {
      case QUEUE_SIZE:
        queue.size = word;
        break;
      case QUEUE_READY:
        queue.ready = (word & 1) !== 0 && queue.sane;
        return queue.ready || (word & 1) === 0;
      case QUEUE_DESC_LOW:
      case QUEUE_DESC_HIGH:
        queue.descriptors = withWord(queue.descriptors, offset === QUEUE_DESC_HIGH, word);
        break;
      case QUEUE_DRIVER_LOW:
      case QUEUE_DRIVER_HIGH:
        queue.driver = withWord(queue.driver, offset === QUEUE_DRIVER_HIGH, word);
        break;
      case QUEUE_DEVICE_LOW:
      case QUEUE_DEVICE_HIGH:
        queue.device = withWord(queue.device, offset === QUEUE_DEVICE_HIGH, word);
        break;
    }
    return true;
  }

  reset(): void {}

  restore(_reader: StateReader): void {}
}

export class LegacyQueueRegisters implements QueueRegisters {
  readonly version = 1;
  private pageSize = 0;
  private align = 0;

  get words(): readonly number[] {
    return [this.pageSize, this.align];
  }

  load(queue: Virtqueue, offset: number): number {
    return offset === QUEUE_PFN && queue.ready ? Number(queue.descriptors) / this.pageSize : 0;
  }

  store(queue: Virtqueue | undefined, offset: number, word: number): boolean {
    if (offset === GUEST_PAGE_SIZE) {
      this.pageSize = word;
      return true;
    }
    if (queue === undefined) return true;
    if (offset === QUEUE_SIZE && !queue.ready) queue.size = word;
    else if (offset === QUEUE_ALIGN) this.align = word;
    else if (offset === QUEUE_PFN && word === 0) queue.reset();
    else if (offset === QUEUE_PFN && !queue.ready) return this.place(queue, word);
    return true;
  }

  reset(): void {
    this.pageSize = 0;
    this.align = 0;
  }

  restore(reader: StateReader): void {
    this.pageSize = reader.word();
    this.align = reader.word();
  }

  /** The areas follow one another, the device's at the next multiple of the alignment (2.7.2). */
  private place(queue: Virtqueue, page: number): boolean {
    const { pageSize, align } = this;
    if (!isPowerOfTwo(pageSize) || !isPowerOfTwo(align)) return false;
    const descriptors = page * pageSize;
    const driver = descriptors + 16 * queue.size;
    const device = Math.ceil((driver + 6 + 2 * queue.size) / align) * align;
    queue.descriptors = BigInt(descriptors);
    queue.driver = BigInt(driver);
    queue.device = BigInt(device);
    queue.ready = queue.sane;
    return queue.ready;
  }
}

function withWord(value: bigint, high: boolean, word: number): bigint {
  const [low, upper] = wideWords(value);
  return high ? joinWords(low, word) : joinWords(word, upper);
}

function isPowerOfTwo(word: number): boolean {
  return word !== 0 && (word & (word - 1)) === 0;
}
