import { describe, expect, it } from 'vitest';
import type { MutableState } from '../../kernel/state/state.js';
import type { Scene } from '../../tools/scenario/scene.js';
import { expect as ours } from '../../tools/scenario.js';
import { thread_sleep } from '../../userland/script/calls.js';
import { failureOf } from './played.js';

/** Breaks an invariant and the fold at once: a thread counts twice in its process. */
function breakState(s: Scene): void {
  const state = s.system.state as unknown as MutableState;
  state.processes.liveThreads[s.system.kernel.bootProcess]++;
}

describe('invariants and the fold are checked', () => {
  it('after the very next step', async () => {
    const failure = await failureOf((s) => {
      s.thread('x', () => thread_sleep(10));
      breakState(s);
      s.runFor(1);
      throw new Error('it came past the step');
    });
    expect(failure?.message).toMatch(/^an invariant of the kernel does not hold, a bug in Tocsin: .*threads/);
    expect(failure?.message).toContain('live and folded state differ');
  });

  it('only at the end where the scenario says so', async () => {
    let came = '';
    const failure = await failureOf(
      (s) => {
        s.thread('x', () => thread_sleep(10));
        breakState(s);
        s.runFor(1);
        came = 'past the step';
      },
      { checked: false },
    );
    expect(came).toBe('past the step');
    expect(failure?.message).toContain('an invariant of the kernel does not hold');
  });

  it('by toHoldInvariants, in a sentence', async () => {
    const failure = await failureOf((s) => {
      s.run();
      ours(s).toHoldInvariants();
      breakState(s);
      ours(s).toHoldInvariants();
    });
    expect(failure?.message).toMatch(/^an invariant does not hold: /);
  });
});

it('an error out of our own code is called what it is', async () => {
  const failure = await failureOf((s) => {
    s.thread('x', () => thread_sleep(10));
    // As a bug would: the table is gone.
    Object.defineProperty(s.system.kernel.state.threads, 'koid', { value: undefined });
    s.run();
  });
  expect(failure?.message).toMatch(/^a bug in Tocsin: TypeError: /);
});
