/** Commands that let the program run. */
import type { Verdict } from '../../debuggee.js';
import type { Command, Context } from '../command.js';
import { CommandError } from '../command-error.js';
import { evaluate } from '../expression/evaluate.js';
import { numeric } from '../expression/quantity.js';
import { numberedFrameLine } from '../frame-text.js';
import { placesOf } from '../location.js';
import { FAULT_NAMES } from '../registers.js';
import { returnedLines } from '../returned.js';
import { endedLines, NOWHERE, whereLines } from '../stop-text.js';
import { countOf, repeated, tell } from '../telling.js';
import { argumentWords } from '../words.js';

const VERDICTS: readonly Verdict[] = ['pass', 'handled', 'kill thread', 'kill process'];

export const RUNNING: readonly Command[] = [
  {
    name: 'run',
    aliases: ['r'],
    group: 'running',
    parameters: '[ARG…]',
    summary: 'runs the program from its beginning, with these arguments or those of the last time',
    details: [
      'The program stands before its first instruction when the debugger begins: breakpoints can be set before.',
    ],
    repeat: 'never',
    run: async (context, { text }) => {
      await beginAgain(context, text, 'run');
      await tell(context, () => context.runner.go({}));
    },
  },
  {
    name: 'start',
    group: 'running',
    parameters: '[ARG…]',
    summary: 'runs the program to the beginning of main',
    repeat: 'never',
    run: async (context, { text }) => {
      await beginAgain(context, text, 'start');
      const { d } = context;
      const places = placesOf('main', d.where());
      const spec = {
        kind: 'code',
        text: 'main',
        isHardware: false,
        places,
        symbols: d.symbols(),
        process: d.process,
      } as const;
      d.breakpoints.add(spec, { isTemporary: true });
      await tell(context, () => context.runner.go({}));
    },
  },
  {
    name: 'starti',
    group: 'running',
    parameters: '[ARG…]',
    summary: 'has the program stand before its first instruction again',
    repeat: 'never',
    run: async (context, { text }) => {
      await beginAgain(context, text, 'starti');
      for (const line of whereLines(context.d, NOWHERE)) context.d.print(line);
    },
  },
  {
    name: 'continue',
    aliases: ['c', 'fg'],
    group: 'running',
    parameters: '[COUNT]',
    summary: 'goes on; with COUNT, the breakpoint that stopped it is passed over COUNT-1 times',
    run: async (context, { text }) => {
      const count = countOf(context, text);
      const { d } = context;
      const { toldAt } = d;
      if (count > 1 && toldAt !== undefined) {
        for (const one of d.breakpoints.inCode(d.process, toldAt.pc)) {
          one.ignored = count - 1;
          d.print(`Will ignore next ${count - 1} crossings of breakpoint ${one.number}.  Continuing.`);
        }
      } else if (d.over === undefined && !d.isFresh) d.print('Continuing.');
      await tell(context, () => context.runner.go({}));
    },
  },
  {
    name: 'step',
    aliases: ['s'],
    group: 'running',
    parameters: '[COUNT]',
    summary: 'goes on to another source line, into functions that have lines',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.stepping.line(false)),
  },
  {
    name: 'next',
    aliases: ['n'],
    group: 'running',
    parameters: '[COUNT]',
    summary: 'goes on to another source line of this function; calls are made as a whole',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.stepping.line(true)),
  },
  {
    name: 'stepi',
    aliases: ['si'],
    group: 'running',
    parameters: '[COUNT]',
    summary: 'executes an instruction; a system call that waits is one',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.stepping.instruction(false)),
  },
  {
    name: 'nexti',
    aliases: ['ni'],
    group: 'running',
    parameters: '[COUNT]',
    summary: 'executes an instruction; a call is made as a whole',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.stepping.instruction(true)),
  },
  {
    name: 'stepcall',
    group: 'running',
    summary: 'goes on to the next instruction that calls a function',
    run: (context) => tell(context, () => context.stepping.toFlow('call')),
  },
  {
    name: 'stepret',
    group: 'running',
    summary: 'goes on to the instruction with which this function returns',
    run: (context) => tell(context, () => context.stepping.toFlow('return')),
  },
  {
    name: 'stepsys',
    group: 'running',
    summary: 'goes on until this thread is about to make a system call',
    run: (context) => tell(context, () => context.stepping.toSystemCall()),
  },
  {
    name: 'stepevent',
    group: 'running',
    summary: 'goes on until a thread that waited goes on, because what it waited for came',
    run: (context) => tell(context, () => context.stepping.toEvent()),
  },
  {
    name: 'finish',
    aliases: ['fin'],
    group: 'running',
    summary: 'goes on until the selected frame returns, and shows what it returned',
    run: async (context) => {
      const { d } = context;
      const frame = d.frame();
      const goal = context.stepping.returnGoal();
      d.print(`Run till exit from ${numberedFrameLine(d, frame)}`);
      await tell(
        context,
        () => context.stepping.toGoal(goal),
        () => returnedLines(d, frame),
      );
    },
  },
  {
    name: 'until',
    aliases: ['u'],
    group: 'running',
    parameters: '[LOCATION]',
    summary: 'goes on to a later line of this function, past the end of a loop; or to LOCATION, or out of the frame',
    completing: 'location',
    run: (context, { text }) => (text === '' ? tell(context, () => context.stepping.until()) : advance(context, text)),
  },
  {
    name: 'advance',
    group: 'running',
    parameters: 'LOCATION',
    summary: 'goes on to LOCATION, or out of the frame',
    completing: 'location',
    run: (context, { text }) => {
      if (text === '') throw new CommandError('Argument required (a location).');
      return advance(context, text);
    },
  },
  {
    name: 'jump',
    aliases: ['j'],
    group: 'running',
    parameters: 'LOCATION',
    summary: 'goes on at LOCATION',
    completing: 'location',
    repeat: 'never',
    run: async (context, { text }) => {
      if (text === '') throw new CommandError('Argument required (starting address).');
      const { d } = context;
      const [{ address }] = placesOf(text, d.where());
      d.level = 0;
      d.setRegister(0, address);
      // As in gdb: what stopped it is forgotten.
      if (d.target.debuggee.stopped?.kind === 'fault') d.verdict = 'handled';
      d.print(`Continuing at ${d.addressText(address)}.`);
      await tell(context, () => context.runner.go({}));
    },
  },
  {
    name: 'return',
    group: 'running',
    parameters: '[VALUE]',
    summary: 'lets the selected frame return at once, with VALUE in a0; nothing of the rest of it is executed',
    completing: 'expression',
    repeat: 'never',
    run: async (context, { text }) => {
      const { d } = context;
      const frames = d.frames(d.selectedThread());
      const caller = frames.slice(d.frame().level + 1).find(({ kind }) => kind === 'call');
      if (caller === undefined) throw new CommandError('Can not force return from the outermost frame.');
      const value = text === '' ? undefined : Number(BigInt.asIntN(32, numeric(evaluate(text, d.surroundings()))));
      if (!(await d.host.confirm(`Make ${d.frame().functionName ?? '??'} return now?`))) return;
      const registers = Int32Array.from(caller.registers);
      registers[0] = caller.pc;
      const now = d.target.debuggee.registers(d.thread) ?? registers;
      // What the caller cannot know of is as it is.
      for (let n = 1; n < 32; n++) if ((caller.known & (1 << n)) === 0) registers[n] = now[n];
      if (value !== undefined) registers[A0] = value;
      if (!d.target.debuggee.setRegisters(d.thread, registers))
        throw new CommandError('The registers cannot be written.');
      d.changed();
      d.level = 0;
      d.print(numberedFrameLine(d, d.frame()));
    },
  },
  {
    name: 'handle',
    group: 'running',
    parameters: 'FAULT… [stop|nostop] [print|noprint] [pass|nopass]',
    summary: 'says what is done when a thread faults: whether it stops, is told, and is passed to the program',
    details: [`FAULT is all, or one of ${[...FAULT_NAMES.keys()].join(', ')}.`],
    completing: [...FAULT_NAMES.keys(), 'all', 'stop', 'nostop', 'print', 'noprint', 'pass', 'nopass'],
    repeat: 'never',
    run: ({ d }, { text }) =>
      handle(
        d,
        text.split(/\s+/).filter((word) => word !== ''),
      ),
  },
  {
    name: 'verdict',
    group: 'running',
    parameters: 'pass|handled|kill thread|kill process',
    summary: 'says what is answered to the fault that stopped the program when it goes on; pass unless said',
    completing: VERDICTS,
    repeat: 'never',
    run: ({ d }, { text }) => {
      const verdict = VERDICTS.find((one) => one === text.replace(/\s+/g, ' '));
      if (verdict === undefined) throw new CommandError(`a verdict is one of ${VERDICTS.join(', ')}`);
      if (d.target.debuggee.stopped?.kind !== 'fault') throw new CommandError('No fault waits for an answer.');
      d.verdict = verdict;
    },
  },
  {
    name: 'signal',
    group: 'running',
    parameters: '0',
    summary: 'goes on as if the fault had not been: the instruction is executed again (gdb: signal 0)',
    repeat: 'never',
    run: async (context, { text }) => {
      if (text !== '0') throw new CommandError('There are no signals here; `signal 0` goes on without the fault.');
      context.d.verdict = 'handled';
      await tell(context, () => context.runner.go({}));
    },
  },
  {
    name: 'kill',
    aliases: ['k'],
    group: 'running',
    parameters: '[PROCESS]',
    summary: 'kills the program, or another process by its number',
    completing: 'process',
    repeat: 'never',
    run: async (context, { text }) => {
      const { d } = context;
      if (d.over !== undefined) throw new CommandError('The program is not being run.');
      const koid = text === '' ? d.target.program : Number(text.replace(/^#/, ''));
      if (!d.processes().some((one) => one.koid === koid && one.state !== 'ended')) {
        throw new CommandError(`There is no process ${text}.`);
      }
      const who = d.processText(koid);
      if (!(await d.host.confirm(`Kill process ${who}?`))) return;
      if (!d.target.debuggee.killProcess(koid)) throw new CommandError(`Process ${who} cannot be killed.`);
      d.changed();
      d.print(`[Process ${who} killed]`);
      if (koid !== d.target.program) return d.selectAny();
      const ran = d.target.debuggee.run(0);
      d.over =
        ran.kind === 'stop' || ran.kind === 'limit' || ran.kind === 'input' || ran.kind === 'blocked'
          ? { kind: 'killed' }
          : ran;
      d.selectAny();
    },
  },
  {
    name: 'detach',
    group: 'running',
    summary: 'takes every breakpoint away and lets the program run to its end',
    repeat: 'never',
    run: async (context) => {
      const { d } = context;
      if (d.over !== undefined) throw new CommandError('The program is not being run.');
      for (const one of [...d.breakpoints.all()]) d.breakpoints.remove(one);
      for (const [name] of FAULT_NAMES) d.faults.set(FAULT_NAMES.get(name) ?? 0, { stops: false, prints: false });
      d.print(`Detaching from the program: process ${d.processText(d.target.program)}`);
      const went = await context.runner.go({});
      if (went.kind === 'over') for (const line of endedLines(d, went.ended)) d.print(line);
      else await tell(context, async () => went);
    },
  },
];

const A0 = 10;

/** The program from its beginning; it is there already where nothing of it has run. */
async function beginAgain(context: Context, text: string, name: string): Promise<void> {
  const { d } = context;
  const words = text === '' ? d.guestArguments : argumentWords(text);
  const isSame = words.length === d.guestArguments.length && words.every((word, i) => word === d.guestArguments[i]);
  if (d.isFresh && isSame) return;
  if (d.over === undefined && !d.isFresh) {
    if (!(await d.host.confirm('The program is running. Start it from the beginning?'))) {
      throw new CommandError(`Program not restarted; ${name} did nothing.`);
    }
  }
  d.guestArguments = words;
  d.restart();
}

async function advance(context: Context, text: string): Promise<void> {
  const addresses = placesOf(text, context.d.where()).map(({ address }) => address);
  await tell(context, () => context.stepping.toPlaces(addresses));
}

function handle(d: Context['d'], words: readonly string[]): void {
  const ACTIONS = ['stop', 'nostop', 'print', 'noprint', 'pass', 'nopass'];
  const actions = words.filter((word) => ACTIONS.includes(word));
  const names = words.filter((word) => !ACTIONS.includes(word));
  if (names.length === 0) throw new CommandError('Argument required (kind of fault and actions).');
  const causes = names.flatMap((name) => {
    if (name === 'all') return [...FAULT_NAMES.values()];
    const cause = FAULT_NAMES.get(name);
    if (cause === undefined) throw new CommandError(`There is no kind of fault "${name}"; see \`info faults\`.`);
    return [cause];
  });
  for (const cause of causes) {
    for (const action of actions) {
      if (action.endsWith('stop')) d.faults.set(cause, { stops: action === 'stop' });
      else if (action.endsWith('print')) d.faults.set(cause, { prints: action === 'print' });
      else d.faults.set(cause, { answer: action === 'pass' ? 'pass' : 'handled' });
    }
  }
}
