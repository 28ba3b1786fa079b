import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentRegisters, CALLS, type Call, callByName, isWide } from '../../syscalls/calls.js';
import * as stubs from '../../userland/script/calls.js';
import {
  type Answer,
  type CallScript,
  type Operation,
  timeFromWords,
  timeWords,
} from '../../userland/script/script.js';

type Stub = (...words: number[]) => CallScript<Record<string, number>>;

/** Runs a stub to its one call and resumes it with an answer. */
function callThrough(name: string, words: readonly number[], answer: Answer): { asked: Operation; result: unknown } {
  const script = (stubs as unknown as Record<string, Stub>)[name](...words);
  const asked = script.next();
  if (asked.done) throw new Error(`${name} made no call`);
  const end = script.next(answer);
  expect(end.done).toBe(true);
  return { asked: asked.value, result: end.value };
}

/** How many registers the arguments take. */
function registerCount(call: Call): number {
  const wide = call.arguments.filter(({ kind }) => isWide(kind)).length;
  return call.arguments.length + wide;
}

describe('stubs for scripted threads', () => {
  it('exist for every call and for nothing else', () => {
    expect(Object.keys(stubs).sort()).toEqual(CALLS.map(({ name }) => name).sort());
  });

  it.each(CALLS.map(({ name }) => name))(
    '%s puts its arguments into the registers of the table and names its results',
    (name) => {
      const call = callByName(name);
      if (call === undefined) throw new Error(name);
      const words = call.arguments.map((_, index) => index + 1);
      const values = [11, 12, 13, 14];
      const { asked, result } = callThrough(name, words, { status: -7, values });
      expect(asked).toMatchObject({ kind: 'call', number: call.number });
      const registers = asked.kind === 'call' ? asked.arguments : [];
      expect(registers.length).toBe(registerCount(call));
      argumentRegisters(call).forEach((register, index) => {
        expect(registers[register]).toBe(index + 1);
      });
      let next = 0;
      const expected: Record<string, number> = { status: -7 };
      for (const { name: resultName, kind } of call.results) {
        expected[resultName] = kind === 'time' ? timeFromWords(values[next], values[next + 1]) : values[next];
        next += kind === 'time' ? 2 : 1;
      }
      expect(result).toEqual(expected);
    },
  );

  it('give results without sign', () => {
    const { result } = callThrough('vmar_map', [1, 2, 3, 4, 5, 6], { status: 0, values: [-4096] });
    expect(result).toEqual({ status: 0, addr: 0xffff_f000 });
  });
});

describe('times as two words', () => {
  it('come back as they were, below 2^53', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (time) => {
        const words = timeWords(time);
        for (const word of words) expect(word).toBe(word >>> 0);
        expect(timeFromWords(...words)).toBe(time);
      }),
    );
  });

  it('are 2^63 - 1 for what never comes', () => {
    for (const time of [Number.POSITIVE_INFINITY, 2 ** 53, 1e300])
      expect(timeWords(time)).toEqual([0xffff_ffff, 0x7fff_ffff]);
  });
});
