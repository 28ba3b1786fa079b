/**
 * Step 5: why the machine stopped, in a buffer that is there since boot. Writing it allocates nothing; only who reads it when all
 * is over makes a text of it.
 */
import { must } from '../panic.js';

/** Bytes of an epitaph: longer than the longest there can be, which has two numbers of ten digits. */
const EPITAPH_BYTES = 160;

/** The sentences, as bytes. */
const encoder = new TextEncoder();
const BEGINNING = encoder.encode('out of memory: ');
const WANTED = encoder.encode(' frames wanted, ');
const FREE = encoder.encode(' free, ');
export const CAUSE_OF_DEATH = {
  NO_VICTIM: encoder.encode('and nobody is left to be killed'),
  MONITOR: encoder.encode('and the monitor halted the machine'),
} as const;

const DIGIT_0 = 48;

export class Epitaph {
  private readonly bytes = new Uint8Array(EPITAPH_BYTES);
  private length = 0;

  /** Writes `out of memory: 3 frames wanted, 0 free, and …`. */
  write(wanted: number, free: number, why: Uint8Array): void {
    this.length = 0;
    this.put(BEGINNING);
    this.putNumber(wanted);
    this.put(WANTED);
    this.putNumber(free);
    this.put(FREE);
    this.put(why);
  }

  private put(bytes: Uint8Array): void {
    must(this.length + bytes.length <= EPITAPH_BYTES, 'an epitaph is too long');
    for (let i = 0; i < bytes.length; i++) this.bytes[this.length++] = bytes[i];
  }

  private putNumber(value: number): void {
    let unit = 1;
    while (unit * 10 <= value) unit *= 10;
    for (; unit >= 1; unit = Math.floor(unit / 10))
      this.bytes[this.length++] = DIGIT_0 + (Math.floor(value / unit) % 10);
  }

  /** Its bytes, for `set`. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Makes it what it was. */
  set(bytes: Uint8Array): void {
    this.bytes.set(bytes);
    this.length = bytes.length;
  }

  /** One line without its end. */
  get text(): string {
    return new TextDecoder().decode(this.bytes.subarray(0, this.length));
  }
}
