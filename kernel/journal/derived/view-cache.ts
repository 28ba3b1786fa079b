/**
 * A cache of derived values: the one that was not asked for longest goes first when there are too many, or when together they take
 * too much memory. By two numbers, view and key.
 *
 * Hot path: `find` allocates nothing. Cost in `npm run bench` ("cached-read").
 */

/** Values at most; a power of two. */
const SLOTS = 4096;
const BUCKETS = 2 * SLOTS;
const NONE = -1;

export interface CacheFigures {
  readonly hits: number;
  readonly misses: number;
  /** Values that went because a record concerned them, and because others needed their place. */
  readonly invalidated: number;
  readonly evicted: number;
  /** Values in it, and about how many bytes they take. */
  readonly values: number;
  readonly bytes: number;
}

export class ViewCache<Value> {
  hits = 0;
  misses = 0;
  invalidated = 0;
  evicted = 0;
  bytes = 0;
  private count = 0;
  private readonly chains = new Int32Array(BUCKETS).fill(NONE);
  private readonly next = new Int32Array(SLOTS);
  private readonly views = new Int32Array(SLOTS);
  private readonly keys = new Int32Array(SLOTS);
  private readonly weights = new Float64Array(SLOTS);
  private readonly values: (Value | undefined)[] = new Array(SLOTS).fill(undefined);
  /** When each was asked for last, counted in questions; only who looks for the oldest pays for an order. */
  private readonly asked = new Float64Array(SLOTS);
  /** Slots that are free: `next` chains them. */
  private free = 0;

  /** `mostBytes`: what all values may take together. */
  constructor(private readonly mostBytes: number) {
    for (let slot = 0; slot < SLOTS; slot++) this.next[slot] = slot + 1 < SLOTS ? slot + 1 : NONE;
  }

  /** Undefined where it is not there. */
  find(view: number, key: number): Value | undefined {
    const slot = this.slotOf(view, key);
    if (slot === NONE) {
      this.misses++;
      return undefined;
    }
    this.asked[slot] = ++this.hits + this.misses;
    return this.values[slot];
  }

  private slotOf(view: number, key: number): number {
    const { next, keys, views } = this;
    let slot = this.chains[bucketOf(view, key)];
    while (slot !== NONE && (keys[slot] !== key || views[slot] !== view)) slot = next[slot];
    return slot;
  }

  /** Keeps a value that is not there; others go for it. One that alone takes too much is not kept. */
  keep(view: number, key: number, value: Value, bytes: number): void {
    if (bytes > this.mostBytes) return;
    while (this.free === NONE || this.bytes + bytes > this.mostBytes) {
      this.evicted++;
      this.remove(this.oldest());
    }
    const slot = this.free;
    const bucket = bucketOf(view, key);
    this.free = this.next[slot];
    this.next[slot] = this.chains[bucket];
    this.chains[bucket] = slot;
    this.views[slot] = view;
    this.keys[slot] = key;
    this.weights[slot] = bytes;
    this.values[slot] = value;
    this.bytes += bytes;
    this.count++;
    this.asked[slot] = this.hits + this.misses;
  }

  /** A record concerns this value: it is not right any more. */
  invalidate(view: number, key: number): void {
    const slot = this.slotOf(view, key);
    if (slot === NONE) return;
    this.invalidated++;
    this.remove(slot);
  }

  private remove(slot: number): void {
    const bucket = bucketOf(this.views[slot], this.keys[slot]);
    if (this.chains[bucket] === slot) this.chains[bucket] = this.next[slot];
    else {
      let at = this.chains[bucket];
      while (this.next[at] !== slot) at = this.next[at];
      this.next[at] = this.next[slot];
    }
    this.values[slot] = undefined;
    this.bytes -= this.weights[slot];
    this.count--;
    this.next[slot] = this.free;
    this.free = slot;
  }

  /** The value that was not asked for longest. A search, beside which the value that needs its place took far longer to derive. */
  private oldest(): number {
    let oldest = NONE;
    for (let slot = 0; slot < SLOTS; slot++)
      if (this.values[slot] !== undefined && (oldest === NONE || this.asked[slot] < this.asked[oldest])) oldest = slot;
    return oldest;
  }

  get figures(): CacheFigures {
    const { hits, misses, invalidated, evicted, count: values, bytes } = this;
    return { hits, misses, invalidated, evicted, values, bytes };
  }
}

function bucketOf(view: number, key: number): number {
  return (Math.imul(key, 0x9e3779b1) + view) & (BUCKETS - 1);
}
