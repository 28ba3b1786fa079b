/**
 * A process of its own that executes the machine's guest on one hart and on four, in turns. Prints one line of JSON: the rate
 * of the four together, as a multiple of that of the one.
 */
import { boardWithGuest, timesAsLong } from '../machine-guest.js';

const INSTRUCTIONS = 10_000_000;
const TURNS = 15;

const one = boardWithGuest();
const four = boardWithGuest({ harts: 4 });
const longer = timesAsLong(
  () => one.run(INSTRUCTIONS),
  () => four.run(INSTRUCTIONS),
  TURNS,
);
console.log(JSON.stringify({ rate: 1 / longer }));
