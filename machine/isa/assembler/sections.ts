/** Where bytes are put, and where sections come to lie. */
import { Fault, type Position } from './errors.js';
import { MAX_OUTPUT_BYTES, MAX_SECTIONS } from './limits.js';

/** The order of the sections that have one; others follow as they appear. */
const STANDARD = ['.text', '.rodata', '.data', '.bss'] as const;
/** Sections after the first start at a multiple of this, so that whatever a section starts with is aligned. */
const SECTION_ALIGNMENT = 8;
const ADDRESS_SPACE = 2 ** 32;

export class Section {
  alignment = 1;
  size = 0;
  /** Address of its first byte, once sections are laid out. */
  address: number | undefined;
  private buffer = new Uint8Array(0);

  constructor(
    readonly name: string,
    readonly index: number,
    /** Alignment is filled with instructions that do nothing. */
    readonly executable: boolean,
  ) {}

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.size);
  }

  /** Adds `count` bytes that are zero. */
  grow(count: number): void {
    const size = this.size + count;
    if (size > this.buffer.length) {
      const larger = new Uint8Array(Math.max(size, this.buffer.length * 2, 256));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.size = size;
  }

  /** Puts the low `width` bytes of `value` at `offset`, lowest first. */
  put(offset: number, width: number, value: bigint): void {
    this.putWord(offset, Math.min(width, 4), Number(BigInt.asIntN(32, value)));
    if (width > 4) this.putWord(offset + 4, width - 4, Number(BigInt.asIntN(32, value >> 32n)));
  }

  /** The same of a number of 32 bits, and at most as many bytes. */
  putWord(offset: number, width: number, value: number): void {
    for (let i = 0; i < width; i++) this.buffer[offset + i] = value >>> (8 * i);
  }

  set(offset: number, bytes: Uint8Array): void {
    this.buffer.set(bytes, offset);
  }

  fill(from: number, to: number, byte: number): void {
    this.buffer.fill(byte, from, to);
  }
}

export class Sections {
  readonly all: Section[] = STANDARD.map((name, index) => new Section(name, index, name === '.text'));
  current = this.all[0];
  private total = 0;

  /** What follows goes to the section `name`, which is made if it is new. Throws Fault if there are too many. */
  select(name: string, executable: boolean, at: Position): void {
    const existing = this.all.find((section) => section.name === name);
    if (existing === undefined && this.all.length >= MAX_SECTIONS) {
      throw new Fault(`there are at most ${MAX_SECTIONS} sections`, at);
    }
    this.current = existing ?? new Section(name, this.all.length, executable);
    if (existing === undefined) this.all.push(this.current);
  }

  /** Makes room for `count` bytes in the current section; returns where it begins. Throws Fault at the limit. */
  reserve(count: number, at: Position): number {
    if (this.total + count > MAX_OUTPUT_BYTES) {
      throw new Fault(`this would make more than the ${MAX_OUTPUT_BYTES >> 20} MiB that a program may have`, at);
    }
    const offset = this.current.size;
    this.current.grow(count);
    this.total += count;
    return offset;
  }

  /** Gives every section its address. Throws Fault if they do not fit below the end of the address space. */
  layOut(base: number): void {
    let next = base;
    for (const section of this.all) {
      const first = next === base;
      const unit = first || section.size === 0 ? section.alignment : Math.max(section.alignment, SECTION_ALIGNMENT);
      const address = Math.ceil(next / unit) * unit;
      section.address = address;
      if (section.size > 0) next = address + section.size;
      if (Math.max(next, address) > ADDRESS_SPACE) {
        throw new Fault(`\`${section.name}\` would not end before 2^32`, { line: 1, column: 1, within: '' });
      }
    }
  }
}
