import { describe, expect, it } from 'vitest';
import { callOf, imageOf } from '../kernel/compiled.js';
import { hasCompiler } from './compiled.js';
import { Typing } from './typing.js';

describe.skipIf(!hasCompiler)('the console driver', () => {
  it('waits for what is typed, gives it to the reader and says when nothing more comes', async () => {
    const talk = await Typing.at('talk.c');
    expect(talk.run()).toEqual({ kind: 'input' });
    expect(talk.printed()).toBe('name? ');
    expect(talk.type('Ada\n')).toEqual({ kind: 'input' });
    expect(talk.printed()).toBe('hello Ada\nname? ');
    // A line need not come in one piece; the reader waits for its end.
    expect(talk.type('Gra')).toEqual({ kind: 'input' });
    expect(talk.printed()).toBe('');
    expect(talk.type('ce\nAlan\n')).toEqual({ kind: 'input' });
    expect(talk.printed()).toBe('hello Grace\nname? hello Alan\nname? ');
    expect(talk.end()).toEqual({ kind: 'exited', code: 0 });
    expect(talk.printed()).toBe('bye\n');
  });

  it('keeps what was typed before anybody asked, also more than the UART holds', async () => {
    const talk = await Typing.at('talk.c', { checked: false });
    const names = Array.from({ length: 1000 }, (_, i) => `name ${i}`);
    talk.system.input(Buffer.from(names.map((name) => `${name}\n`).join('')));
    expect(talk.end()).toEqual({ kind: 'exited', code: 0 });
    expect(talk.printed()).toBe(`${names.map((name) => `name? hello ${name}\n`).join('')}name? bye\n`);
  });

  it('lets the program run on while one of its threads reads', async () => {
    const talk = await Typing.at('talk.c', { arguments: ['count'], checked: false });
    expect(talk.system.run(1_000_000)).toEqual({ kind: 'limit' });
    expect(talk.system.awaitsInput).toBe(true);
    talk.system.input(Buffer.from('Ada\n'));
    expect(talk.system.run(1_000_000)).toEqual({ kind: 'limit' });
    expect(talk.printed()).toBe('name? hello Ada\nname? ');
    expect(talk.end()).toEqual({ kind: 'exited', code: 0 });
  });

  it('ends a run at once where that was asked for, and the same input gives the same journal', async () => {
    const hashes = [];
    for (const slice of [1_000_000, 777]) {
      const talk = await Typing.at('talk.c', { arguments: ['count'], checked: false, interactive: 'at once' });
      let outcome = talk.system.run(slice);
      for (const line of ['Ada\n', 'Grace\n']) {
        while (outcome.kind === 'limit') outcome = talk.system.run(slice);
        expect(outcome).toEqual({ kind: 'input' });
        talk.system.input(Buffer.from(line));
        outcome = talk.system.run(slice);
      }
      while (outcome.kind === 'limit') outcome = talk.system.run(slice);
      expect(talk.end()).toEqual({ kind: 'exited', code: 0 });
      expect(talk.printed()).toBe('name? hello Ada\nname? hello Grace\nname? bye\n');
      hashes.push(talk.system.journalHash());
    }
    expect(hashes[1]).toBe(hashes[0]);
  });

  it('does not count as somebody who could go on, nor among those who cannot', async () => {
    const program = await Typing.at('sleeps-for-ever.c');
    expect(program.run()).toMatchObject({ kind: 'blocked', threads: [{ name: 'main' }], cycle: [] });
    expect(program.printed()).toBe('before\n');
  });

  it('cancels what is no request, closes handles that nobody asked for, and serves the next', async () => {
    const program = await Typing.at('console-nonsense.c', { checked: false });
    expect(program.run()).toEqual({ kind: 'input' });
    expect(program.type('a line\n')).toEqual({ kind: 'input' });
    expect(program.end()).toEqual({ kind: 'exited', code: 0 });
    expect(program.printed()).toBe('sent\nno room: BUFFER_TOO_SMALL\ngot a line\nthe end\nstill here\n');
  });

  it('serves readers in their order, keeps the input of one that died, and prints meanwhile', async () => {
    const program = await Typing.at('console-readers.c');
    expect(program.run()).toEqual({ kind: 'input' });
    expect(program.printed()).toBe('all of them wait\n');
    expect(program.type('first\n')).toEqual({ kind: 'input' });
    expect(program.type('second\nthird\n')).toEqual({ kind: 'input' });
    expect(program.end()).toEqual({ kind: 'exited', code: 0 });
    expect(program.printed()).toBe('0: first\n1: second\n2: third\n3: the end\n');
  });

  it('prints whole writes of threads that print as fast as they can', async () => {
    const program = await Typing.at('console-writers.c', { checked: false, seed: 7 });
    expect(program.run()).toEqual({ kind: 'exited', code: 0 });
    const lines = program.printed().split('\n');
    expect(lines.pop()).toBe(`${'.'.repeat(4096)}done`);
    for (const name of 'abcdefgh') expect(lines.filter((line) => line === name.repeat(299))).toHaveLength(100);
    expect(lines).toHaveLength(800);
  });

  it('where it has died: what a program says is printed by the kernel, and nothing can be read', async () => {
    const program = await Typing.at('talk.c', { console: imageOf(callOf('process_exit', 1)) });
    expect(program.run()).toEqual({ kind: 'exited', code: 0 });
    expect(program.printed()).toBe('name? bye\n');
  });
});
