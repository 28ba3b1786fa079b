/** The full-screen view as a function of what there is to show and of the terminal's size. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LAYOUTS, PANES } from '../../../../tools/debugger/terminal/host.js';
import { arrangement } from '../../../../tools/debugger/terminal/panes/arrangement.js';
import { ConsoleText, consolePane } from '../../../../tools/debugger/terminal/panes/console-pane.js';
import type { Line } from '../../../../tools/debugger/terminal/panes/line.js';
import { picture, type Scene } from '../../../../tools/debugger/terminal/panes/picture.js';
import { sceneOf } from '../../../../tools/debugger/terminal/panes/scene.js';
import { Screen } from '../../../../tools/debugger/terminal/screen.js';
import { columns } from '../../../../tools/debugger/terminal/text.js';
import { conversation } from './conversation.js';

const NOT_SCROLLED = { src: 0, asm: 0, regs: 0, threads: 0, cmd: 0 };
const NOBODY = { thread: 0, words: undefined };
const NOTHING_TYPED = { text: '(tocsin) ', cursor: 9 };

function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

function shown(scene: Scene, layout: (typeof LAYOUTS)[number], width = 80, height = 24): string[] {
  const arranged = { layout, focus: 'cmd' as const, offsets: NOT_SCROLLED };
  return picture(scene, arranged, ['said before', ''], NOTHING_TYPED, width, height).lines.map(textOf);
}

async function stoppedScene(program = 'inventory.c', ...lines: readonly string[]): Promise<Scene> {
  const talk = await conversation(program);
  await talk.all(...(lines.length === 0 ? ['break sum', 'run'] : lines));
  return sceneOf(talk.d, NOBODY);
}

describe('the view in 80 columns and 24 lines', () => {
  test('source, registers, threads and the command line are all there by themselves', async () => {
    const lines = shown(await stoppedScene(), 'regs');
    expect(lines[0]).toMatch(/^ inventory\.c ─+$/);
    expect(lines.some((line) => /^B>\d+ {3}int result = 0; *$/.test(line))).toBe(true);
    expect(lines.some((line) => /^ registers ─+ threads \(1\) ─+$/.test(line))).toBe(true);
    expect(lines.some((line) => /^ {2}pc [\da-f]{8} .* t6|^ {2}pc [\da-f]{8} {3}s0 [\da-f]{8}/.test(line))).toBe(true);
    expect(lines.some((line) => line.includes('*main #5 running sum at '))).toBe(true);
    expect(lines.some((line) => /^ inventory #3 │ thread main #5 │ sum │ L\d+ │ pc 0x[\da-f]{8} ─+$/.test(line))).toBe(
      true,
    );
    expect(lines).toContain('(tocsin)'.padEnd(80));
  });

  test('layout asm shows instructions with the next one marked, split shows both', async () => {
    const scene = await stoppedScene();
    expect(shown(scene, 'asm').some((line) => /^B>0x[\da-f]{8} <sum\+0x[\da-f]+> /.test(line))).toBe(true);
    const split = shown(scene, 'split');
    expect(split.some((line) => /^B>0x[\da-f]{8} <sum/.test(line))).toBe(true);
    expect(split.some((line) => /^B>\d+ {3}int result/.test(line))).toBe(true);
  });

  test('a blocked thread is shown with what it waits for and who holds it', async () => {
    const scene = await stoppedScene('workers.c', 'catch call futex_wake', 'run');
    const lines = shown(scene, 'src', 100);
    expect(lines.some((line) => /^ thread #\d+ waits for the futex 0x[\da-f]+, held by main #\d+/.test(line))).toBe(
      true,
    );
  });

  test('a register that the last step changed stands out', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('break sum', 'run');
    const words = talk.d.target.debuggee.registers(talk.d.thread);
    await talk.say('stepi');
    const scene = sceneOf(talk.d, { thread: talk.d.thread, words });
    const changed = scene.registers.filter(({ isChanged }) => isChanged).map(({ name }) => name);
    expect(changed).toContain('pc');
    expect(changed).not.toContain('sp');
  });

  test('without a program there is a view, too', async () => {
    const scene = await stoppedScene('inventory.c', 'run');
    expect(shown(scene, 'regs').join('\n')).toContain('inventory #3 │ not running');
  });
});

test('whatever the size, there are exactly as many lines and columns', async () => {
  const scenes = [
    await stoppedScene(),
    await stoppedScene('inventory.c', 'run'),
    await stoppedScene('workers.c', 'run'),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...scenes),
      fc.constantFrom(...LAYOUTS),
      fc.constantFrom(...PANES),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: -300, max: 300 }),
      fc.array(
        fc.string({ unit: 'grapheme', maxLength: 150 }).map((text) => text.replace(/\p{C}/gu, '')),
        { maxLength: 30 },
      ),
      (scene, layout, focus, width, height, offset, said) => {
        const offsets = { src: offset, asm: offset, regs: Math.abs(offset), threads: offset, cmd: Math.abs(offset) };
        const typed = { text: `(tocsin) ${'long '.repeat(40)}`, cursor: 60 };
        const { lines, cursor } = picture(scene, { layout, focus, offsets }, [...said, ''], typed, width, height);
        expect(lines.length).toBe(height);
        for (const line of lines) expect(columns(textOf(line))).toBe(width);
        if (cursor === undefined) return;
        expect(cursor.row).toBeLessThan(height);
        expect(cursor.column).toBeLessThan(width);
      },
    ),
  );
});

test('panes do not overlap, leave no row free, and the command line is always there', () => {
  for (const layout of LAYOUTS) {
    for (let height = 1; height <= 80; height++) {
      for (const width of [1, 40, 79, 80, 200]) {
        const boxes = arrangement(layout, width, height);
        const cells = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
        expect(cells).toBe(width * height);
        expect(boxes.at(-1)?.pane).toBe('cmd');
      }
    }
  }
});

test('the cursor is where the next character will stand, on a line of its own behind a full one', () => {
  const view = consolePane([''], { text: 'abcdefghij', cursor: 10 }, 0, 10, 3);
  expect(view.lines.map(textOf)).toEqual(['abcdefghij', ' '.repeat(10), ' '.repeat(10)]);
  expect(view.cursor).toEqual({ row: 1, column: 0 });
});

test('what is said is kept in lines, and no more than there is room for', () => {
  const said = new ConsoleText();
  said.add('one\ntw');
  said.add('o\tx\n');
  expect(said.all()).toEqual(['one', 'two     x', '']);
  said.add('line\n'.repeat(20_000));
  expect(said.all().length).toBe(5000);
});

test('only lines that have changed are drawn again, and without colours there are none', () => {
  const written: string[] = [];
  const screen = new Screen((text) => written.push(text), false);
  const line = (text: string): Line => [{ text, style: 'changed' }];
  screen.draw({ lines: [line('a'), line('b')], cursor: { row: 0, column: 1 } });
  screen.draw({ lines: [line('a'), line('c')], cursor: undefined });
  expect(written[0]).toContain('a');
  expect(written[1]).not.toContain('a');
  expect(written[1]).toContain('\u001b[2;1H');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(written.join('')).not.toMatch(/\u001b\[[\d;]*3\d/);
});
