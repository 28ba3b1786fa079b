/**
 * A process of its own that executes the machine's guest without triggers and with a thousand on pages that it does not
 * touch, in turns. Prints one line of JSON: how much longer the latter takes, in percent.
 */
import { RAM_BASE } from '../../../machine/index.js';
import { boardWithGuest, MEMORY_BYTES, timesAsLong } from '../machine-guest.js';

const INSTRUCTIONS = 10_000_000;
const TURNS = 15;
const TRIGGERS = 1000;
const PAGE_BYTES = 4096;

const board = boardWithGuest();
const { triggers } = board.harts[0];
const run = () => board.run(INSTRUCTIONS);

function setTriggers(): void {
  const kinds = ['execute', 'load', 'store'] as const;
  for (let i = 0; i < TRIGGERS; i++) {
    const address = RAM_BASE + MEMORY_BYTES / 2 + i * PAGE_BYTES;
    triggers.add({ kind: kinds[i % kinds.length], address, length: 4 });
  }
}

function removeTriggers(): void {
  for (const trigger of triggers.list) triggers.remove(trigger);
}

// The same board, because two of them differ by more than this: V8 compiles the interpreter for each.
const longer = timesAsLong(run, run, TURNS, { beforeOther: setTriggers, afterOther: removeTriggers });
console.log(JSON.stringify({ percentLonger: (longer - 1) * 100 }));
