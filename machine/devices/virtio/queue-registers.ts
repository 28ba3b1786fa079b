/**
 * The registers by which a driver says where a queue is. They are what differs between the two versions of virtio over
 * memory-mapped registers; everything else of a device is the same.
 */
import { joinWords, type StateReader, wideWords } from '../device-state.js';
import { type Register, readsAsZero } from '../registers.js';
import type { Virtqueue } from './virtqueue.js';

/** The addresses of a queue, by the names of the registers that have them. */
type Area = 'descriptors' | 'driver' | 'device';

export interface QueueRegisters {
  /** What the Version register says. */
  readonly version: 1 | 2;
  readonly words: readonly number[];
  readonly rows: readonly Register[];
  reset(): void;
  restore(reader: StateReader): void;
}

/** What the registers of a queue have to do with. */
export interface Selection {
  /** The queue that QueueSel names, if there is one. */
  readonly queue: Virtqueue | undefined;
  /** A queue was set up in a way in which it cannot be used. */
  refuse(): void;
}

/** Virtio 1.2, section 4.2.2. */
export class ModernQueueRegisters implements QueueRegisters {
  readonly version = 2;
  readonly words: readonly number[] = [];
  readonly rows: readonly Register[];

  constructor(private readonly selected: Selection) {
    this.rows = [
      {
        name: 'QueueSize',
        offset: 0x038,
        peek: () => selected.queue?.size ?? 0,
        load: readsAsZero,
        store: (word) => {
          const { movable } = this;
          if (movable !== undefined) movable.size = word;
        },
      },
      {
        name: 'QueueReady',
        offset: 0x044,
        peek: () => Number(selected.queue?.ready ?? false),
        store: (word) => this.setReady((word & 1) !== 0),
      },
      ...this.area('QueueDesc', 0x080, 'descriptors'),
      ...this.area('QueueDriver', 0x090, 'driver'),
      ...this.area('QueueDevice', 0x0a0, 'device'),
    ];
  }

  reset(): void {}

  restore(_reader: StateReader): void {}

  /** 4.2.2.2: a queue in use does not move. */
  private get movable(): Virtqueue | undefined {
    const { queue } = this.selected;
    return queue?.ready ? undefined : queue;
  }

  private setReady(ready: boolean): void {
    const { queue } = this.selected;
    if (queue === undefined) return;
    queue.ready = ready && queue.sane;
    if (ready && !queue.ready) this.selected.refuse();
  }

  /** An address of 64 bits, in two words. */
  private area(name: string, offset: number, area: Area): readonly Register[] {
    return [false, true].map((high) => ({
      name: `${name}${high ? 'High' : 'Low'}`,
      offset: offset + (high ? 4 : 0),
      peek: () => wideWords(this.selected.queue?.[area] ?? 0n)[high ? 1 : 0],
      load: readsAsZero,
      store: (word) => {
        const { movable } = this;
        if (movable !== undefined) movable[area] = withWord(movable[area], high, word);
      },
    }));
  }
}

/** "Legacy": virtio 1.2, section 4.2.4. */
export class LegacyQueueRegisters implements QueueRegisters {
  readonly version = 1;
  readonly rows: readonly Register[];
  private pageSize = 0;
  private align = 0;

  constructor(private readonly selected: Selection) {
    this.rows = [
      // The unit of QueuePFN, a power of two.
      {
        name: 'GuestPageSize',
        offset: 0x028,
        peek: () => this.pageSize,
        load: readsAsZero,
        store: (word) => {
          this.pageSize = word;
        },
      },
      {
        name: 'QueueSize',
        offset: 0x038,
        peek: () => selected.queue?.size ?? 0,
        load: readsAsZero,
        store: (word) => {
          const { queue } = selected;
          if (queue !== undefined && !queue.ready) queue.size = word;
        },
      },
      // Of the device area, a power of two.
      {
        name: 'QueueAlign',
        offset: 0x03c,
        peek: () => this.align,
        load: readsAsZero,
        store: (word) => {
          if (selected.queue !== undefined) this.align = word;
        },
      },
      // Page of all three areas; 0 gives the queue back.
      { name: 'QueuePFN', offset: 0x040, peek: () => this.page, store: (word) => this.setPage(word) },
    ];
  }

  get words(): readonly number[] {
    return [this.pageSize, this.align];
  }

  reset(): void {
    this.pageSize = 0;
    this.align = 0;
  }

  restore(reader: StateReader): void {
    this.pageSize = reader.word();
    this.align = reader.word();
  }

  private get page(): number {
    const { queue } = this.selected;
    // A driver may change the unit of a queue in use: to anything, 0 too.
    return queue?.ready ? (Number(queue.descriptors) / this.pageSize) >>> 0 : 0;
  }

  private setPage(page: number): void {
    const { queue } = this.selected;
    if (queue === undefined) return;
    if (page === 0) queue.reset();
    else if (!queue.ready) this.place(queue, page);
  }

  /** The areas follow one another, the device's at the next multiple of the alignment (2.7.2). */
  private place(queue: Virtqueue, page: number): void {
    const { pageSize, align } = this;
    if (isPowerOfTwo(pageSize) && isPowerOfTwo(align)) {
      const descriptors = page * pageSize;
      const driver = descriptors + 16 * queue.size;
      const device = Math.ceil((driver + 6 + 2 * queue.size) / align) * align;
      queue.descriptors = BigInt(descriptors);
      queue.driver = BigInt(driver);
      queue.device = BigInt(device);
      queue.ready = queue.sane;
    }
    if (!queue.ready) this.selected.refuse();
  }
}

function withWord(value: bigint, high: boolean, word: number): bigint {
  const [low, upper] = wideWords(value);
  return high ? joinWords(low, word) : joinWords(word, upper);
}

function isPowerOfTwo(word: number): boolean {
  return word !== 0 && (word & (word - 1)) === 0;
}
