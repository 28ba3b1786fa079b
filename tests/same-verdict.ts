/**
 * One commit, one verdict: property tests make up the same cases at every run of the suite. `FC_SEED=N npm test` tries others, and
 * the campaigns (`npm run campaign:model`, `campaign:calls`) look for new ones at length.
 */
import fc from 'fast-check';

const { FC_SEED = '1' } = process.env;
const seed = Number(FC_SEED);
if (!Number.isInteger(seed)) throw new Error(`FC_SEED=${FC_SEED} is not a whole number`);
fc.configureGlobal({ seed });
