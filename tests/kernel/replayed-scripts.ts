/**
 * With `TOCSIN_REPLAY_SCRIPTS=every` (what `npm run campaign:recordings` sets) a script that a test runs writes what comes from outside
 * on a tape: choices, input, wires. After the test it runs again, with all of that from the tape; the journal must be the same. What a
 * test does itself in the midst of the run, steps from outside and debuggers, it does again.
 */

import { expect } from 'vitest';
import { type ChoiceSource, seededChoices } from '../../kernel/choices.js';
import { type Outcome, type Script, type Startup, System, type SystemOptions } from '../../kernel/index.js';
import type { Journal } from '../../kernel/journal/journal.js';
import { RECORD_WORDS, WORD } from '../../kernel/journal/record.js';
import { Playback } from '../../kernel/replay/playback.js';
import type { Tape } from '../../kernel/replay/tape.js';
import { TapeChoices } from '../../kernel/replay/tape-choices.js';
import { TapeInputs } from '../../kernel/replay/tape-inputs.js';
import { debuggerCalled, debuggerWrote } from '../../kernel/transitions/debug.js';

export const isReplaying = process.env.TOCSIN_REPLAY_SCRIPTS === 'every';

/** Property tests have thousands of scripts: so many of each test are run again. */
const MOST_SCRIPTS = 100;

/** What a script did the first time. */
export interface Taped {
  readonly script: (startup: Startup, system: () => System) => Script;
  readonly options: Partial<SystemOptions>;
  readonly maxInstructions: number;
  readonly tape: Tape;
  readonly ended: Ending;
}

interface Ending {
  readonly kind: string;
  readonly records: number;
  readonly hash: string | undefined;
}

export function endingOf(system: System, { kind }: Outcome): Ending {
  return { kind, records: system.records, hash: system.journalHash() };
}

/** What debuggers do is of the test, which does it again: it is not on the tape. */
class ScriptPlayback extends Playback {
  private own: Journal | undefined;

  override attach(journal: Journal, retired: () => number): void {
    this.own = journal;
    super.attach(journal, retired);
  }

  override after(index: number): void {
    const { own } = this;
    if (own === undefined) return;
    const type = own.words[(index % own.capacity) * RECORD_WORDS + WORD.TYPE];
    if (type !== debuggerCalled.number && type !== debuggerWrote.number) super.after(index);
  }
}

/** Input is on the tape already: what the script types again is left. */
class RepeatedInputs extends TapeInputs {
  override type(): void {
    // As above.
  }

  override end(): void {
    // As above.
  }

  override setLine(): void {
    // As above.
  }
}

/** The options with which what comes from outside goes on the tape. */
export function taping(tape: Tape, options: Partial<SystemOptions>): Partial<SystemOptions> {
  const playback = new ScriptPlayback(tape, true);
  const { seed } = options;
  const { choices = seed === undefined ? undefined : seededChoices(seed) } = options;
  const taped = (source: ChoiceSource): ChoiceSource => new TapeChoices(playback, source);
  return {
    ...withChoices({ ...options, ...(choices !== undefined && { choices }) }, taped),
    playback,
    inputs: (k) => new TapeInputs(k, playback),
  };
}

/** The options with others in the place of sources of choices. */
function withChoices(
  options: Partial<SystemOptions>,
  other: (source: ChoiceSource) => ChoiceSource,
): Partial<SystemOptions> {
  const { choices, failAllocation } = options;
  return {
    ...options,
    ...(choices !== undefined && { choices: other(choices) }),
    ...(typeof failAllocation === 'object' && { failAllocation: other(failAllocation) }),
  };
}

/** Can it be run again? A run that is recorded, has its own inputs or no journal is another test's. */
export function isTapeable({ recorder, inputs, playback, journal }: Partial<SystemOptions>): boolean {
  const isWhole = journal?.enabled !== false && journal?.hashed !== false;
  return recorder === undefined && inputs === undefined && playback === undefined && isWhole;
}

/** Runs the scripts of one test again, from their tapes. Throws where one is another run. */
export function replayScripts(taped: readonly Taped[]): void {
  taped.slice(0, MOST_SCRIPTS).forEach((one, index) => {
    const difference = differenceOf(one);
    if (difference === undefined) return;
    // A test that keeps what it did, and does something else the next time, cannot tell whether a replay is the same.
    const control = endingAgain(one, one.options).ended;
    const isRepeatable = JSON.stringify(control) === JSON.stringify(one.ended);
    if (isRepeatable) throw new Error(`script ${index} of the test is another run the second time: ${difference}`);
    console.warn(
      `script ${index} of "${expect.getState().currentTestName}" does something else each time: not compared`,
    );
  });
}

/** How the replay is another run; undefined where it is the same. */
function differenceOf(taped: Taped): string | undefined {
  const { options, tape, ended } = taped;
  const playback = new ScriptPlayback(tape, false);
  const choices = new TapeChoices(playback);
  const again = endingAgain(taped, {
    ...withChoices(options, () => choices),
    ...(options.seed !== undefined && { choices }),
    playback,
    inputs: (k) => new RepeatedInputs(k, playback),
  });
  const { divergence } = playback;
  if (divergence === undefined && JSON.stringify(again.ended) === JSON.stringify(ended)) return undefined;
  return `${again.thrown ?? divergence?.text ?? ''} ${JSON.stringify({ ended, again: again.ended })}`;
}

function endingAgain(
  { script, maxInstructions }: Taped,
  options: Partial<SystemOptions>,
): { readonly ended?: Ending; readonly thrown?: string } {
  const { onOutput: _, observer: __, ...rest } = options;
  const box: { system?: System } = {};
  const system = System.boot({
    name: 'test',
    memoryBytes: 4 << 20,
    ...rest,
    script: (startup) => script(startup, () => box.system as System),
  });
  box.system = system;
  try {
    return { ended: endingOf(system, system.run(maxInstructions)) };
  } catch (error) {
    // It expected something that is not so.
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}
