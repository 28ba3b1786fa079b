/** The first difference between the two machines: which program, how few of its items show it, and at which instruction. */

import { describe } from './code.js';
import type { Program } from './generator.js';
import { buildImage, type Image } from './image.js';
import { ALIAS, PROGRAMS } from './layout.js';
import { outputOnQemu, type Registers, traceOnQemu } from './qemu.js';
import { outputOnTocsin, traceOnTocsin } from './tocsin.js';

export interface Batch {
  /** Instructions of programs, without what surrounds them: at least so many. */
  readonly instructions: number;
  /** The programs whose checksums differ. */
  readonly different: readonly Program[];
}

/** The handler of M mode is no longer. */
const MOST_FOR_A_TRAP = 240;

/** What start and end of a program cost. */
function aroundProgram(): number {
  const { bytes } = buildImage([{ seed: 0, items: [] }]);
  return outputOnTocsin(bytes, 1).retired;
}

/** Runs `programs` as one image on both. */
export function compare(programs: readonly Program[]): Batch {
  const { bytes } = buildImage(programs);
  const tocsin = outputOnTocsin(bytes, programs.length);
  const qemu = outputOnQemu(bytes);
  if (qemu.length !== programs.length)
    throw new Error(`QEMU printed ${qemu.length} lines for ${programs.length} programs`);
  const different = programs.filter((_, i) => tocsin.lines[i] !== qemu[i]);
  const around = programs.length * aroundProgram() + tocsin.traps * MOST_FOR_A_TRAP;
  return { instructions: tocsin.retired - around, different };
}

/** How many candidates one image tries. */
const CANDIDATES = 64;

/** A program with as few items as still differ: halves, then quarters, ... then single items are taken away. */
export function shrink(program: Program): Program {
  let smallest = program;
  for (let size = Math.ceil(program.items.length / 2); size >= 1; ) {
    const candidates: Program[] = [];
    for (let at = 0; at < smallest.items.length && candidates.length < CANDIDATES; at += size) {
      candidates.push({ ...smallest, items: smallest.items.filter((_, i) => i < at || i >= at + size) });
    }
    const [still] = compare(candidates).different;
    if (still !== undefined) smallest = still;
    else if (size === 1) break;
    else size = Math.floor(size / 2);
    size = Math.min(size, Math.max(1, Math.ceil(smallest.items.length / 2)));
    if (smallest.items.length === 0) break;
  }
  return smallest;
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** QEMU calls x1 `x1/ra`. */
function valueOnQemu(registers: Registers, name: string): number | undefined {
  for (const [known, value] of registers) {
    if (known === name || known.startsWith(`${name}/`)) return value;
  }
  return undefined;
}

function differences(tocsin: Registers, qemu: Registers): string[] {
  return [...tocsin].flatMap(([name, value]) => {
    const other = valueOnQemu(qemu, name);
    return other === undefined || other === value ? [] : [`${name}: Tocsin ${hex(value)}, QEMU ${hex(other)}`];
  });
}

function wordAt(image: Image, address: number): number {
  const physical = address < PROGRAMS ? address + ALIAS : address;
  const view = new DataView(image.bytes.buffer, physical - 0x8000_0000);
  return view.getUint16(0, true) | (view.getUint16(2, true) << 16);
}

/** The instruction of `program` after which registers differ first, with what they were before it and what differs after it. */
export function explain(program: Program): string {
  const image = buildImage([program]);
  const tocsin = traceOnTocsin(image.bytes);
  const qemu = traceOnQemu(image.bytes);
  const heading = `program ${program.seed}, items ${program.items.join()}:`;
  for (const [i, state] of tocsin.entries()) {
    const other = qemu[i];
    const found =
      other === undefined
        ? [`QEMU has no instruction here, Tocsin ${hex(state.get('pc') ?? 0)}`]
        : differences(state, other);
    if (found.length === 0) continue;
    const before = tocsin[i - 1];
    if (before === undefined) return [heading, 'before its first instruction', ...found].join('\n');
    const pc = before.get('pc') ?? 0;
    const registers = [...before].map(([name, value]) => `${name}=${hex(value)}`).join(' ');
    const instruction = describe(wordAt(image, pc), pc);
    return [
      heading,
      `${hex(pc)}: ${instruction}`,
      `before: ${registers}`,
      ...found.map((line) => `after: ${line}`),
    ].join('\n');
  }
  return `${heading}\nregisters are the same before each of ${tocsin.length} instructions (QEMU: ${qemu.length}); memory or others differ`;
}
