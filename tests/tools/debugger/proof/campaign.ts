/**
 * `npm run campaign:proof -- STOPS SEED`: every program runs with and without a debugger that stops it about STOPS times (4,000 where it
 * says nothing), by the plain schedule and by a random one of SEED (1), at places that SEED says. Ends at the first difference.
 */
import { type Proof, prove } from '../../../../tools/debugger/proof/proof.js';
import { compile, loadDriver, type Program, programs, proofOf, type Trial } from './programs.js';

/** A program that runs longer is compared up to here. */
const MAX_INSTRUCTIONS = 40_000_000;

function numberOf(text: string | undefined, fallback: number, name: string): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1e7) return value;
  console.error(`${name} '${text}' is not a whole number from 1 to 10000000`);
  process.exit(2);
}

const stops = numberOf(process.argv[2], 4000, 'STOPS');
const seed = numberOf(process.argv[3], 1, 'SEED');

function proven(options: ReturnType<typeof proofOf>): Proof {
  const turns = prove(options);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

function report(program: Program, trial: Trial, proof: Proof): void {
  const { difference } = proof;
  const schedule = trial.seed === undefined ? '' : `, schedule ${trial.seed}`;
  const said = `${program.name}${schedule}: ${proof.instructions} instructions, ${proof.compared} compared, ${proof.stops} stops`;
  if (difference === undefined) {
    console.log(`equal      ${said}`);
    return;
  }
  console.error(`DIFFERENT  ${said}`);
  console.error(JSON.stringify(difference, undefined, 2));
  const random = trial.seed === undefined ? '' : ` --seed ${trial.seed}`;
  console.error(`again: tocsin debug --prove --memory 4M --stops ${stops} --places ${seed}${random} ${program.path}`);
  process.exit(1);
}

const driver = await loadDriver();
const all = programs();
let total = 0;
for (const program of all) {
  const image = await compile(program);
  for (const schedule of [undefined, seed]) {
    const trial = { seed: schedule, places: seed, stops, maxInstructions: MAX_INSTRUCTIONS };
    const proof = proven(proofOf(program, image, driver, trial));
    total += proof.stops;
    report(program, trial, proof);
  }
}
console.log(`${all.length} programs, ${total} stops: equal`);
