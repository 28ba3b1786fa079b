import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALL_NUMBER, CALLS } from '../../syscalls/calls.js';
import { RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import { formatCall, formatResult } from '../../syscalls/trace.js';

describe('formatCall', () => {
  it.each<[string, number, readonly number[]]>([
    [
      'futex_wait(addr=0x40000010, expected=2, owner=#5, deadline=forever, options=0)',
      CALL_NUMBER.futex_wait,
      [0x40000010, 2, 5, -1, 0x7fffffff],
    ],
    [
      'futex_wait(addr=0x4, expected=4294967295, owner=0, deadline=4294967297, options=0)',
      CALL_NUMBER.futex_wait,
      [4, -1, 0, 1, 1],
    ],
    ['thread_sleep(deadline=-1)', CALL_NUMBER.thread_sleep, [-1, -1]],
    ['handle_duplicate(h=#3, rights=READ|WRITE)', CALL_NUMBER.handle_duplicate, [3, RIGHTS.READ | RIGHTS.WRITE]],
    ['handle_duplicate(h=#3, rights=SAME_RIGHTS)', CALL_NUMBER.handle_duplicate, [3, SAME_RIGHTS | 0]],
    ['clock_get(id=THREAD)', CALL_NUMBER.clock_get, [1]],
    ['clock_get(id=77)', CALL_NUMBER.clock_get, [77]],
    [
      'vmar_map(vmar=#1, vmo=#2, offset=0, map_len=4096, protection=READ|FIXED|0x40, hint=0x10000)',
      CALL_NUMBER.vmar_map,
      [1, 2, 0, 4096, 0x49, 0x10000],
    ],
    ['process_exit(code=-3)', CALL_NUMBER.process_exit, [-3]],
    ['debug_write(buf=0x10, len=3)', CALL_NUMBER.debug_write, [16, 3]],
    ['thread_yield()', CALL_NUMBER.thread_yield, []],
    ['call 0xffffffff(a0=0x1, a1=0xffffffff, a2=0x0, a3=0x0, a4=0x0, a5=0x0)', -1, [1, -1, 0, 0, 0, 0]],
  ])('prints %s', (text, number, registers) => {
    expect(formatCall(number, registers)).toBe(text);
  });

  it('shows text where it can be read: in quotes, without control characters, at most 48 bytes of it', () => {
    const asked: [number, number][] = [];
    const read = (address: number, length: number): string => {
      asked.push([address, length]);
      return 'a"\n'.padEnd(length, '.').slice(0, length);
    };
    expect(formatCall(CALL_NUMBER.debug_write, [16, 3], read)).toBe('debug_write(buf="a\\"\\n", len=3)');
    expect(formatCall(CALL_NUMBER.debug_write, [-16, -1], read)).toMatch(
      /^debug_write\(buf="a\\"\\n\.{45}"…, len=4294967295\)$/,
    );
    expect(asked).toEqual([
      [16, 3],
      [0xffff_fff0, 48],
    ]);
  });

  it('shows the address where text cannot be read', () => {
    expect(formatCall(CALL_NUMBER.debug_write, [16, 3], () => undefined)).toBe('debug_write(buf=0x10, len=3)');
  });
});

describe('formatResult', () => {
  it.each<[string, number, number, readonly number[]]>([
    ['OK woken=1', CALL_NUMBER.futex_wake, 0, [1]],
    ['OK time=4294967298', CALL_NUMBER.clock_get, 0, [2, 1]],
    ['OK process=#7 vmar=#8', CALL_NUMBER.process_create, 0, [7, 8]],
    ['OK addr=0x40001000', CALL_NUMBER.vmar_map, 0, [0x40001000]],
    ['TIMED_OUT', CALL_NUMBER.futex_wait, -16, [1, 2, 3]],
    ['OWNER_DIED woken=0', CALL_NUMBER.futex_wake, 1, [0]],
    ['-99', CALL_NUMBER.futex_wake, -99, [0]],
    ['BAD_CALL', 0x7fff, -2, []],
  ])('prints %s', (text, number, status, values) => {
    expect(formatResult(number, status, values)).toBe(text);
  });
});

describe('the trace printer', () => {
  it('has a line for any number, registers and status', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const number = fc.oneof(word, fc.constantFrom(...CALLS.map((call) => call.number)));
    fc.assert(
      fc.property(number, fc.array(word, { maxLength: 6 }), word, (call, registers, status) => {
        expect(formatCall(call, registers, () => 'text')).toMatch(/^(call 0x[0-9a-f]+|\w+)\(.*\)$/);
        expect(formatResult(call, status, registers)).toMatch(/^(-?\d+|[A-Z_]+)( \w+=\S+)*$/);
      }),
      { numRuns: 2000 },
    );
  });
});
