/** A script of a scenario on its way into the kernel: what it yields is looked at first, and what it throws is remembered. */
import type { Answer, Operation, Script, Startup } from '../../kernel/index.js';
import { ScenarioMistake } from './mistake.js';
import type { ScenarioThread } from './tasks.js';

/** What a scenario's thread executes: `function* (own) { … yield* futex_wait(word, 0, 0, FOREVER); … }`. */
export type ThreadScript<Result> = (own: Startup) => Generator<Operation, Result, Answer>;

/** What a script is executed in. */
export interface Inside {
  /** Everything of the user's is called through this. */
  resume<Result>(run: () => Result): Result;
  threw(): void;
}

/** Remembers what the script of `thread` returns or throws. */
export function* watched<Result>(
  thread: ScenarioThread<Result>,
  script: ThreadScript<Result>,
  own: Startup,
  inside: Inside,
): Generator<Operation, void, Answer> {
  try {
    const body = inside.resume(() => script(own));
    checkGenerator(thread, body);
    let next = inside.resume(() => body.next());
    while (!next.done) {
      checkOperation(thread, next.value);
      const answer = yield next.value;
      next = inside.resume(() => body.next(answer));
    }
    thread.end = { kind: 'returned', value: next.value };
  } catch (error) {
    thread.end = { kind: 'threw' };
    inside.threw();
    throw error;
  }
}

function checkGenerator(thread: ScenarioThread, body: unknown): void {
  const isAsync = typeof body === 'object' && body !== null && (Symbol.asyncIterator in body || 'then' in body);
  if (isAsync)
    throw new ScenarioMistake(`${thread}: a script cannot be async, because virtual time does not wait`, thread.place);
  if (typeof (body as Partial<Script> | undefined)?.next !== 'function')
    throw new ScenarioMistake(`${thread}: a script is a generator function, function* () { … }`, thread.place);
}

/** The largest load or store. */
const MAX_BYTES = 1 << 20;

function checkOperation(thread: ScenarioThread, operation: unknown): void {
  const fail = (what: string): never => {
    throw new ScenarioMistake(`${thread}: ${what}`, thread.place);
  };
  if (typeof operation !== 'object' || operation === null)
    fail(`its script yields ${String(operation)}, which is no operation`);
  if (typeof (operation as Partial<Script>).next === 'function')
    fail('its script says yield where it means yield*, before a call, a load or a store');
  const { kind, ...rest } = operation as Partial<Operation> & Readonly<Record<string, unknown>>;
  const isNumber = (value: unknown): boolean => typeof value === 'number';
  if (kind === 'call') {
    const words = rest.arguments;
    if (!isNumber(rest.number) || !Array.isArray(words) || !words.every(isNumber))
      fail('an argument of a call is not a number');
  } else if (kind === 'load') {
    const { bytes } = rest;
    if (!isNumber(rest.address)) fail('the address of a load is not a number');
    if (!Number.isInteger(bytes) || (bytes as number) < 0 || (bytes as number) > MAX_BYTES)
      fail(`a load of ${String(bytes)} bytes; it takes 0 to ${MAX_BYTES}`);
  } else if (kind === 'store') {
    const { data } = rest;
    if (!isNumber(rest.address)) fail('the address of a store is not a number');
    if (!(data instanceof Uint8Array)) fail('what is stored is not a Uint8Array');
    else if (data.length > MAX_BYTES) fail(`a store of ${data.length} bytes; it takes at most ${MAX_BYTES}`);
  } else fail(`its script yields an operation of kind ${String(kind)}; there are call, load and store`);
}
