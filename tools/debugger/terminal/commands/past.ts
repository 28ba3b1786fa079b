/** Commands that go backwards, and that ask the past. */
import { type Happened, type Moment, momentText, waitSentence } from '../../../../kernel/index.js';
import { callByName } from '../../../../syscalls/calls.js';
import { statusName } from '../../../../syscalls/errors.js';
import { formatCall } from '../../../../syscalls/trace.js';
import type { Command, Context } from '../command.js';
import { CommandError } from '../command-error.js';
import type { Debugging } from '../debugging.js';
import { countOf, repeated, tell } from '../telling.js';

export const PAST: readonly Command[] = [
  {
    name: 'reverse-step',
    aliases: ['rs'],
    group: 'past',
    parameters: '[COUNT]',
    summary: 'goes back to the beginning of the line before, into functions that have lines',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.reversing.line(false)),
  },
  {
    name: 'reverse-next',
    aliases: ['rn'],
    group: 'past',
    parameters: '[COUNT]',
    summary: 'goes back to the beginning of the line before of this function; calls are gone back over as a whole',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.reversing.line(true)),
  },
  {
    name: 'reverse-stepi',
    aliases: ['rsi'],
    group: 'past',
    parameters: '[COUNT]',
    summary: 'goes back by an instruction of this thread; a system call is one',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.reversing.instruction(false)),
  },
  {
    name: 'reverse-nexti',
    aliases: ['rni'],
    group: 'past',
    parameters: '[COUNT]',
    summary: 'goes back by an instruction of this thread; a call and all that it did is one',
    run: (context, { text }) => repeated(context, countOf(context, text), () => context.reversing.instruction(true)),
  },
  {
    name: 'reverse-finish',
    group: 'past',
    summary: 'goes back to where the function of the selected frame was called',
    run: (context) => tell(context, () => context.reversing.finish()),
  },
  {
    name: 'reverse-continue',
    aliases: ['rc'],
    group: 'past',
    summary: 'goes back to the last breakpoint, write to what is watched, catch or fault before now',
    run: (context) => tell(context, () => context.reversing.continue()),
  },
  {
    name: 'reverse-wake',
    group: 'past',
    summary: 'goes back to what ended the last wait of this thread: to who was about to do it',
    run: async (context) => {
      const { d, reversing } = context;
      const { koid } = d.selectedThread();
      const found = reversing.past.whatUnblocked(koid);
      if (found === undefined) throw new CommandError('This thread never waited.');
      d.print(`${nameOf(d, koid)} went on because of ${happenedText(found)}.`);
      await tell(context, async () => reversing.wentTo(known(() => reversing.past.goTo(found.moment))));
    },
  },
  {
    name: 'last-write',
    group: 'past',
    parameters: 'EXPRESSION',
    summary: 'goes back to who was about to write to a variable last, an instruction or the kernel',
    completing: 'expression',
    repeat: 'never',
    run: async (context, { text }) => {
      if (text === '') throw new CommandError('Argument required (what was written).');
      const { d, reversing } = context;
      const { location, size = 4 } = d.evaluate(text);
      if (location?.kind !== 'memory') throw new CommandError(`${text} is not in memory`);
      const { address } = location;
      await tell(context, async () =>
        reversing.wentTo(known(() => reversing.past.lastWriteTo(d.process, address, size))),
      );
    },
  },
  {
    name: 'why',
    group: 'past',
    parameters: '[THREAD]',
    summary: 'why a thread waits, since when, what was done to what it waits for, and what woke it last',
    completing: 'thread',
    run: ({ d, reversing }, { text }) => {
      const thread = text === '' ? d.selectedThread().koid : Number(text.replace('#', ''));
      if (!d.threads().some(({ koid }) => koid === thread)) throw new CommandError(`There is no thread ${text}.`);
      d.printAll(whyLines(d, reversing.past, thread));
      d.changed();
    },
  },
  {
    name: 'when',
    group: 'past',
    summary: 'where in its run the program is, and how far the run is known',
    run: ({ d, reversing }) => {
      const { now, end, branch, branches } = reversing.past;
      d.print(`${momentText(now)}; the run is known up to ${momentText(end)}.`);
      if (branches.length > 1) d.print(`This is branch ${branch.number} of ${branches.length}: \`branch\` lists them.`);
    },
  },
  {
    name: 'goto',
    group: 'past',
    parameters: 'INSTRUCTION | step N',
    summary:
      'goes to where so many instructions had been executed, or to the end of a step; later ones, too, that are known',
    repeat: 'never',
    run: async (context, { text }) => {
      const [, step, digits] = /^(step\s+)?(\d+)$/.exec(text) ?? [];
      if (digits === undefined) throw new CommandError('Expected a number of instructions, or step and its number.');
      const { past } = context.reversing;
      const go = () => (step === undefined ? past.goToInstruction(Number(digits)) : past.goToStep(Number(digits)));
      await tell(context, async () => context.reversing.wentTo(known(go)));
    },
  },
  {
    name: 'branch',
    group: 'past',
    parameters: '[NUMBER]',
    summary: 'what became of the run where the past was changed: the branches; or goes to the end of one',
    repeat: 'never',
    run: async (context, { text }) => {
      const { d, reversing } = context;
      const { past } = reversing;
      if (text === '') {
        for (const { number, parent, from, end } of past.branches) {
          const mark = number === past.branch.number ? '*' : ' ';
          const origin = parent === undefined ? '' : `, from branch ${parent} at ${momentText(from)}`;
          d.print(`${mark} ${number}: up to ${momentText(end)}${origin}`);
        }
        return;
      }
      if (!/^\d+$/.test(text)) throw new CommandError('Expected the number of a branch.');
      await tell(context, async () => reversing.wentTo(known(() => past.goToBranch(Number(text)))));
    },
  },
];

