/**
 * A process of its own that executes the machine's guest on a board that never had a trigger and on one that had a thousand,
 * all removed, in turns. Prints one line of JSON: how much longer the latter takes, in percent.
 */
import { boardWithGuest, median, timesAsLong } from '../machine-guest.js';
import { removeTriggers, setTriggers } from '../thousand-triggers.js';

const INSTRUCTIONS = 5_000_000;
const TURNS = 7;
/** Two boards that are alike can differ by several percent, for V8 compiles the interpreter for each: pairs even that out. */
const PAIRS = 7;

function longerOnce(): number {
  const untouched = boardWithGuest();
  const freed = boardWithGuest();
  const [hart] = freed.harts;
  // Both execute as much before; one of them the second half with triggers, so that whatever they leave behind is there.
  untouched.run(2 * INSTRUCTIONS);
  freed.run(INSTRUCTIONS);
  setTriggers(hart);
  freed.run(INSTRUCTIONS);
  removeTriggers(hart);
  return timesAsLong(
    () => untouched.run(INSTRUCTIONS),
    () => freed.run(INSTRUCTIONS),
    TURNS,
  );
}

const longer = median(Array.from({ length: PAIRS }, longerOnce));
console.log(JSON.stringify({ percentLonger: (longer - 1) * 100 }));
