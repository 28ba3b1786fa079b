/** Compiled threads, stopped and meddled with between any two of their instructions. */
import { afterAll, describe } from 'vitest';
import { encode } from '../../machine/index.js';
import { expect, scenario } from '../../tools/scenario.js';
import { thread_yield } from '../../userland/script/calls.js';
import { A0, bytesOf, callOf, li, S0 } from '../kernel/compiled.js';
import { elfFile } from '../machine/elf-file.js';
import { Folder } from '../tools/tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const S1 = 9;
const TURNS = 2000;

/** Counts one register down and another up, and ends with what they differ in at the end. */
const counts = [
  ...li(S0, TURNS),
  ...li(S1, 0),
  encode('addi', { rd: S0, rs1: S0, imm: -1 }),
  encode('addi', { rd: S1, rs1: S1, imm: 1 }),
  encode('bne', { rs1: S0, rs2: 0, imm: -8 }),
  ...callOf('process_exit').slice(0, -1),
  encode('addi', { rd: A0, rs1: S1, imm: -TURNS }),
  encode('ecall'),
];
const program = folder.file(
  'counts.elf',
  elfFile({ segments: [{ address: 0x10000, bytes: bytesOf(counts), flags: 5 }] }),
);

/** A line of the interrupt controller that nothing has. */
const LINE = 20;
const options = { quantum: 50, checked: false };

describe('between any two instructions of compiled threads', () => {
  scenario('input from outside changes nothing of them', options, async (s) => {
    const guests = [await s.guest(program), await s.guest(program)];
    for (let high = true; guests[0].state !== 'ended'; high = !high) {
      s.runFor(1);
      if (high) s.raiseInterrupt(LINE);
      else s.lowerInterrupt(LINE);
    }
    s.run('ended');
    for (const guest of guests) expect(guest).toHaveEnded({ code: 0 });
  });

  scenario('threads of every priority can be made', options, async (s) => {
    const guests = [await s.guest(program), await s.guest(program, { priority: 17 })];
    for (let priority = 0; guests[0].state !== 'ended'; priority = (priority + 1) % 32) {
      s.runFor(101);
      s.thread('between', () => thread_yield(), { priority });
    }
    s.run('ended');
    for (const guest of guests) expect(guest).toHaveEnded({ code: 0 });
  });

  scenario('a thread that a condition makes gets its turn', options, async (s) => {
    const guest = await s.guest(program);
    const order: string[] = [];
    s.run(() => {
      if (s.instructions > 200 && order.length === 0) {
        order.push('made');
        s.thread('between', function* () {
          order.push(guest.state);
          yield* thread_yield();
        });
      }
      return guest.state === 'ended';
    });
    expect(order).toEqual(['made', 'ready']);
  });

  scenario('a condition can hold', options, async (s) => {
    const guests = [await s.guest(program), await s.guest(program)];
    for (let at = s.instructions + 10; guests[0].state !== 'ended'; at += 10) {
      s.run(() => s.instructions >= at || guests[0].state === 'ended');
    }
    s.run('ended');
    for (const guest of guests) expect(guest).toHaveEnded({ code: 0 });
  });
});
