import { describe, expect, it } from 'vitest';
import { CALLS } from '../../syscalls/calls.js';
import { makeMeaningfulCalls } from './meaningful/calls.js';

const MADE = 400_000;

/** Were the arguments nonsense, calls would not so often do what they are for. A system is halted once at the most. */
const LEAST = 20;
const LEAST_HALTED = 3;
/** Of the monitor of a machine that is out of frames alone, which none of these processes is. */
const OF_THE_MONITOR = 'root_oom_wait';

describe('50: no system call with any arguments throws', () => {
  it(`${MADE.toLocaleString('en')} calls of several processes leave every invariant true, and nothing is left when all is closed`, {
    timeout: 240_000,
  }, () => {
    const { calls, outcomes } = makeMeaningfulCalls(1, MADE, 2000);
    expect(calls).toBeGreaterThanOrEqual(MADE);
    for (const { name } of CALLS.filter((call) => call.name !== OF_THE_MONITOR))
      expect(outcomes.succeeded(name), `${name} succeeded`).toBeGreaterThanOrEqual(
        name === 'system_halt' ? LEAST_HALTED : LEAST,
      );
    expect(outcomes.submitted, 'calls in rings').toBeGreaterThanOrEqual(LEAST);
  });

  it('among them interrupts come by wire and by program, are answered in every way, and are taken from handlers that die or are late', {
    timeout: 240_000,
  }, () => {
    const seen = new Map<string, number>();
    let step = -1;
    let types = new Set<string>();
    makeMeaningfulCalls(2, 50_000, 500, ({ type, fields, seq }) => {
      if (seq !== step) types = new Set();
      step = seq;
      types.add(type);
      const what = type === 'answer_given' ? answerText(fields.answer, types) : type;
      seen.set(what, (seen.get(what) ?? 0) + 1);
    });
    for (const what of INTERRUPTS) expect(seen.get(what) ?? 0, what).toBeGreaterThanOrEqual(3);
  });
});

const INTERRUPTS = [
  'interrupt_claimed',
  'interrupt_pended',
  'interrupt_delivered',
  'interrupt_finished',
  'interrupt_removed',
  'HANDLED',
  'NOT_MINE',
  'of one that died',
  'of one that was late',
  'of one that was cancelled',
];

/** What kind of an answer it was, from the records of its step so far. */
function answerText(answer: number, types: ReadonlySet<string>): string {
  if (answer < 2) return answer === 0 ? 'HANDLED' : 'NOT_MINE';
  if (types.has('thread_ended') || types.has('process_ended') || types.has('pool_removed')) return 'of one that died';
  if (types.has('interrupt_removed')) return 'of nobody any more';
  return types.has('trap') ? 'of one that was late' : 'of one that was cancelled';
}
