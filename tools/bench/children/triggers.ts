/**
 * A process of its own that executes the machine's guest without triggers and with a thousand on pages that it does not
 * touch, in turns. Prints one line of JSON: how much longer the latter takes, in percent.
 */
import { boardWithGuest, timesAsLong } from '../machine-guest.js';
import { removeTriggers, setTriggers } from '../thousand-triggers.js';

const INSTRUCTIONS = 10_000_000;
const TURNS = 15;

const board = boardWithGuest();
const [hart] = board.harts;
const run = () => board.run(INSTRUCTIONS);

// The same board, because two of them differ by more than this: V8 compiles the interpreter for each.
const longer = timesAsLong(run, run, TURNS, {
  beforeOther: () => setTriggers(hart),
  afterOther: () => removeTriggers(hart),
});
console.log(JSON.stringify({ percentLonger: (longer - 1) * 100 }));
