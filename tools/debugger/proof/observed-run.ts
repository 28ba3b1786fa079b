/** A run of the guest whose observations are kept until they have been compared. */
import {
  type ChoiceSource,
  LEFT_OUT,
  type Outcome,
  type ReadRecord,
  System,
  type SystemOptions,
  seededChoices,
} from '../../../kernel/index.js';
import type { Observation } from './observation.js';

/** What is booted, the same for each run of a proof. */
export interface Guest {
  readonly options: Omit<SystemOptions, 'choices' | 'seed' | 'onOutput' | 'observer' | 'interactive'>;
  /** Another schedule; undefined: the plain one. */
  readonly seed?: number;
  /** What is typed, a line at a time as it is asked for, and then the end of input. */
  readonly lines: readonly Uint8Array[];
}

export class ObservedRun {
  readonly system: System;
  /** What has not been compared yet. */
  readonly observations: Observation[] = [];
  private readonly choices: CountedChoices | undefined;
  private hiddenStep = -1;
  private typed = 0;

  /** `isObserved` false: only its length is of interest. Throws BootError. */
  constructor(
    private readonly guest: Guest,
    isObserved: boolean,
    private readonly onOutput: (bytes: Uint8Array) => void = () => undefined,
  ) {
    const { options, seed } = guest;
    this.choices = seed === undefined ? undefined : new CountedChoices(seededChoices(seed));
    let system: System | undefined;
    const observer = {
      output: (byte: number): void => {
        this.observations.push({ what: 'output', byte, time: system?.time ?? 0 });
      },
    };
    this.system = system = System.boot({
      ...options,
      ...(this.choices !== undefined && { choices: this.choices }),
      ...(isObserved && { observer }),
      // When every thread waits: that is the same moment in each run, however it is cut into pieces.
      interactive: true,
      onOutput: (bytes) => this.onOutput(bytes),
    });
    if (isObserved) this.system.kernel.journal.onRecord = (record) => this.keep(record);
  }

  private keep(record: ReadRecord): void {
    const { state } = this.system;
    if (record.type === 'step_hidden') this.hiddenStep = record.seq;
    if (LEFT_OUT.has(record.type)) return;
    const isHidden = record.seq === this.hiddenStep;
    this.observations.push({ what: 'record', record, step: isHidden ? -1 : record.seq - state.hiddenSteps });
  }

  /** Questions that were asked of the source of choices. */
  get choicesAsked(): number {
    return this.choices?.asked ?? 0;
  }

  /** Instructions that were executed: also those that a guest which debugs executes while the world stands still for it. */
  get instructions(): number {
    return this.system.executed;
  }

  /** Runs for so many instructions, typing what is asked for. */
  run(instructions: number): Exclude<Outcome, { kind: 'input' }> {
    const end = this.instructions + instructions;
    for (;;) {
      const outcome = this.system.run(end - this.instructions);
      if (outcome.kind !== 'input') return outcome;
      const line = this.guest.lines[this.typed++];
      if (line === undefined) this.system.endInput();
      else this.system.input(line);
    }
  }
}

class CountedChoices implements ChoiceSource {
  asked = 0;

  constructor(private readonly source: ChoiceSource) {}

  pick(kind: number, count: number): number {
    this.asked++;
    return this.source.pick(kind, count);
  }
}
