/**
 * Objects that lost a handle, a mapping or a thread in this step, and may have to go at its end (`tasks/lifetime.ts`). Grows by
 * doubling and never shrinks: filling it again allocates nothing.
 */
import { OBJECT_TYPE, type ObjectTypeName } from '../syscalls/objects.js';
import { typeName } from './state/objects.js';
import { grown } from './work.js';

export class DoubtfulList {
  /** Type and row of each entry, in turns. */
  private words = new Int32Array(256);
  private length = 0;

  add(type: ObjectTypeName, row: number): void {
    if (this.length === this.words.length) this.words = grown(this.words);
    this.words[this.length] = OBJECT_TYPE[type];
    this.words[this.length + 1] = row;
    this.length += 2;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** The row of the entry that `take` takes. */
  get lastRow(): number {
    return this.words[this.length - 1];
  }

  /** Takes the last entry: its type. */
  take(): ObjectTypeName {
    this.length -= 2;
    return typeName(this.words[this.length]);
  }
}
