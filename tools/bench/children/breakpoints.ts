/**
 * What a debug session costs. Prints one line of JSON.
 *
 * `hits`: microseconds from a breakpoint of a session outside the machine to the next one, in a loop of two instructions, with the
 * front end's own interface: the stop is looked at, and everything goes on. `beyond`: how much of that is beyond what a trap costs, which
 * is measured beside it as a null call in the same loop.
 * `no-session`: how much longer a guest takes, in percent, after a session has come, set a breakpoint and gone, than before.
 *
 * Arguments: `hits` or `no-session`.
 */
import { System } from '../../../kernel/index.js';
import { type ElfImage, encode } from '../../../machine/index.js';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { attach } from '../../debugger/session.js';
import { timesAsLong } from '../machine-guest.js';

const CODE = 0x10000;
const HITS = 1_000_000;
const WARM_UP = 100_000;
const INSTRUCTIONS = 10_000_000;
const TURNS = 15;

function image(code: readonly number[]): ElfImage {
  const fileBytes = new Uint8Array(Uint32Array.from(code).buffer);
  const place = { address: CODE, physicalAddress: CODE, fileBytes, memoryBytes: fileBytes.length };
  return { entry: CODE, segments: [{ ...place, readable: true, writable: false, executable: true }], symbols: [] };
}

function boot(code: readonly number[]): System {
  const journal = { enabled: true, hashed: false };
  return System.boot({ name: 'loop', image: image(code), memoryBytes: 4 << 20, journal });
}

const increment = encode('addi', { rd: 8, rs1: 8, imm: 1 });
const LOOP = [increment, encode('jal', { rd: 0, imm: -4 })];
/** A call that no kernel has: the way in and out, and a record. */
const CALLS = [
  encode('addi', { rd: 17, rs1: 0, imm: CALL_NUMBER.thread_yield }),
  encode('ecall'),
  encode('jal', { rd: 0, imm: -4 }),
];

/** Of the time that this process had the processor: others on the host are not to count. */
function microseconds(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}

function hits(): object {
  const system = boot(LOOP);
  const debuggee = attach(system);
  if (debuggee.setBreakpoint({ kind: 'execute', address: CODE, length: 1 }) === undefined)
    throw new Error('no breakpoint');
  const stops = (count: number): void => {
    for (let i = 0; i < count; i++) if (debuggee.run().kind !== 'stop') throw new Error('it did not stop');
  };
  stops(WARM_UP);
  const each = microseconds(() => stops(HITS)) / HITS;
  const calling = boot(CALLS);
  calling.run(2 * WARM_UP);
  const steps = calling.steps;
  const called = microseconds(() => calling.run(3 * HITS));
  const trap = called / (calling.steps - steps);
  return { microseconds: each, beyond: each - trap };
}

function noSession(): object {
  const never = boot(LOOP);
  const before = boot(LOOP);
  const debuggee = attach(before);
  debuggee.setBreakpoint({ kind: 'execute', address: CODE, length: 1 });
  debuggee.run();
  debuggee.detach();
  const longer = timesAsLong(
    () => never.run(INSTRUCTIONS),
    () => before.run(INSTRUCTIONS),
    TURNS,
  );
  return { percentLonger: (longer - 1) * 100 };
}

console.log(JSON.stringify(process.argv[2] === 'hits' ? hits() : noSession()));
