/**
 * A random walk through a run: forwards, backwards, into branches. What is seen at a moment must be what was seen there first,
 * by whatever way one comes.
 */
import { isBefore, type Moment, momentText, type State, type Timeline } from '../../../kernel/index.js';
import { stateDifference } from '../../../kernel/state/state.js';
import { seededPick } from '../../../machine/index.js';
import { type Seen, see, unlike } from './seen.js';

export interface WalkOptions {
  readonly timeline: Timeline;
  readonly seed: number;
  /** Lines that are typed, one each time somebody waits for one. */
  readonly lines?: readonly string[];
  /** Without these no debugger from outside takes part, and journals are compared too. */
  readonly isDebugged?: boolean;
  /** The run is known so far before one goes back. */
  readonly instructions?: number;
}

interface Visited {
  readonly branch: number;
  readonly moment: Moment;
}

const MOST_BRANCHES = 8;
/** So many of the last moves are told with a difference. */
const TOLD = 12;
/** Every so many moves the invariants and the fold are checked. */
const CHECKED = 20;

export class Walk {
  private readonly timeline: Timeline;
  private readonly seen = new Map<string, Seen>();
  private readonly visited: Visited[] = [];
  /** Where one comes to by a number of instructions, or of steps. */
  private readonly landings = new Map<string, string>();
  private readonly places: number[] = [];
  private readonly told: string[] = [];
  private asked = 0;
  private typed = 0;
  moves = 0;
  /** How often a moment was seen that had been seen before. */
  again = 0;

  constructor(private readonly options: WalkOptions) {
    const { timeline, instructions = 120_000 } = options;
    this.timeline = timeline;
    this.note('boot');
    while (timeline.now.instruction < instructions) if (!this.forwards()) break;
  }

  walk(moves: number): void {
    for (let i = 0; i < moves; i++) {
      try {
        this.move();
      } catch (error) {
        throw this.problem(error);
      }
    }
  }

  private pick(count: number): number {
    return seededPick(this.options.seed, this.asked++, count);
  }

  private move(): void {
    const { timeline } = this;
    this.moves++;
    if (this.moves % CHECKED === 0) timeline.system.check();
    const kind = this.pick(100);
    if (kind < 25) this.toVisited();
    else if (kind < 35) this.toStep();
    else if (kind < 45) this.toInstruction();
    else if (kind < 65) this.forwards();
    else if (kind < 80) this.stepBack();
    else if (kind < 90) this.back();
    else if (kind < 94) this.lookBack();
    else if (kind < 96) this.change();
    else this.toBranch();
  }

  private toVisited(): void {
    const { timeline } = this;
    const known = this.visited.filter(({ branch, moment }) => this.isOnBranch(branch, moment));
    const { moment } = known[this.pick(known.length)];
    timeline.goTo(moment);
    this.note(`go to ${momentText(moment)}`);
  }

  /** Is it of this branch, or of what was before it? */
  private isOnBranch(branch: number, moment: Moment): boolean {
    return this.owner(moment) === branch && !isBefore(this.timeline.end, moment);
  }

  private toStep(): void {
    const { timeline } = this;
    const seq = timeline.beginning.seq + this.pick(timeline.end.seq - timeline.beginning.seq + 1);
    timeline.goToStep(seq);
    this.note(`go to step ${seq}`, `step ${seq}`);
  }

  private toInstruction(): void {
    const { timeline } = this;
    const instruction = this.pick(timeline.end.instruction + 1);
    timeline.goToInstruction(instruction);
    this.note(`go to instruction ${instruction}`, `instruction ${instruction}`);
  }

  /** False where the run does not go on. */
  private forwards(): boolean {
    const { timeline } = this;
    const { lines = [] } = this.options;
    const most = [1, 3, 40, 700, 5000][this.pick(5)];
    const instructions = 1 + this.pick(most);
    const { kind } = timeline.run(instructions);
    this.note(`run ${instructions}: ${kind}`);
    if (kind === 'limit') return true;
    if (kind !== 'input' || timeline.isInPast) return false;
    if (this.typed < lines.length) timeline.input(Buffer.from(`${lines[this.typed++]}\n`));
    else {
      timeline.endInput();
      this.typed = lines.length;
    }
    return true;
  }

  private stepBack(): void {
    const { timeline } = this;
    const thread = this.thread();
    for (let count = 1 + this.pick(3); count > 0; count--) {
      const isThere = timeline.reverseStep(thread);
      this.note(`step back thread ${thread}: ${isThere}`);
      if (!isThere) return;
    }
  }

