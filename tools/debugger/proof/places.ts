/** Random numbers of the debugger of a proof: the same seed, the same places. */
import { seededPick } from '../../../machine/index.js';

export class Places {
  private asked = 0;

  constructor(private readonly seed: number) {}

  /** 0 to `count` - 1, evenly. */
  below(count: number): number {
    return count < 2 ? 0 : seededPick(this.seed, this.asked++, count);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of them; undefined where there are none. */
  oneOf<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }
}
