/**
 * What a scenario can expect of threads, processes and the whole, each with a sentence for its failure. In the form that vitest's
 * `expect.extend` takes; our own `expect` has them from the beginning.
 */
import { KernelPanic } from '../../kernel/index.js';
import { STATUS, type StatusName, statusName } from '../../syscalls/errors.js';
import { nearest } from '../cli/nearest.js';
import { ScenarioMistake } from './mistake.js';
import { ScenarioObject } from './objects.js';
import { Scene } from './scene.js';
import { type Ending, ScenarioProcess, ScenarioThread, whereThreadIs } from './tasks.js';
import { threadText, type WaitKind } from './waits.js';

export interface Verdict {
  readonly pass: boolean;
  /** What was the matter: with `pass`, why `not` is not met. */
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** What more must be true of a wait. */
export interface WaitDetail {
  /** The futex word. */
  readonly address?: number;
  /** The object that it waits for: what `s.object` gives. */
  readonly object?: ScenarioObject;
  /** The thread that holds what is waited for. */
  readonly heldBy?: ScenarioThread;
}

export type ExpectedEnding = Ending['kind'] | { readonly code: number } | { readonly faultAt: number };

/** The thread waits for something of this kind; or for whatever it is. */
function toBeBlockedOn(received: unknown, on?: WaitKind, detail: WaitDetail = {}): Verdict {
  const thread = threadOf(received, 'toBeBlockedOn');
  const { blockedOn } = thread;
  const pass =
    blockedOn !== undefined &&
    (on === undefined || blockedOn.on === on) &&
    (detail.address === undefined || blockedOn.address === detail.address >>> 0) &&
    (detail.object === undefined || blockedOn.object?.koid === detail.object.koid) &&
    (detail.heldBy === undefined || blockedOn.heldBy?.koid === detail.heldBy.koid);
  const what = waitText(on, detail);
  return {
    pass,
    message: () =>
      pass
        ? `expected ${thread} not to be blocked${what}, but it ${whereThreadIs(thread)}`
        : `expected ${thread} to be blocked${what}, but it ${whereThreadIs(thread)}`,
  };
}

function waitText(on: WaitKind | undefined, { address, object, heldBy }: WaitDetail): string {
  const at = address === undefined ? '' : ` 0x${(address >>> 0).toString(16)}`;
  const holder = heldBy === undefined ? '' : `, held by ${threadText({ ...heldBy, process: '' })}`;
  const of = object === undefined ? '' : ` of ${object}`;
  return `${on === undefined ? '' : ` on ${on}`}${at}${of}${holder}`;
}

/** The thread or process has ended: somehow, in this way, with this code, or by a fault at this address. */
function toHaveEnded(received: unknown, how?: ExpectedEnding): Verdict {
  if (received instanceof ScenarioThread && how === undefined) {
    const pass = received.state === 'ended';
    const message = (): string =>
      `expected ${received} ${pass ? 'not ' : ''}to have ended, but it ${whereThreadIs(received)}`;
    return { pass, message };
  }
  const process = processOf(received, 'toHaveEnded');
  const { ending } = process;
  const pass = ending !== undefined && (how === undefined || isEnding(ending, how));
  return {
    pass,
    message: () =>
      `expected ${process} ${pass ? 'not ' : ''}to have ended${how === undefined ? '' : ` ${expectedEndingText(how)}`}, but it ${endingText(ending)}`,
  };
}

function isEnding(ending: Ending, how: ExpectedEnding): boolean {
  if (typeof how === 'string') return ending.kind === how;
  if ('code' in how) return ending.kind === 'exited' && ending.code === how.code;
  return ending.kind === 'fault' && ending.address === how.faultAt >>> 0;
}

function expectedEndingText(how: ExpectedEnding): string {
  if (how === 'exited') return 'by itself';
  if (how === 'killed') return 'by being killed';
  if (how === 'out of memory') return 'because the machine was out of memory';
  if (how === 'fault') return 'by a fault';
  return 'code' in how ? `with code ${how.code}` : `by a fault at 0x${(how.faultAt >>> 0).toString(16)}`;
}

function endingText(ending: Ending | undefined): string {
  if (ending === undefined) return 'has not ended';
  if (ending.kind === 'killed') return 'was killed';
  if (ending.kind === 'out of memory') return 'was killed because the machine was out of memory';
  if (ending.kind === 'exited') return `ended with code ${ending.code}`;
  return `ended by a fault (cause ${ending.cause}) at 0x${ending.address.toString(16)}`;
}

/** A thread, or a pool. */
export type Listener = ScenarioThread | ScenarioObject;

/** The object has told listeners of its events: at least one, so many, or exactly these in this order. */
function toHaveDelivered(received: unknown, expected?: number | Listener | readonly Listener[]): Verdict {
  if (!(received instanceof ScenarioObject))
    throw new ScenarioMistake('toHaveDelivered is for objects: expect(s.object(handle)).toHaveDelivered()');
  const { listeners } = received;
  const told =
    listeners.length === 0 ? 'it told nobody' : `it told ${listeners.map((koid) => received.label(koid)).join(', ')}`;
  const verdict = (pass: boolean, what: string): Verdict => ({
    pass,
    message: () => `expected ${received} ${pass ? 'not ' : ''}to have delivered ${what}, but ${told}`,
  });
  if (expected === undefined) return verdict(listeners.length > 0, 'an event');
  if (typeof expected === 'number')
    return verdict(listeners.length === expected, expected === 1 ? 'one event' : `${expected} events`);
  const wanted = [expected].flat().map(({ koid }) => koid);
  const pass = wanted.length === listeners.length && wanted.every((koid, i) => koid === listeners[i]);
  return verdict(pass, `to ${wanted.map((koid) => received.label(koid)).join(', ') || 'nobody'}`);
}

/** A status, by its name: a failure says names, too. */
function toBeStatus(received: unknown, name: StatusName): Verdict {
  const names = Object.keys(STATUS);
  if (!names.includes(name)) {
    const near = nearest(String(name), names);
    throw new ScenarioMistake(`no status is called ${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
  }
  const text = typeof received === 'number' ? statusName(received) : String(received);
  const pass = received === STATUS[name];
  return {
    pass,
    message: () => `expected the status ${pass ? 'not ' : ''}to be ${name}, but it is ${text}`,
    actual: text,
    expected: name,
  };
}

/** Every invariant holds, and the folded journal equals the live state. */
function toHoldInvariants(received: unknown): Verdict {
  if (!(received instanceof Scene))
    throw new ScenarioMistake('toHoldInvariants is for the scene: expect(s).toHoldInvariants()');
  const broken = violation(received);
  return {
    pass: broken === undefined,
    message: () =>
      broken === undefined
        ? 'expected an invariant of the kernel not to hold, but all do'
        : `an invariant does not hold: ${broken}`,
  };
}

/** What does not hold, in the kernel's words; undefined where all is well. */
export function violation({ system }: Scene): string | undefined {
  try {
    system.check();
    return undefined;
  } catch (error) {
    if (error instanceof KernelPanic) return panicText(error);
    throw error;
  }
}

/** Without the records, which are chosen better here. */
export function panicText({ message }: KernelPanic): string {
  return message.split('\nstep ', 1)[0];
}

function threadOf(received: unknown, matcher: string): ScenarioThread {
  if (received instanceof ScenarioThread) return received;
  throw new ScenarioMistake(`${matcher} is for threads: what s.thread, s.spawn and s.guest give`);
}

function processOf(received: unknown, matcher: string): ScenarioProcess {
  if (received instanceof ScenarioProcess) return received;
  if (received instanceof ScenarioThread) return received.process;
  throw new ScenarioMistake(`${matcher} is for threads and processes`);
}

export const matchers = { toBeBlockedOn, toHaveDelivered, toHaveEnded, toBeStatus, toHoldInvariants };
