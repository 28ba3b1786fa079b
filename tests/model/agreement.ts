/**
 * Plays a sequence of calls on the kernel and on the model, and compares after each: what came back to whom and in which order,
 * who is blocked on what, the order of every queue, what every pool holds. The first difference ends it.
 */
import { type Call, callText, resultText } from './calls.js';
import { Model } from './model.js';
import { callOf, type Drawn } from './sequences.js';
import { type Play, type Returned, Stage } from './stage.js';
import { kernelView, modelView } from './view.js';

/** The kernel and the model differ, or the kernel broke; the message is the sequence, a line a call, and then what is wrong. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

export interface PlayOptions {
  /** Another model than the right one. */
  readonly model?: () => Model;
  /** Checks every invariant after each step; slow. Otherwise they are checked at the end. */
  readonly checked?: boolean;
  /** Lines of the view that are put among the calls, as they are after each. */
  readonly show?: RegExp;
}

/** Plays what was drawn to the end; throws a Disagreement at the first difference. */
export function play(drawn: readonly Drawn[], options: PlayOptions = {}): Game {
  let next = 0;
  return new Game((model) => {
    let call: Call | undefined;
    while (call === undefined && next < drawn.length) call = callOf(model, drawn[next++]);
    return call;
  }, options);
}

/** Plays these very calls. */
export function playCalls(calls: readonly Call[], options: PlayOptions = {}): Game {
  let next = 0;
  return new Game(() => calls[next++], options);
}

/** Booting takes longer than a sequence, so many are played on one stage; what one of them broke is not used again. */
const stages = new Map<boolean, Stage>();
const GAMES_PER_STAGE = 500;

function stageFor(checked: boolean): Stage {
  const known = stages.get(checked);
  if (known !== undefined && known.played < GAMES_PER_STAGE) return known;
  const stage = new Stage(checked);
  stages.set(checked, stage);
  return stage;
}

/** What the state was like after so many calls, beside how they came back. */
const SITUATIONS: readonly (readonly [string, RegExp])[] = [
  ['a registration is parked', /parked \[r/],
  ['a packet stands for several events', /COALESCED/],
  ['a registration ended because its slots were full', /COALESCED\|LAST/],
  ['a removed packet keeps its place', /removed/],
  ['a pool stands in a queue behind a thread', /(RECEIVERS|LOCK): .*t\d.* r\d/],
  ['a thread stands in a queue behind a pool', /(RECEIVERS|LOCK): .*r\d.* t\d/],
  ['a last packet tells of an end', /ERROR\|LAST/],
  ['a caller waits for its reply', /waits REPLY/],
  ['a thread and a pool owe answers to one interrupt', /owed by \[.*(t\d.* r\d|r\d.* t\d)/],
  ['an interrupt waits for a handler', /owed by \[\] masked . pending 1/],
  ['an edge is remembered while answers are owed', /i1 owed by \[.+\] masked . pending 1/],
  ['a thread waits for completions', /waits RING/],
  ['a mapped pool is corrupt', /shared CORRUPT/],
  ['a registration is parked in a mapped pool', /parked \[r.*MAPPED/],
];

/** One sequence, played. */
export class Game implements Play {
  /** Calls that were made, and what came back, as lines. */
  readonly lines: string[] = [];
  /** How often each call came back with each status: `event_wait OK`; and after how many calls each of SITUATIONS was there. */
  readonly outcomes = new Map<string, number>();
  private readonly model: Model;
  private readonly waiting = new Map<string, Call>();
  private last: Call | undefined;
  private readonly show: RegExp | undefined;

  constructor(
    private readonly nextCall: (model: Model) => Call | undefined,
    { model = () => new Model(), checked = false, show }: PlayOptions,
  ) {
    this.show = show;
    this.model = model();
    const stage = stageFor(checked);
    try {
      stage.run(this);
    } catch (error) {
      stages.delete(checked);
      if (error instanceof Disagreement) throw error;
      throw this.broken([error instanceof Error ? error.message : String(error)], error);
    }
  }

  next(stage: Stage): Call | undefined {
    if (this.last !== undefined) this.compare(stage, this.last);
    const call = this.nextCall(this.model);
    if (call === undefined) return undefined;
    this.last = call;
    this.waiting.set(call.by, call);
    this.lines.push(`${String(this.model.slot).padStart(3)}  ${callText(call)}`);
    return call;
  }

  private compare(stage: Stage, call: Call): void {
    this.model.take(call);
    this.lines.push(...stage.returned.map(returnedText));
    for (const { by, result } of stage.returned) this.count(`${this.waiting.get(by)?.call} ${result.status}`);
    this.differ('came back', stage.returned.map(returnedText), this.model.returned.map(returnedText));
    const [kernel, model] = [kernelView(stage), modelView(this.model)];
    for (const [situation, pattern] of SITUATIONS) if (kernel.some((line) => pattern.test(line))) this.count(situation);
    const { show } = this;
    if (show !== undefined)
      this.lines.push(...kernel.filter((line) => show.test(line)).map((line) => `       ${line}`));
    if (kernel.join() === model.join()) return;
    const only = (all: string[], others: string[]): string[] => all.filter((line) => !others.includes(line));
    this.differ('is there', only(kernel, model), only(model, kernel));
  }

  private count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  private differ(what: string, kernel: readonly string[], model: readonly string[]): void {
    if (kernel.join() === model.join()) return;
    throw this.broken([`what ${what}, says the kernel:`, ...kernel, `what ${what}, says the model:`, ...model]);
  }

  private broken(sentences: readonly string[], cause?: unknown): Disagreement {
    const lines = ['kernel and model differ after these calls:', ...this.lines, ...sentences];
    return new Disagreement(lines.join('\n'), { cause });
  }
}

function returnedText({ by, result }: Returned): string {
  return `       ${by} <- ${resultText(result)}`;
}
