/**
 * `npm run campaign:recordings`: every script of the kernel's tests runs a second time, with choices, input and wires from a tape of the
 * first; its journal must be the same. Some minutes; names of test files after `--` choose among them.
 */
import { startVitest } from 'vitest/node';

process.env.TOCSIN_REPLAY_SCRIPTS = 'every';
const [, , ...chosen] = process.argv;
await startVitest('test', chosen.length > 0 ? chosen : ['tests/kernel'], {
  project: ['tests'],
  run: true,
});
