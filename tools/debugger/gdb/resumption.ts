/**
 * How the client lets the world go on: `vCont` with an action for each thread, or the older `c`, `s`, `C` and `S`.
 *
 * The world goes on as a whole: processes are servers of each other, and gdb, which by default speaks of one process alone, would
 * wait for ever for one whose server stands still. Only where it names threads and nobody else, nobody else of that process runs.
 *
 * A fault that is continued with its signal is passed to the program; without (`signal 0`) it is handled: the thread tries
 * again. gdb never passes SIGTRAP by itself, so an `ebreak` of the program's own is passed if the thread is still there.
 */
import { CAUSE } from '../../../machine/index.js';
import type { Debuggee, Verdict } from '../debuggee.js';
import { hexNumber, hexPair } from './hexadecimal.js';
import { SIGNAL } from './signals.js';
import { ALL, means, parseThreadId, type ThreadId } from './thread-ids.js';

interface Action {
  readonly kind: 'continue' | 'step';
  /** 0: none. */
  readonly signal: number;
  /** A step goes on while pc is in it. */
  readonly range: Range | undefined;
  readonly threads: ThreadId;
}

export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** What was asked for, until the world stops for it. */
export interface Intent {
  readonly step?: number;
  readonly only?: number;
  readonly range?: Range;
}

/** More actions are for more threads than anybody names. */
const MOST_ACTIONS = 64;
const EVERYBODY: ThreadId = { process: ALL, thread: ALL };

/** `text` is what follows `vCont`. Undefined where it cannot be understood. */
export function parseActions(text: string): readonly Action[] | undefined {
  if (!text.startsWith(';')) return undefined;
  const words = text.slice(1).split(';');
  if (words.length > MOST_ACTIONS) return undefined;
  const actions = words.map(parseAction);
  return actions.includes(undefined) ? undefined : (actions as Action[]);
}

function parseAction(word: string): Action | undefined {
  const colon = word.indexOf(':');
  const threads = colon < 0 ? EVERYBODY : parseThreadId(word.slice(colon + 1));
  const what = colon < 0 ? word : word.slice(0, colon);
  if (threads === undefined) return undefined;
  const plain = { signal: SIGNAL.NONE, range: undefined, threads } as const;
  if (what === 'c') return { ...plain, kind: 'continue' };
  if (what === 's') return { ...plain, kind: 'step' };
  const rest = what.slice(1);
  if (what[0] === 'r') {
    const [begin, end] = hexPair(rest) ?? [];
    return begin === undefined || end === undefined ? undefined : { ...plain, kind: 'step', range: { begin, end } };
  }
  const signal = hexNumber(rest);
  if (signal === undefined || signal > 0xff || !'CS'.includes(what[0])) return undefined;
  return { ...plain, kind: what[0] === 'C' ? 'continue' : 'step', signal };
}

/** `c`, `s`, `C05`, `S05`, perhaps with an address to go on at: as actions for `thread`, and for all others to continue. */
export function parseOlder(
  packet: string,
  thread: ThreadId,
): { actions: readonly Action[]; address?: number } | undefined {
  const [, letter, signal = '', address] = /^([csCS])([\da-f]*);?([\da-f]*)$/i.exec(packet) ?? [];
  if (letter === undefined) return undefined;
  const isPlain = letter === 'c' || letter === 's';
  const at = hexNumber(isPlain ? signal : address);
  const number = isPlain ? SIGNAL.NONE : hexNumber(signal);
  if (number === undefined || number > 0xff || (at !== undefined && at >= 2 ** 32)) return undefined;
  const kind = letter.toLowerCase() === 's' ? 'step' : 'continue';
  const own: Action = { kind, signal: number, range: undefined, threads: thread };
  const others: Action = { kind: 'continue', signal: SIGNAL.NONE, range: undefined, threads: EVERYBODY };
  return { actions: [own, others], ...(at === undefined ? {} : { address: at }) };
}

/**
 * What the debuggee is told. `current` is who steps where an action to step says only "any", and `threads` gives all
 * that can be meant: they are listed only where that cannot be said without.
 */
export function intentOf(
  actions: readonly Action[],
  current: ThreadId,
  threads: () => readonly ThreadId[],
): { readonly intent: Intent; readonly signal: number; readonly isStopped: boolean } {
  const actionOf = (thread: ThreadId): Action | undefined => actions.find((action) => means(action.threads, thread));
  const stepping =
    actionOf(current)?.kind === 'step' || actions.every(({ kind }) => kind === 'continue')
      ? current
      : threads().find((thread) => actionOf(thread)?.kind === 'step');
  const isStepping = stepping !== undefined && actionOf(stepping)?.kind === 'step';
  const range = isStepping ? actionOf(stepping)?.range : undefined;
  const named = new Set(actions.map((one) => one.threads.thread));
  const [only] = named;
  const isOneAlone = named.size === 1 && only > 0;
  const action = actionOf(current);
  return {
    intent: {
      ...(isStepping && { step: stepping.thread }),
      ...(isOneAlone && { only }),
      ...(range && { range }),
    },
    signal: action?.signal ?? SIGNAL.NONE,
    isStopped: action === undefined,
  };
}

/** The answer to the fault that the world is stopped in. `signal` is what its thread goes on with. */
export function verdictFor(debuggee: Debuggee, signal: number, isStopped: boolean): Verdict {
  const stop = debuggee.stopped;
  if (stop?.kind !== 'fault') return 'pass';
  // Its thread does not go on: it will fault again when it does.
  if (isStopped) return 'handled';
  if (signal === SIGNAL.KILL) return 'kill process';
  if (signal !== SIGNAL.NONE) return 'pass';
  if (stop.cause !== CAUSE.BREAKPOINT) return 'handled';
  const pc = debuggee.registers(stop.thread)?.[0];
  return pc !== undefined && pc >>> 0 !== stop.pc >>> 0 ? 'handled' : 'pass';
}
