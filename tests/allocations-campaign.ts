/**
 * `npm run campaign:allocations`: every script of the kernel's tests, the guide's scenarios and every C program of the tests, once
 * for each allocation, which fails. Takes an hour or so, and says of each test when it is over; names of test files after `--` choose
 * among them, so that it can be gone on with where it was ended.
 */
import { startVitest } from 'vitest/node';

const EVERYTHING = [
  'tests/kernel',
  'tests/upstream',
  'tests/scenario/guide.test.ts',
  'tests/userland/failing-allocations.test.ts',
];

process.env.TOCSIN_FAIL_ALLOCATION = 'every';
const [, , ...chosen] = process.argv;
await startVitest('test', chosen.length > 0 ? chosen : EVERYTHING, {
  project: ['tests'],
  run: true,
  reporters: ['verbose'],
});
