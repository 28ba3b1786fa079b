/** `tocsin debug` at a terminal: keys go in, and the screen is read back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../tools/debugger/terminal/commands/all.js';
import { PROGRAMS } from '../tools/debugger/terminal/conversation.js';
import { ROWS } from '../tools/debugger/terminal/rows.js';
import { hasTmux, type Size, TerminalSession } from './terminal-session.js';

const COMMAND = resolve('dist/tocsin.js');
const SMALL: Size = { width: 80, height: 24 };
/** Room for what commands of the table say, without wrapping. */
const LARGE: Size = { width: 200, height: 120 };
const PROMPT = /\(tocsin\)$/;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let session: TerminalSession | undefined;
afterEach(() => session?.close());

/** What comes behind it says with which status it was left, and what the terminal is set to. */
function start(
  program: string,
  size: Size,
  options = '',
  variables: Readonly<Record<string, string>> = {},
): TerminalSession {
  const line = `${process.execPath} ${COMMAND} debug ${options} ${program}; echo "left with $?"; stty -a | tr ' ;' '\\n\\n' | grep -x -e '-*icanon' -e '-*echo' | tr '\\n' ' '`;
  session = new TerminalSession(line, size, { XDG_STATE_HOME: folder, NO_COLOR: '', ...variables });
  return session;
}

const SANE = /left with (\d+)\n.*icanon echo$/;

/** Says a line and gives what stands below it when the prompt is back. */
async function answer(terminal: TerminalSession, line: string, more: readonly string[] = []): Promise<string> {
  terminal.press('C-l');
  await terminal.until(/^\(tocsin\)$/);
  terminal.line(line);
  for (const next of more) {
    await terminal.until(/\n>$/);
    terminal.line(next);
  }
  const screen = await terminal.until((shown) => shown.split('\n').length > 1 + more.length && PROMPT.test(shown));
  return screen
    .split('\n')
    .slice(1 + more.length, -1)
    .join('\n');
}

/** One for each command of help; what wants the view, or leaves, is below. */
const APART = ['quit', 'tui', 'layout', 'focus', 'refresh', 'gdb'];
const FIRST_ROWS = COMMANDS.filter(({ name }) => !APART.includes(name)).map(({ name }) => {
  const row = ROWS.find(({ of }) => of === name);
  if (row === undefined) throw new Error(`no row shows ${name}`);
  return [name, row] as const;
});