/** What is out of range is said in a line. */
function known<Result>(go: () => Result): Result {
  try {
    return go();
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  }
}

function whyLines(d: Debugging, past: Context['reversing']['past'], thread: number): string[] {
  const name = nameOf(d, thread);
  const woken = past.whatUnblocked(thread);
  const last =
    woken === undefined ? `${name} never waited before.` : `It went on last because of ${happenedText(woken)}.`;
  const blocked = past.whyBlocked(thread);
  if (blocked === undefined) return [`${name} does not wait.`, last];
  const place = (address: number): string => {
    const symbol = d.symbolText(address);
    return symbol === undefined ? '' : ` (${symbol})`;
  };
  const { wait, since, before } = blocked;
  const lines = [`${name} ${waitSentence(wait, place)}.`];
  if (since !== undefined) lines.push(`It began to wait at ${at(since)}, with ${callText(since)}.`);
  if (wait.on === 'futex' || wait.object !== undefined) {
    const what = wait.on === 'futex' ? 'Wakes of that futex' : 'What was done to it';
    lines.push(before.length === 0 ? `${what} before that: none.` : `${what} before that, which it did not see:`);
    for (const one of before) lines.push(`  ${happenedText(one)}${wokeText(one)}`);
  }
  return [...lines, last];
}

function happenedText(happened: Happened): string {
  const { actor } = happened;
  if (actor === undefined) return `a timer, an interrupt or input at ${at(happened)}`;
  const name = actor.name === '' ? `#${actor.koid}` : `${actor.name} #${actor.koid}`;
  return `${name} at ${at(happened)}: ${callText(happened)}`;
}

function callText({ call, records }: Happened): string {
  if (call === undefined) return records[0]?.type ?? 'nothing';
  const number = callByName(call.name)?.number;
  return number === undefined ? call.name : formatCall(number, call.arguments);
}

/** Of a wake: how many it woke. */
function wokeText({ call, records }: Happened): string {
  if (call?.name !== 'futex_wake') return '';
  const woken = records.filter(({ type }) => type === 'thread_unblocked').length;
  return woken === 0
    ? `, which woke nobody${call.status < 0 ? ` (${statusName(call.status)})` : ''}`
    : `, which woke ${woken}`;
}

function at({ moment, seq, time }: { readonly moment: Moment; readonly seq: number; readonly time: number }): string {
  return `step ${seq} (instruction ${moment.instruction}, ${time} ns)`;
}

function nameOf(d: Debugging, koid: number): string {
  const name = d.nameOfThread(koid);
  return name === '' ? `#${koid}` : `${name} #${koid}`;
}