  private thread(): number {
    const { threads, current } = this.timeline.system.state;
    if (current >= 0 && this.pick(2) === 0) return threads.koid[current];
    return threads.koid[this.pick(threads.used)];
  }

  private back(): void {
    const { timeline, places } = this;
    if (this.options.isDebugged !== true || this.pick(3) === 0) {
      const count = this.pick(6);
      const is = (state: State): boolean => (count === 0 ? state.current < 0 : state.threads.live >= 2 + count);
      const found = timeline.reverseContinue({ kind: 'state', is });
      if (found !== undefined && !is(timeline.system.state)) throw new Error('the state is not what was looked for');
      this.note(`back to state ${count}: ${found !== undefined}`);
      return;
    }
    const { hart } = timeline.system.kernel;
    const stack = hart.x[2] >>> 0;
    const kind = (['execute', 'store', 'access'] as const)[this.pick(3)];
    const address = kind === 'execute' ? places[this.pick(places.length)] : stack + 4 * (this.pick(16) - 8);
    const found = timeline.reverseContinue({ kind: 'places', places: [{ kind, address, length: 4 }] });
    this.note(`back to ${kind} ${address.toString(16)}: ${found !== undefined}`);
  }

  /** One stays where one is, and the state of then is the same by going there. */
  private lookBack(): void {
    const { timeline } = this;
    const { beginning, now } = timeline;
    const seq = beginning.seq + this.pick(now.seq - beginning.seq + 1);
    const then = timeline.stateAt(seq);
    this.note(`look at step ${seq}`);
    timeline.goToStep(seq);
    const difference = this.options.isDebugged === true ? undefined : stateDifference(then, timeline.system.state);
    if (difference !== undefined) throw new Error(`stateAt(${seq}): ${difference}`);
    this.note(`go to step ${seq}`, `step ${seq}`);
  }

  /** In the past a branch begins. */
  private change(): void {
    const { timeline } = this;
    if (timeline.branches.length >= MOST_BRANCHES) return;
    const line = 40 + this.pick(5);
    if (this.pick(2) === 0) timeline.raiseInterrupt(line);
    else timeline.lowerInterrupt(line);
    this.told.push(`wire ${line}, branch ${timeline.branch.number}`);
    this.forwards();
  }

  private toBranch(): void {
    const { timeline } = this;
    const number = this.pick(timeline.branches.length);
    const { end } = timeline.branches[number];
    timeline.goToBranch(number);
    this.note(`go to branch ${number}`);
    if (isBefore(timeline.now, end) || isBefore(end, timeline.now)) throw new Error('this is not the end of it');
  }

  /** The branch that a moment of this one was first known in. */
  private owner(moment: Moment): number {
    const { branches, branch } = this.timeline;
    let { number } = branch;
    for (;;) {
      const { parent, from } = branches[number];
      if (parent === undefined || isBefore(from, moment)) return number;
      number = parent;
    }
  }

  private note(move: string, landing?: string): void {
    const { timeline, seen } = this;
    const { now } = timeline;
    this.told.push(`${move} -> ${momentText(now)}`);
    if (this.told.length > TOLD) this.told.shift();
    const branch = this.owner(now);
    const key = `${branch}: ${momentText(now)}`;
    const here = see(timeline.system);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, here);
      this.visited.push({ branch, moment: now });
      if (timeline.system.state.current >= 0) this.places.push(timeline.system.kernel.hart.pc >>> 0);
    } else {
      this.again++;
      const difference = unlike(first, here);
      if (difference !== undefined) throw new Error(`${key} is another one by this way: ${difference}`);
      if (first.whole === undefined && here.whole !== undefined) seen.set(key, here);
    }
    if (landing === undefined) return;
    // In a branch, too, it is where one came by that first.
    const name = `${branch}: ${landing}`;
    const landed = this.landings.get(name) ?? key;
    this.landings.set(name, landed);
    if (landed !== key) throw new Error(`${landing} was ${landed}, and now is ${key}`);
  }

  private problem(cause: unknown): Error {
    const { seed } = this.options;
    const text = cause instanceof Error ? cause.message : String(cause);
    const lines = [`seed ${seed}, move ${this.moves}: ${text}; the last moves:`, ...this.told.map((one) => `  ${one}`)];
    return new Error(lines.join('\n'), { cause });
  }
}
