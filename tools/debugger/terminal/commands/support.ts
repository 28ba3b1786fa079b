/** Commands about the debugger itself. */
import { type Command, type Context, commandNamed, GROUPS, type Group } from '../command.js';
import { CommandError } from '../command-error.js';
import { giveToGdb } from '../giving-over.js';
import { LAYOUTS, PANES, type View } from '../host.js';
import { findSetting, SETTING_NAMES, SETTINGS } from '../settings.js';

const MAX_PORT = 65_535;
const SHOWN_HISTORY = 50;

export const SUPPORT: readonly Command[] = [
  {
    name: 'help',
    aliases: ['h', '?'],
    group: 'support',
    parameters: '[COMMAND|GROUP]',
    summary: 'what there is to say, or what a command does',
    completing: 'command',
    repeat: 'never',
    run: help,
  },
  {
    name: 'quit',
    aliases: ['q', 'exit'],
    group: 'support',
    parameters: '[STATUS]',
    summary: 'leaves the debugger; the program is gone with it. So does Ctrl-D',
    repeat: 'never',
    run: async (context, { text }) => {
      const { d } = context;
      const status = text === '' ? 0 : d.addressOf(text) & 0xff;
      const isUnderWay = d.over === undefined && !d.isFresh;
      if (isUnderWay && !(await d.host.confirm('The program is still running. Quit anyway?'))) return;
      context.quit(status);
    },
  },
  {
    name: 'source',
    group: 'support',
    parameters: 'FILE',
    summary: 'executes the commands of a file, a line each; lines that begin with # are none',
    completing: 'file',
    repeat: 'never',
    run: (context, { text }) => {
      if (text === '') throw new CommandError('source command requires file name of file to source.');
      const found = context.d.host.readFile(text);
      if ('error' in found) throw new CommandError(`${text}: ${found.error}`);
      context.enqueue(found.text.split(/\r?\n/).filter((line) => line.trim() !== ''));
    },
  },
  {
    name: 'echo',
    group: 'support',
    parameters: 'TEXT',
    summary: 'prints a text; \\n is the end of a line',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const shown = text.replace(/\\([nt\\])/g, (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter);
      d.host.print(shown.endsWith('\n') ? shown : `${shown}\n`);
    },
  },
  {
    name: 'show',
    group: 'support',
    parameters: '[SETTING | args | commands | version]',
    summary: 'what a setting is, or all of them; commands: what was typed',
    completing: 'setting',
    repeat: 'never',
    run: (context, { text }) => show(context, text),
  },
  {
    name: 'gdb',
    group: 'support',
    parameters: '[PORT]',
    summary: 'gives the program over to a stock gdb, on a port of this machine alone, until it has let go',
    details: [
      'Says where it listens, for `target extended-remote :PORT` of gdb; without PORT on any that is free. Nothing runs before gdb is there.',
      'The breakpoints of both are their own: those set here are not there while gdb has the program, and are set again afterwards.',
      'It comes back when gdb detaches or goes, or with Ctrl-C; `kill` of gdb alone is not enough, because its `run` kills first.',
      'When gdb runs the program from its beginning, that one is debugged here afterwards. A fault that stopped the program comes again.',
    ],
    repeat: 'never',
    run: async ({ d }, { text }) => {
      const { serveGdb } = d.host;
      if (serveGdb === undefined) throw new CommandError('The gdb server is not offered here.');
      const port = text === '' ? undefined : Number(/^:?(\d+)$/.exec(text)?.[1] ?? Number.NaN);
      if (port !== undefined && !(port <= MAX_PORT)) {
        throw new CommandError(`a port is a whole number from 0 to ${MAX_PORT}`);
      }
      await giveToGdb(d, serveGdb, port);
    },
  },
  {
    name: 'tui',
    group: 'tui',
    parameters: '[enable|disable]',
    summary: 'shows sources, registers and threads in panes, or no longer; so does Ctrl-X A',
    details: [
      'Ctrl-X A  the view on and off        Ctrl-X 1, Ctrl-X 2  one pane of code, two',
      'Ctrl-X O  the next pane has the keys PgUp PgDn, arrows   scroll it',
      'Ctrl-L    draws everything anew      Ctrl-P Ctrl-N       history, while another pane has the arrows',
    ],
    completing: ['enable', 'disable'],
    repeat: 'never',
    run: ({ d }, { text }) => {
      const view = viewOf(d.host.view);
      if (!['', 'enable', 'disable'].includes(text)) throw new CommandError('expected tui enable or tui disable');
      view.isEnabled = text === '' ? !view.isEnabled : text === 'enable';
    },
  },
  {
    name: 'layout',
    aliases: ['la'],
    group: 'tui',
    parameters: `${LAYOUTS.join('|')}|next|prev`,
    summary: 'what the view shows: source, instructions, both, or code and registers',
    completing: [...LAYOUTS, 'next', 'prev'],
    repeat: 'never',
    run: ({ d }, { text }) => {
      const view = viewOf(d.host.view);
      const at = LAYOUTS.indexOf(view.layout);
      const turned = text === 'next' ? 1 : text === 'prev' ? LAYOUTS.length - 1 : undefined;
      const layout =
        turned === undefined ? LAYOUTS.find((one) => one === text) : LAYOUTS[(at + turned) % LAYOUTS.length];
      if (layout === undefined) throw new CommandError(`a layout is one of ${LAYOUTS.join(', ')}`);
      view.layout = layout;
      view.isEnabled = true;
    },
  },
  {
    name: 'focus',
    aliases: ['fs'],
    group: 'tui',
    parameters: `${PANES.join('|')}|next`,
    summary: 'the pane that PgUp, PgDn and the arrows scroll',
    completing: [...PANES, 'next'],
    repeat: 'never',
    run: ({ d }, { text }) => {
      const view = viewOf(d.host.view);
      const pane =
        text === 'next' ? PANES[(PANES.indexOf(view.focus) + 1) % PANES.length] : PANES.find((one) => one === text);
      if (pane === undefined) throw new CommandError(`a pane is one of ${PANES.join(', ')}`);
      view.focus = pane;
      d.print(`Focus set to ${view.focus} window.`);
    },
  },
  {
    name: 'refresh',
    group: 'tui',
    summary: 'draws the view anew; so does Ctrl-L',
    repeat: 'never',
    run: ({ d }) => viewOf(d.host.view).refresh(),
  },
];

