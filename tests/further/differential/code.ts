/** Machine code under construction: instructions from the table, labels, and the few sequences that generated code needs. */
import { decode, disassemble, encode, instructionBytes, type Operands } from '../../../machine/index.js';

interface Fixup {
  readonly at: number;
  readonly label: string;
  readonly name: string;
  readonly operands: Operands;
}

export class Code {
  private readonly halves: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly fixups: Fixup[] = [];

  /** `base` is the address of the first instruction. */
  constructor(readonly base: number) {}

  get here(): number {
    return this.base + 2 * this.halves.length;
  }

  label(name: string): void {
    this.labels.set(name, this.here);
  }

  raw(word: number): void {
    this.halves.push(word & 0xffff);
    if (instructionBytes(word) === 4) this.halves.push(word >>> 16);
  }

  emit(name: string, operands: Operands = {}): void {
    this.raw(encode(name, operands));
  }

  /** A branch or `jal` to a label that may come later. */
  to(name: string, label: string, operands: Operands = {}): void {
    this.fixups.push({ at: this.here, label, name, operands });
    this.emit(name, { ...operands, imm: 0 });
  }

  /** Puts `value` into a register, always in two instructions. */
  li(rd: number, value: number): void {
    const low = (value << 20) >> 20;
    this.emit('lui', { rd, imm: (value - low) & ~0xfff });
    this.emit('addi', { rd, rs1: rd, imm: low });
  }

  /** The address of a label, relative to pc: always two instructions. */
  la(rd: number, label: string): void {
    const from = this.here;
    this.fixups.push({ at: from, label, name: 'la', operands: { rd } });
    this.emit('auipc', { rd, imm: 0 });
    this.emit('addi', { rd, rs1: rd, imm: 0 });
  }

  align(bytes: number): void {
    while (this.here % bytes !== 0) this.emit('c.nop');
  }

  addressOf(label: string): number {
    const address = this.labels.get(label);
    if (address === undefined) throw new Error(`no label ${label}`);
    return address;
  }

  bytes(): Uint8Array {
    for (const { at, label, name, operands } of this.fixups) {
      const distance = this.addressOf(label) - at;
      if (name === 'la') {
        const low = (distance << 20) >> 20;
        this.patch(at, encode('auipc', { ...operands, imm: (distance - low) | 0 }));
        this.patch(at + 4, encode('addi', { rd: operands.rd ?? 0, rs1: operands.rd ?? 0, imm: low }));
      } else {
        this.patch(at, encode(name, { ...operands, imm: distance }));
      }
    }
    return new Uint8Array(Uint16Array.from(this.halves).buffer);
  }

  private patch(at: number, word: number): void {
    const index = (at - this.base) / 2;
    this.halves[index] = word & 0xffff;
    this.halves[index + 1] = word >>> 16;
  }
}

/** How the instruction `word` at `address` reads. */
export function describe(word: number, address: number): string {
  return decode(word) === undefined ? `.word 0x${(word >>> 0).toString(16)}` : disassemble(word, address).text;
}
