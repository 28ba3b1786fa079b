/** Commands that choose a thread or a process. */
import type { DebuggedThread } from '../../debuggee.js';
import type { Command, Context } from '../command.js';
import { CommandError } from '../command-error.js';
import type { Debugging } from '../debugging.js';
import { NOWHERE, threadTitle, whereLines } from '../stop-text.js';

export const THREADS: readonly Command[] = [
  {
    name: 'thread',
    aliases: ['t'],
    group: 'threads',
    parameters: '[NUMBER|NAME] | apply all|NUMBER… COMMAND | find TEXT',
    summary: 'selects a thread, or has a command speak of several; threads have the numbers of `info threads`',
    completing: 'thread',
    run: async (context, { text }) => {
      const { d } = context;
      const [first, rest] = cut(text);
      if (text === '') {
        const thread = d.selectedThread();
        d.print(`[Current thread is ${threadTitle(thread)} of process ${d.processText(thread.process)}]`);
      } else if (first === 'apply') await apply(context, rest);
      else if (first === 'find') findThreads(d, rest);
      else {
        d.select(threadNamed(d, text).koid);
        d.listed = undefined;
        d.print(`[Switching to thread ${threadTitle(d.selectedThread())}]`);
        for (const line of whereLines(d, NOWHERE)) d.print(line);
      }
    },
  },
  {
    name: 'process',
    aliases: ['inferior'],
    group: 'threads',
    parameters: '[NUMBER]',
    summary: 'selects a process and a thread of it; processes have the numbers of `info processes`',
    completing: 'process',
    run: ({ d }, { text }) => {
      if (text === '') {
        d.print(`[Current process is ${d.processText(d.process)}]`);
        return;
      }
      const koid = Number(text.replace(/^#/, ''));
      const found = d.processes().find((one) => one.koid === koid || one.name === text);
      if (found === undefined) throw new CommandError(`There is no process ${text}.`);
      d.process = found.koid;
      const thread = d.threads().find(({ process }) => process === found.koid);
      d.thread = 0;
      if (thread !== undefined) d.select(thread.koid);
      d.process = found.koid;
      d.listed = undefined;
      d.print(`[Switching to process ${d.processText(found.koid)}]`);
      for (const line of whereLines(d, NOWHERE)) d.print(line);
    },
  },
];

function cut(text: string): readonly [string, string] {
  const [, first = '', rest = ''] = /^(\S*)\s*(.*)$/.exec(text) ?? [];
  return [first, rest];
}

function threadNamed(d: Debugging, text: string): DebuggedThread {
  const threads = d.threads();
  const koid = /^#?\d+$/.test(text) ? Number(text.replace('#', '')) : undefined;
  const found = threads.find((one) => one.koid === koid) ?? threads.find(({ name }) => name === text);
  if (found !== undefined) return found;
  if (/^\$/.test(text)) return threadNamed(d, String(d.addressOf(text)));
  throw new CommandError(`Unknown thread ${text}.`);
}

async function apply(context: Context, text: string): Promise<void> {
  const { d } = context;
  const parts = /^(all(?:\s+-ascending)?|(?:#?\d+\s+)*#?\d+)\s+(.+)$/.exec(text);
  if (parts === null) throw new CommandError('expected thread apply all|NUMBER… COMMAND');
  const { process, thread, level } = d;
  const isAll = parts[1].startsWith('all');
  const wanted = isAll ? d.threads() : parts[1].split(/\s+/).map((word) => threadNamed(d, word));
  try {
    for (const one of wanted) {
      d.select(one.koid);
      d.print(`\nThread ${threadTitle(one)} of process ${d.processText(one.process)}:`);
      try {
        await context.execute(parts[2]);
      } catch (error) {
        // What cannot be done of one thread can be of the next.
        if (!(error instanceof CommandError) || !isAll) throw error;
        d.print(error.message);
      }
    }
  } finally {
    d.select(thread);
    d.process = process;
    d.level = d.thread === thread ? level : 0;
  }
}

function findThreads(d: Debugging, text: string): void {
  const found = d.threads().filter(({ name, waits }) => name.includes(text) || waits.includes(text));
  for (const thread of found) d.print(`Thread ${threadTitle(thread)}${thread.waits === '' ? '' : ` ${thread.waits}`}`);
  if (found.length === 0) d.print(`No threads match '${text}'`);
}
