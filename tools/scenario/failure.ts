/** Why a scenario failed, for whoever wrote it: what, where in their file, the records that matter, the line that repeats it. */
import { inspect } from 'node:util';
import { BootError, KernelPanic } from '../../kernel/index.js';
import { ExpectationError } from './expect.js';
import { panicText } from './matchers.js';
import { isFromInside, type Place, ScenarioMistake, userPlaces } from './mistake.js';
import type { Stage } from './stage.js';
import { ScenarioProcess, ScenarioThread } from './tasks.js';
import { threadText } from './waits.js';

export interface Failure {
  readonly message: string;
  /** The line of the user's. */
  readonly place: Place | undefined;
  /** The threads that the records are about. */
  readonly about: readonly string[];
  /** Records of the journal, oldest first, a line each. */
  readonly records: readonly string[];
  /** The seed of the schedule in which it failed. */
  readonly seed: number | undefined;
  /** The allocation that was made to fail, where one was. */
  readonly failAllocation: number | undefined;
  /** The assertion, where one failed: for runners that show differences. */
  readonly cause: unknown;
}

/** Records that are shown. */
const SHOWN_RECORDS = 12;

/** `stage` is undefined where the system was not booted. */
export function failureOf(
  error: unknown,
  stage: Stage | undefined,
  scenarioPlace: Place | undefined,
  { seed, failAllocation }: { readonly seed?: number; readonly failAllocation?: number },
): Failure {
  const concerned = stage === undefined ? [] : threadsConcerned(error, stage);
  const message = messageOf(error);
  return {
    message: stage?.thrower === undefined ? message : inThread(message, error, stage.thrower),
    place: placeOf(error) ?? scenarioPlace,
    about: concerned.map(nameOfThread),
    records: stage === undefined ? [] : recordsOf(stage, concerned),
    seed,
    failAllocation,
    cause: error,
  };
}

function recordsOf(stage: Stage, threads: readonly ScenarioThread[]): string[] {
  return stage.records.lastAbout(
    threads.map(({ koid }) => koid),
    SHOWN_RECORDS,
  );
}

/** The thread that an expectation was about, or whose script threw; else all. */
function threadsConcerned(error: unknown, stage: Stage): readonly ScenarioThread[] {
  const about = error instanceof ExpectationError ? error.about : undefined;
  if (about instanceof ScenarioThread) return [about];
  if (about instanceof ScenarioProcess) return stage.threads.filter(({ process }) => process === about);
  return stage.thrower === undefined ? stage.threads : [stage.thrower];
}

function nameOfThread({ name, koid }: ScenarioThread): string {
  return threadText({ name, koid, process: '' });
}

function messageOf(error: unknown): string {
  if (error instanceof KernelPanic)
    return `an invariant of the kernel does not hold, a bug in Tocsin: ${panicText(error)}`;
  if (error instanceof ScenarioMistake || error instanceof BootError || isAssertion(error)) return error.message;
  if (error instanceof Error) {
    const whose = isFromInside(error.stack) ? 'a bug in Tocsin: ' : '';
    return `${whose}${error.name}: ${error.message}`;
  }
  return `${inspect(error)} was thrown, which is no Error`;
}

/** Is it the kernel's fault, or ours, and nothing that the scenario says? */
export function isBug(error: unknown): boolean {
  if (error instanceof KernelPanic) return true;
  if (error instanceof ScenarioMistake || error instanceof BootError || isAssertion(error)) return false;
  return error instanceof Error && isFromInside(error.stack);
}

/** Ours, vitest's, Node's. */
function isAssertion(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'AssertionError' || error.constructor.name === 'AssertionError');
}

function inThread(message: string, error: unknown, thread: ScenarioThread): string {
  if (error instanceof ScenarioMistake || isAssertion(error)) return message;
  return `the script of ${thread} threw ${message}`;
}

function placeOf(error: unknown): Place | undefined {
  if (error instanceof ScenarioMistake) return error.place;
  return error instanceof Error ? userPlaces(error.stack)[0] : undefined;
}
