/** A lost wake-up, explained by the debugger on one screen: why the reader waits, and what was done before, which woke nobody. */
import { describe, expect, it } from 'vitest';
import { hasCompiler } from '../userland/compiled.js';
import { tocsin } from './tocsin-process.js';

const DEMO = 'userland/demos/lost-wakeup.c';
/** Rows and columns of a small terminal. */
const [ROWS, COLUMNS] = [24, 160];

function debug(...commands: readonly string[]) {
  return tocsin(['debug', '--batch', ...commands.flatMap((command) => ['-ex', command]), DEMO]);
}

describe.skipIf(!hasCompiler)('`why` of a thread whose wake-up is lost', () => {
  it('says what it waits for, since when, and that the wake came before and woke nobody', () => {
    const { stdout } = debug('continue', 'info threads');
    const [, reader] = /reader #(\d+) +lost-wakeup/.exec(stdout) ?? [];
    const again = debug('continue', `why ${reader}`);
    const lines = again.stdout
      .slice(again.stdout.indexOf(`reader #${reader} waits`))
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeLessThan(ROWS);
    for (const line of lines) expect(line.length).toBeLessThan(COLUMNS);
    const [wait, since, heading, wake, last] = lines;
    expect(lines).toHaveLength(5);
    expect(wait).toMatch(/^reader #\d+ waits for the futex 0x[0-9a-f]+ \(rings\)\.$/);
    // The bell had rung once when it began to wait for another ring than the first.
    expect(since).toMatch(/^It began to wait at step \d+ .*futex_wait\(.*expected=1, .*deadline=forever/);
    expect(heading).toBe('Wakes of that futex before that, which it did not see:');
    expect(wake).toMatch(/^ {2}postman #\d+ at step \d+ .*futex_wake\(.*\), which woke nobody$/);
    expect(last).toMatch(/^It went on last because of output #\d+ at step \d+ /);
    const step = (line: string): number => Number(/ step (\d+) /.exec(line)?.[1]);
    expect([step(last), step(wake), step(since)]).toEqual([step(last), step(wake), step(since)].sort((a, b) => a - b));
  });

  it('and one goes back to the wake, before which the reader does not wait for the bell', () => {
    const { stdout } = debug('continue', 'info threads');
    const [, reader] = /reader #(\d+) +lost-wakeup/.exec(stdout) ?? [];
    const why = debug('continue', `why ${reader}`).stdout;
    const [, instruction] = /postman #\d+ at step \d+ \(instruction (\d+),/.exec(why) ?? [];
    const then = debug('continue', `goto ${instruction}`, 'info threads', 'print letter_there').stdout;
    expect(then).toMatch(/\* postman #\d+ .*tocsin_futex_wake/);
    expect(then).toMatch(/ reader #\d+ +lost-wakeup #\d+ +ready /);
    expect(then).toContain('$1 = 1\n');
  });
});