function viewOf(view: View | undefined): View {
  if (view === undefined) throw new CommandError('The full-screen view wants a terminal.');
  return view;
}

function help({ d, commands }: Context, { text }: { readonly text: string }): void {
  if (text === '') {
    for (const [group, title] of Object.entries(GROUPS)) listGroup(d.print.bind(d), commands, group as Group, title);
    d.print(
      '`help COMMAND` says more. A beginning of a name that is not that of another will do; an empty line repeats.',
    );
    return;
  }
  const group = Object.keys(GROUPS).find((one) => one === text);
  if (group !== undefined && !commands.some(({ name }) => name === text)) {
    listGroup(d.print.bind(d), commands, group as Group, GROUPS[group as Group]);
    return;
  }
  const {
    name,
    aliases = [],
    parameters = '',
    hasFormat,
    summary,
    details = [],
  } = commandNamed(commands, text.split(/\s+/)[0]);
  const usage = hasFormat === true ? parameters.replace(/^(\[\/\S*\])\s*/, '$1 ') : parameters;
  d.print(`${name}${usage === '' ? '' : ` ${usage}`}`);
  d.print(`  ${summary}`);
  for (const line of details) d.print(`  ${line}`);
  if (aliases.length > 0) d.print(`  also: ${aliases.join(', ')}`);
}

function listGroup(print: (line: string) => void, commands: readonly Command[], group: Group, title: string): void {
  print(`${title[0].toUpperCase()}${title.slice(1)} (help ${group}):`);
  for (const { name, summary } of commands.filter((one) => one.group === group))
    print(`  ${name.padEnd(12)} ${summary}`);
}

function show(context: Context, text: string): void {
  const { d } = context;
  if (text === 'args') d.print(`Arguments of the program: ${d.guestArguments.join(' ')}`);
  else if (text === 'version')
    d.print('The debugger of Tocsin; its commands are those that gdb has, where gdb has them.');
  else if (text === 'commands' || text === 'history') {
    const all = context.history();
    const first = Math.max(0, all.length - SHOWN_HISTORY);
    for (const [i, line] of all.slice(first).entries()) d.print(`${String(first + i + 1).padStart(5)}  ${line}`);
  } else if (text === '') {
    for (const name of SETTING_NAMES) d.print(`${name.padEnd(24)} ${d.settings.get(name)}`);
  } else {
    const setting = findSetting(text);
    if (setting === undefined) throw new CommandError(`There is no setting "${text}"; \`show\` names them.`);
    d.print(`${setting.name} is ${d.settings.get(setting.name)}: ${SETTINGS[setting.name].about}.`);
  }
}
