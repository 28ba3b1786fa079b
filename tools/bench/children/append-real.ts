/**
 * What a record costs in the kernel's own use, in one process: two systems run the same guest with and without the journal, in short
 * turns by fours (with, without, without, with). What those with it take longer is divided by the records that they wrote. Prints one
 * line of JSON: nanoseconds a record, as the median over the fours, and how many instructions there are to a record.
 *
 * Arguments: ELF, seconds of warm-up, seconds.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { LIBRARY } from '../build.js';
import { processorSeconds } from '../statistics.js';

/** Instructions in a turn: some ten milliseconds. */
const TURN = 500_000;

const [elf, warmUp, seconds] = process.argv.slice(2);
const { System, parseElf } = (await import(pathToFileURL(LIBRARY).href)) as typeof import('../../library.js');
const image = parseElf(readFileSync(elf));

function boot(enabled: boolean) {
  return System.boot({
    image,
    name: 'guest',
    memoryBytes: 64 << 20,
    // As `tocsin run` does without --stats and --json.
    journal: { enabled, hashed: false },
    onOutput: () => {},
  });
}

let systems = { on: boot(true), off: boot(false) };
let instructions = 0;
let written = 0;

/** Seconds of the processor that a turn takes; undefined where the guest ended in it. */
function turn(system: typeof systems.on): number | undefined {
  const begin = processorSeconds();
  const { kind } = system.run(TURN);
  return kind === 'limit' ? processorSeconds() - begin : undefined;
}

function nanosecondsPerRecord(seconds: number): number {
  const each: number[] = [];
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const { on, off } = systems;
    const before = on.records;
    const [on1, off1, off2, on2] = [on, off, off, on].map(turn);
    if (on1 === undefined || off1 === undefined || off2 === undefined || on2 === undefined) {
      systems = { on: boot(true), off: boot(false) };
      continue;
    }
    instructions += 2 * TURN;
    written += on.records - before;
    each.push(((on1 + on2 - off1 - off2) * 1e9) / (on.records - before));
  }
  return each.sort((a, b) => a - b)[each.length >> 1];
}

nanosecondsPerRecord(Number(warmUp));
const nanoseconds = nanosecondsPerRecord(Number(seconds));
console.log(JSON.stringify({ nanoseconds, instructionsPerRecord: instructions / written }));
