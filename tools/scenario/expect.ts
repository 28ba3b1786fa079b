/**
 * A small `expect`, so that a scenario is the same file under vitest and under `tocsin test`. What it throws, vitest shows as it
 * shows its own. Whoever has vitest anyway may use that one: `expect.extend(matchers)`.
 */
import { inspect, isDeepStrictEqual } from 'node:util';
import type { StatusName } from '../../syscalls/errors.js';
import { type ExpectedEnding, type Listener, matchers, type Verdict, type WaitDetail } from './matchers.js';
import { ScenarioObject } from './objects.js';
import { ScenarioProcess, ScenarioThread } from './tasks.js';
import type { WaitKind } from './waits.js';

/** An expectation that was not met. */
export class ExpectationError extends Error {
  override readonly name = 'AssertionError';

  constructor(
    message: string,
    readonly actual: unknown,
    readonly expected: unknown,
    /** Whether actual and expected are worth to be shown beside each other. */
    readonly showDiff: boolean,
    /** What it was about. */
    readonly about: unknown,
  ) {
    super(message);
  }
}

export interface Expectation {
  /** The opposite. */
  readonly not: Expectation;
  /** The same value (`Object.is`). */
  toBe(expected: unknown): void;
  /** Equal in all parts. */
  toEqual(expected: unknown): void;
  /** A text with this part, or a list with this element. */
  toContain(part: unknown): void;
  toMatch(pattern: RegExp): void;
  toHaveLength(length: number): void;
  toBeGreaterThan(bound: number): void;
  toBeLessThan(bound: number): void;
  /** Of a thread: it waits, for something of this kind. */
  toBeBlockedOn(on?: WaitKind, detail?: WaitDetail): void;
  /** Of a thread or process: `'exited'`, `'killed'`, `'fault'`, `'out of memory'`, `{ code }`, `{ faultAt }`, or however. */
  toHaveEnded(how?: ExpectedEnding): void;
  /** Of an object: it told listeners of events, at least one, so many, or exactly these in this order. */
  toHaveDelivered(expected?: number | Listener | readonly Listener[]): void;
  /** Of a status: what it is called. */
  toBeStatus(name: StatusName): void;
  /** Of the scene: every invariant holds, and the folded journal equals the live state. */
  toHoldInvariants(): void;
}

type Matcher = (received: unknown, ...expected: never[]) => Verdict;

const plain = {
  toBe: (received: unknown, expected: unknown) => compared(Object.is(received, expected), received, 'be', expected),
  toEqual: (received: unknown, expected: unknown) =>
    compared(isDeepStrictEqual(received, expected), received, 'equal', expected),
  toContain: (received: unknown, part: unknown) => sentence(contains(received, part), received, 'contain', part),
  toMatch: (received: unknown, pattern: RegExp) =>
    sentence(typeof received === 'string' && pattern.test(received), received, 'match', pattern),
  toHaveLength: (received: unknown, length: number) =>
    sentence((received as { length?: unknown } | undefined)?.length === length, received, 'have length', length),
  toBeGreaterThan: (received: unknown, bound: number) =>
    sentence(typeof received === 'number' && received > bound, received, 'be greater than', bound),
  toBeLessThan: (received: unknown, bound: number) =>
    sentence(typeof received === 'number' && received < bound, received, 'be less than', bound),
} satisfies Readonly<Record<string, Matcher>>;

const ALL: Readonly<Record<string, Matcher>> = { ...plain, ...matchers };

/** Expects something of a value; what is not met is thrown. */
export function expect(received: unknown): Expectation {
  const met = methods(received, false);
  Object.defineProperty(met, 'not', { value: methods(received, true) });
  return met as unknown as Expectation;
}

function methods(received: unknown, isNegated: boolean): Record<string, (...expected: never[]) => void> {
  return Object.fromEntries(
    Object.entries(ALL).map(([name, matcher]) => [
      name,
      (...expected: never[]) => {
        const verdict = matcher(received, ...expected);
        if (verdict.pass !== isNegated) return;
        const { actual, expected: wanted } = verdict;
        throw new ExpectationError(verdict.message(), actual, wanted, 'actual' in verdict && !isNegated, received);
      },
    ]),
  );
}

function contains(received: unknown, part: unknown): boolean {
  if (typeof received === 'string') return typeof part === 'string' && received.includes(part);
  return Array.isArray(received) && received.some((element) => isDeepStrictEqual(element, part));
}

function compared(pass: boolean, actual: unknown, verb: string, expected: unknown): Verdict {
  return { ...sentence(pass, actual, verb, expected), actual, expected };
}

function sentence(pass: boolean, actual: unknown, verb: string, expected: unknown): Verdict {
  return { pass, message: () => `expected ${shown(actual)} ${pass ? 'not ' : ''}to ${verb} ${shown(expected)}` };
}

/** In one line, and not for ever. */
function shown(value: unknown): string {
  if (value instanceof ScenarioThread || value instanceof ScenarioProcess || value instanceof ScenarioObject)
    return value.toString();
  const text = inspect(value, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 50,
    maxStringLength: 500,
  });
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}
