/**
 * Random programs on Tocsin and on QEMU, until so many instructions agree. From the command line, for as long as wanted:
 *
 *   node --no-warnings --loader ts-node/esm tests/further/qemu-differential.ts [INSTRUCTIONS] [FIRST-SEED]
 *
 * The status is 1 if they differ, and what is printed says at which instruction.
 */
import { fileURLToPath } from 'node:url';
import { compare, explain, shrink } from './differential/compare.js';
import { newProgram } from './differential/generator.js';
import { qemu } from './differential/qemu.js';

/** Items of a program, and programs of an image: about as many as fit. */
const ITEMS = 400;
const PROGRAMS = 200;

export interface Campaign {
  readonly programs: number;
  /** Instructions that programs executed; more were executed around them. */
  readonly instructions: number;
  /** The first difference, shrunk and explained. */
  readonly difference: string | undefined;
}

/** Compares programs from `firstSeed` on until `instructions` of them are executed or a difference is found. */
export function campaign(instructions: number, firstSeed: number, progress: (text: string) => void): Campaign {
  let programs = 0;
  let executed = 0;
  while (executed < instructions) {
    const batch = Array.from({ length: PROGRAMS }, (_, i) => newProgram(firstSeed + programs + i, ITEMS));
    const result = compare(batch);
    programs += batch.length;
    executed += result.instructions;
    progress(`${programs} programs, ${executed} instructions, ${result.different.length} differ`);
    const [first] = result.different;
    if (first !== undefined) return { programs, instructions: executed, difference: explain(shrink(first)) };
  }
  return { programs, instructions: executed, difference: undefined };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [instructions, firstSeed] = [process.argv[2] ?? '2000000', process.argv[3] ?? '0'].map(Number);
  if (!(instructions > 0) || !Number.isInteger(firstSeed)) {
    console.error('the number of instructions must be above 0, and the seed a whole number');
    process.exitCode = 2;
  } else if (qemu === undefined) {
    console.error('qemu-system-riscv32 is not installed');
    process.exitCode = 2;
  } else {
    const { difference } = campaign(instructions, firstSeed, console.log);
    if (difference !== undefined) {
      console.log(difference);
      process.exitCode = 1;
    }
  }
}