describe.skipIf(!hasTmux())('at a terminal', () => {
  describe('each command of help does on the screen what it does', () => {
    test.each(FIRST_ROWS)('%s', async (_, { program = 'inventory.c', before = [], say, more, after = [], expects }) => {
      const terminal = start(`${PROGRAMS}/${program}`, LARGE, "-ex 'set confirm off'");
      await terminal.until(PROMPT);
      for (const line of before) await answer(terminal, line);
      let said = await answer(terminal, say, more);
      for (const line of after) said = await answer(terminal, line);
      // Tabs are blanks on a screen, and a program's own output stands between what is said.
      expect(said.replace(/^\n+/, '')).toMatch(new RegExp(expects.source.replace(/\t|\\t/g, ' +'), 'm'));
    });

    test('quit asks where the program has not ended, and leaves with its status', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, "-ex 'break sum' -ex run");
      await terminal.until(PROMPT);
      terminal.line('quit 3');
      await terminal.until(/Quit anyway\? \(y or n\)$/);
      terminal.line('n');
      await terminal.until(PROMPT);
      terminal.line('quit 3');
      await terminal.until(/Quit anyway\? \(y or n\)$/);
      terminal.line('y');
      expect((await terminal.until(SANE)).match(SANE)?.[1]).toBe('3');
    });
  });

  describe('the line editor', () => {
    test('completes commands, functions and settings', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL);
      await terminal.until(PROMPT);
      terminal.type('advan');
      terminal.press('Tab');
      terminal.type('factor');
      terminal.press('Tab');
      await terminal.until(/\(tocsin\) advance factorial$/);
      terminal.press('C-c');
      terminal.type('set sched');
      terminal.press('Tab');
      await terminal.until(/\(tocsin\) set scheduler-locking$/);
    });

    test('has a history, which the next session remembers', async () => {
      const first = start(`${PROGRAMS}/inventory.c`, SMALL);
      await first.until(PROMPT);
      first.line('print 1234');
      await first.until(/\$1 = 1234\n\(tocsin\)$/);
      first.press('Up');
      await first.until(/\(tocsin\) print 1234$/);
      first.press('C-c', 'C-d');
      await first.until(SANE);
      first.close();
      expect(readFileSync(join(folder, 'tocsin', 'debug-history'), 'utf8')).toContain('print 1234\n');
      const second = start(`${PROGRAMS}/inventory.c`, SMALL);
      await second.until(PROMPT);
      second.press('Up');
      await second.until(/\(tocsin\) print 1234$/);
    });

    test('a history that cannot be kept is no reason to say anything', async () => {
      writeFileSync(join(folder, 'file'), '');
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, '', { XDG_STATE_HOME: join(folder, 'file') });
      await terminal.until(PROMPT);
      terminal.line('print 1');
      await terminal.until(/\$1 = 1\n\(tocsin\)$/);
      terminal.press('C-d');
      expect(await terminal.until(SANE)).not.toMatch(/ENOTDIR|bug/);
    });

    test('an empty line repeats, Ctrl-C throws away what was typed', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, "-ex 'break sum' -ex run");
      await terminal.until(PROMPT);
      terminal.line('next');
      await terminal.until(/for \(int i = 0[^\n]*\n\(tocsin\)$/);
      terminal.press('Enter');
      await terminal.until(/result \+= twice[^\n]*\n\(tocsin\)$/);
      terminal.type('nonsense');
      terminal.press('C-c');
      await terminal.until(/Quit\n\(tocsin\)$/);
    });
  });

  test('a person types into the program while it runs, and Ctrl-C stops it', async () => {
    const echo = join(folder, 'echo.c');
    writeFileSync(
      echo,
      '#include <stdio.h>\nint main(void) { char t[80]; printf("name? "); fflush(stdout); fgets(t, 80, stdin); printf("hello %s", t); for (;;) ; }\n',
    );
    const terminal = start(echo, SMALL);
    await terminal.until(PROMPT);
    terminal.line('run');
    await terminal.until(/name\?$/);
    terminal.line('Ann');
    await terminal.until(/hello Ann$/);
    terminal.press('C-c');
    await terminal.until(/Program stopped\.[\s\S]*main \(\)[\s\S]*\n\(tocsin\)$/);
    // What the program got is no command.
    terminal.press('Up');
    await terminal.until(/\(tocsin\) run$/);
  });

  describe('the full-screen view', () => {
    const PANES = /^ inventory\.c ─+\n[\s\S]*\n registers ─+ threads \(\d+\) ─+\n[\s\S]*│ thread main #\d+ │ sum │/;
    const BEGUN = "-ex 'break sum' -ex run";

    test('has source, registers, threads and the command line in 80 by 24, and comes and goes with Ctrl-X A', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, BEGUN);
      await terminal.until(PROMPT);
      terminal.press('C-x', 'a');
      const screen = await terminal.until(PANES);
      expect(screen.split('\n').length).toBeLessThanOrEqual(24);
      expect(screen).toMatch(/B>\d+ {3}int result = 0;/);
      terminal.line('next');
      await terminal.until(/ >\d+ {3}for \(int i = 0/);
      terminal.press('C-x', 'a');
      await terminal.until((shown) => !shown.includes('registers ─') && /\(tocsin\)$/.test(shown));
    });

    test('Ctrl-X 2 shows code in two panes, Ctrl-X 1 in one, Ctrl-X O gives another the keys', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, `--tui ${BEGUN}`);
      await terminal.until(PANES);
      terminal.press('C-x', '2');
      await terminal.until(/B>0x[\da-f]{8} <sum\+0x[\da-f]+>/);
      terminal.press('C-x', '1');
      await terminal.until((shown) => /^ inventory\.c ─/.test(shown) && !shown.includes('<sum+'));
      const before = terminal.screen();
      terminal.press('C-x', 'o', 'PageDown');
      await terminal.until((shown) => shown.split('\n')[1] !== before.split('\n')[1]);
    });

    test('tui, layout, focus and refresh are commands, too', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, BEGUN);
      await terminal.until(PROMPT);
      terminal.line('tui enable');
      await terminal.until(PANES);
      terminal.line('layout asm');
      await terminal.until(/^ sum ─+\n[\s\S]*B>0x/);
      terminal.line('focus asm');
      await terminal.until(/Focus set to asm window\./);
      terminal.line('refresh');
      await terminal.until(/refresh[\s\S]*\(tocsin\)$/);
      terminal.line('layout split');
      await terminal.until(/^ inventory\.c ─[\s\S]*\n sum ─/);
      terminal.line('tui disable');
      await terminal.until((shown) => !shown.includes('inventory.c ─'));
    });

    test('what the program prints is in the pane, and a terminal of another size is filled', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, `--tui ${BEGUN}`);
      await terminal.until(PANES);
      terminal.line('tbreak factorial');
      terminal.line('continue');
      await terminal.until(/\nsum 12 of inventory\n/);
      terminal.resize({ width: 120, height: 40 });
      await terminal.until(
        (shown) => shown.split('\n').some((line) => line.length === 120) && shown.split('\n').length > 30,
      );
      terminal.resize({ width: 40, height: 10 });
      await terminal.until(
        (shown) => shown.split('\n').length <= 10 && shown.split('\n').some((line) => line.length === 40),
      );
      terminal.resize(SMALL);
      await terminal.until(/registers ─+ threads/);
    });

    test('without colours where nobody wants them', async () => {
      const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, `--tui ${BEGUN}`, { NO_COLOR: '1' });
      await terminal.until(PANES);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(terminal.screen(true)).not.toMatch(/\u001b\[(\d+;)*([34][0-7]|9\d|10\d)(;\d+)*m/);
    });
  });

  describe('the terminal is left as it was found', () => {
    const LEAVING: readonly (readonly [string, (terminal: TerminalSession) => void, string])[] = [
      ['quit', (terminal) => terminal.line('quit'), '0'],
      ['Ctrl-D', (terminal) => terminal.press('C-d'), '0'],
      ['SIGTERM', (terminal) => void process.kill(terminal.child(), 'SIGTERM'), '143'],
      ['SIGHUP', (terminal) => void process.kill(terminal.child(), 'SIGHUP'), '129'],
    ];
    for (const view of ['', '--tui']) {
      test.each(LEAVING)(`after %s${view === '' ? '' : ', out of the full-screen view'}`, async (_, leave, status) => {
        const terminal = start(`${PROGRAMS}/inventory.c`, SMALL, view);
        await terminal.until(/\(tocsin\)$/);
        leave(terminal);
        const screen = await terminal.until(SANE);
        expect(screen.match(SANE)?.[1]).toBe(status);
        expect(screen).not.toContain('registers ─');
      });
    }
  });
});
