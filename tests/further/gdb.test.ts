/**
 * A stock gdb against `tocsin run --gdb-wait`: every row of the table is a gdb of its own, with the commands that a person types
 * and what has to be shown, in this order. The programs are in `gdb/`.
 */
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExecutable } from '../../tools/toolchain/executables.js';
import { Folder, tocsin } from '../tools/tocsin-process.js';
import { hasCompiler } from '../userland/compiled.js';
import { debug, GDB, ListeningRun, type Session } from './gdb/session.js';

const hasGdb = findExecutable(GDB) !== undefined;
if (!hasGdb) console.warn(`${GDB} is not installed: tests with it are skipped`);

const folder = new Folder();
afterAll(() => folder.remove());

const PROGRAMS = ['steps', 'faults', 'threads', 'loops', 'reads', 'processes', 'corrupted'] as const;
type Program = (typeof PROGRAMS)[number];

interface Row extends Partial<Omit<Session, 'program'>> {
  readonly about: string;
  readonly program: Program | 'philosophers';
  readonly commands: readonly string[];
  /** What gdb shows, in this order; what is between does not matter. */
  readonly shows: readonly (string | RegExp)[];
  /** What it must not show. */
  readonly hides?: readonly (string | RegExp)[];
  readonly stdout?: string;
  readonly status: number;
}

const BACK = 'monitor why';

const SESSIONS: readonly Row[] = [
  {
    about: 'gdb finds itself at the first instruction of the program, with its symbols',
    program: 'steps',
    commands: ['p $pc', 'info inferiors', 'info threads'],
    shows: [
      '<_start>',
      'target:/tocsin/steps.elf',
      'target:/tocsin/console.elf',
      '* 1.1',
      '"main" (steps: ready)',
      '"output" (console:',
    ],
    stdout: '1 121 \n',
    status: 42,
  },
  {
    about: 'a breakpoint on a function, its arguments, and the way there',
    program: 'steps',
    commands: ['break factorial if n == 2', 'c', 'bt', 'p n'],
    shows: ['hit Breakpoint 1, factorial (n=2)', '#1 ', 'factorial (n=3)', '#4 ', 'main (argc=1', '$1 = 2'],
    status: 42,
  },
  {
    about: '`break main` is the main of the program',
    program: 'steps',
    commands: ['break main', 'c'],
    shows: [/Breakpoint 1 at 0x[\da-f]+: file steps\.c/, 'Thread 1.1 "main" hit Breakpoint 1, main (argc=1'],
    status: 42,
  },
  {
    about: 'a hardware breakpoint',
    program: 'steps',
    commands: ['hbreak square', 'c', 'p x', 'c', 'p x'],
    shows: ['Hardware assisted breakpoint 1', 'hit Breakpoint 1, square (x=0)', '$1 = 0', '$2 = 1'],
    status: 42,
  },
  {
    about: 'a breakpoint on a line, once',
    program: 'steps',
    commands: ['tbreak steps.c:29', 'c', 'info breakpoints', 'c'],
    shows: ['Temporary breakpoint 1, fill () at steps.c:29', 'No breakpoints or watchpoints', 'exited with code 052'],
    status: 42,
  },
  {
    about: 'a breakpoint that is ignored, and one that is disabled',
    program: 'steps',
    commands: ['break square', 'break factorial', 'ignore 1 2', 'disable 2', 'c', 'p x', 'info breakpoints'],
    shows: ['square (x=2)', '$1 = 2', 'already hit 3 times'],
    status: 42,
  },
  {
    about: 'commands of a breakpoint',
    program: 'steps',
    commands: ['break square', 'python gdb.breakpoints()[0].commands = "silent\\np x\\ncontinue"', 'c'],
    shows: ['$1 = 0', '$2 = 1', '$3 = 2', 'exited with code 052'],
    status: 42,
  },
  {
    about: 'a watchpoint on stores',
    program: 'steps',
    commands: ['watch watched', 'c', 'c'],
    shows: ['Hardware watchpoint 1: watched', 'Old value = 0', 'New value = 1', 'Old value = 1', 'New value = 2'],
    status: 42,
  },
  {
    about: 'a watchpoint on loads',
    program: 'steps',
    commands: ['rwatch watched', 'c', 'c'],
    shows: ['Hardware read watchpoint 1: watched', 'Value = 2', 'exited with code 052'],
    status: 42,
  },
  {
    about: 'a watchpoint on both',
    program: 'steps',
    commands: ['awatch watched', 'c', 'c', 'c'],
    shows: ['Hardware access (read/write) watchpoint 1', 'New value = 1', 'New value = 2', 'Value = 2'],
    status: 42,
  },
  {
    about: 'a watchpoint on a local variable ends with its function',
    program: 'steps',
    commands: ['break square', 'c', 'delete', 'watch result', 'c', 'c', 'c'],
    shows: ['Hardware watchpoint 2: result', 'Watchpoint 2 deleted'],
    status: 42,
  },
  {
    about: 'steps by instruction',
    program: 'steps',
    commands: ['break fill', 'c', 'p $pc', 'stepi', 'stepi 3', 'x/i $pc', 'nexti'],
    shows: ['<fill+', '=> 0x', '<fill+'],
    status: 42,
  },
  {
    about: 'steps by line, into functions and over them',
    program: 'steps',
    commands: ['break main', 'c', 'next', 'next', 'step', 'next', 'step', 'info frame', 'bt'],
    shows: ['main (argc=1', 'fill () at steps.c:29', '#0 ', '#1 ', 'main (argc=1'],
    status: 42,
  },
  {
    about: 'finish shows what a function returns',
    program: 'steps',
    commands: ['break square if x == 2', 'c', 'finish'],
    shows: ['square (x=2)', /0x[\da-f]+ in fill/, 'Value returned is $1 = 4'],
    status: 42,
  },
  {
    about: 'until and advance',
    program: 'steps',
    commands: ['break main', 'c', 'advance fill', 'until steps.c:33'],
    shows: ['fill () at steps.c:29', /fill \(\) at steps\.c:3\d|main/],
    status: 42,
  },
  {
    about: 'up and down the frames',
    program: 'steps',
    commands: ['break square if x == 2', 'c', 'up', 'info locals', 'up', 'info locals', 'down 2', 'info args'],
    shows: ['fill ()', 'i = 2', 'main (argc=1', 'local = 1', 'x = 2'],
    status: 42,
  },
  {
    about: 'variables, structures and types',
    program: 'steps',
    commands: ['break factorial', 'c', 'p points', 'ptype struct point', 'p text', 'p &points[1]', 'whatis global'],
    shows: ['{{x = 0, y = 0}, {x = 1, y = 1}, {x = 2, y = 4}}', 'int x;', '"some text"', '<points+8>', 'type = int'],
    status: 42,
  },
  {
    about: 'variables are written',
    program: 'steps',
    commands: ['break factorial', 'c', 'set var n = 3', 'delete', 'c'],
    shows: ['factorial (n=5)', 'exited with code 052'],
    stdout: '1 7 \n',
    status: 42,
  },
  {
    about: 'memory is read in every form, and written',
    program: 'steps',
    commands: [
      'break fill',
      'c',
      'x/s text',
      'x/2i $pc',
      'set {int}&global = 0x12345678',
      'x/4xb &global',
      'p/x global',
    ],
    shows: ['"some text"', '=> 0x', '0x78', '0x56', '0x34', '0x12', '$1 = 0x12345678'],
    status: 42,
  },
  {
    about: 'memory that is not there',
    program: 'steps',
    commands: ['x/x 0', 'p *(int *)0x7fff0000000', 'set {int}16 = 1'],
    shows: ['Cannot access memory at address 0x0', 'Cannot access memory at address 0x10'],
    status: 42,
  },
  {
    about: 'registers are read and written',
    program: 'steps',
    commands: ['break square if x == 2', 'c', 'finish', 'set $a0 = 77', 'info registers', 'p $a0', 'p $zero'],
    shows: ['a0             0x4d', 'pc             0x', '$2 = 77', '$3 = 0'],
    status: 42,
  },
  {
    about: 'control registers are read, and cannot be written',
    program: 'steps',
    commands: ['stepi 5', 'info registers csr', 'p $instret', 'p/x $satp >> 31', 'set $mstatus = 0'],
    shows: ['satp', 'mstatus', 'instreth', /\$1 = \d+/, '$2 = 0x1', 'Could not write register "mstatus"'],
    status: 42,
  },
  {
    about: 'functions of the program are called',
    program: 'steps',
    commands: ['break fill', 'c', 'print square(12)', 'call factorial(6)', 'p $pc'],
    shows: ['$1 = 144', '$2 = 720', '<fill'],
    stdout: '1 121 \n',
    status: 42,
  },
  {
    about: 'return without finishing',
    program: 'steps',
    commands: ['break factorial', 'c', 'set confirm off', 'return 1000', 'delete', 'c'],
    shows: ['factorial (n=5)', 'exited with code 052'],
    stdout: '1 1001 \n',
    status: 42,
  },
  {
    about: 'arguments of the program',
    program: 'steps',
    words: ['9'],
    commands: ['break main', 'c', 'p argc', 'p argv[0]', 'p argv[1]', 'c', 'p $_exitcode'],
    shows: ['$1 = 2', '"steps"', '"9"', 'exited with code 011', '$4 = 9'],
    stdout: '2 122 9\n',
    status: 9,
  },
  {
    about: 'a restart, with other arguments, and breakpoints that are still there',
    program: 'steps',
    words: ['9'],
    commands: ['break main', 'c', 'c', 'run', 'p argc', 'c', 'set args 17 18', 'run', 'p argc', 'p argv[2]', 'c'],
    shows: ['exited with code 011', '$1 = 2', 'exited with code 011', '$2 = 3', '"18"', 'exited with code 021'],
    stdout: '2 122 9\n2 122 9\n3 123 17\n',
    status: 17,
  },
  {
    about: 'a restart in the middle, and what is typed is typed again',
    program: 'reads',
    input: '1\n2\n3\n',
    commands: ['break add', 'c', 'c', 'p number', 'run', 'p number', 'set var sum = 90', 'delete', 'c'],
    shows: ['$1 = 2', '$2 = 1', 'exited with code 0140'],
    stdout: 'sum 96\n',
    status: 96,
  },
  {
    about: 'kill ends the program',
    program: 'steps',
    commands: ['break fill', 'c', 'kill', 'info inferiors'],
    shows: ['Inferior 1 (process', 'killed]', '<null>'],
    stdout: '',
    status: 3,
  },
  {
    about: 'kill and run again',
    program: 'steps',
    commands: ['break fill', 'c', 'kill', 'run', 'bt', 'delete', 'c'],
    shows: ['killed]', 'fill () at', 'main (argc=1', 'exited with code 052'],
    stdout: '1 121 \n',
    status: 42,
  },
  {
    about: 'detach lets the program go on as if nobody had been there',
    program: 'steps',
    commands: ['break fill', 'c', 'detach', 'info inferiors'],
    shows: ['fill ()', 'detached]', '<null>'],
    stdout: '1 121 \n',
    status: 42,
  },
  {
    about: 'detach from all, and attach again',
    program: 'loops',
    commands: ['detach inferiors 1 2', 'attach 3', 'info threads', 'set var go_on = 0', 'c'],
    shows: ['detached]', 'detached]', '* 1.1', '"main" (loops:', 'exited with code 03'],
    stdout: 'ready\ndone\n',
    status: 3,
  },
  {
    about: 'Ctrl-C stops a program that loops',
    program: 'loops',
    commands: ['c', 'p rounds > 0', 'set var go_on = 0', 'c'],
    interruptAfter: 'ready\n',
    shows: ['received signal SIGINT', 'main () at', '$1 = 1', 'exited with code 03'],
    stdout: 'ready\ndone\n',
    status: 3,
  },
  ...(
    [
      ['load', 'SIGSEGV', 'load page fault at 0x0'],
      ['store', 'SIGSEGV', 'store page fault at 0x10'],
      ['illegal', 'SIGILL', 'illegal instruction at 0xffffffff'],
      ['ebreak', 'SIGTRAP', 'breakpoint'],
      ['jump', 'SIGSEGV', 'instruction page fault at 0x20'],
      ['atomic', 'SIGBUS', 'load address misaligned'],
      ['constant', 'SIGSEGV', 'store page fault'],
      ['stack', 'SIGSEGV', 'store page fault'],
    ] as const
  ).map(
    ([what, signal, reason]): Row => ({
      about: `a fault is a signal, and going on passes it to the program: ${what}`,
      program: 'faults',
      words: [what],
      commands: ['c', BACK, 'c', 'info inferiors'],
      shows: [`received signal ${signal}`, reason, `Program terminated with signal ${signal}`, '* 1    <null>'],
      stdout: '',
      status: 3,
    }),
  ),
  {
    about: 'a fault is mended, and `signal 0` tries again',
    program: 'faults',
    words: ['load'],
    commands: ['c', 'set $s11 = &survived', 'signal 0'],
    shows: ['SIGSEGV', 'exited normally'],
    stdout: 'survived 1\n',
    status: 0,
  },
  {
    about: 'an ebreak is passed over by moving pc',
    program: 'faults',
    words: ['ebreak'],
    commands: ['c', 'set $pc += 4', 'c'],
    shows: ['SIGTRAP', 'exited normally'],
    stdout: 'survived 1\n',
    status: 0,
  },
  {
    about: 'a fault that nobody wants to hear of',
    program: 'faults',
    words: ['load'],
    commands: ['handle SIGSEGV nostop noprint pass', 'c'],
    shows: ['Program terminated with signal SIGSEGV'],
    hides: ['received signal'],
    status: 3,
  },
  {
    about: 'faults at their second chance alone',
    program: 'faults',
    words: ['load'],
    commands: ['monitor faults second', 'c', BACK, 'c'],
    shows: ['faults: second', 'received signal SIGSEGV', 'nobody wanted it', 'Program terminated'],
    status: 3,
  },
  {
    about: 'threads by name, with what they wait for and who holds it',
    program: 'threads',
    commands: ['break everybody_is_there', 'c', 'info threads', 'thread 1.2', 'bt', 'thread find waiter'],
    shows: [
      /\* 1\.1 .* "main" \(threads: running\) +everybody_is_there/,
      /"waiter" \(threads: waits for the futex .*, held by main #\d+\)/,
      'Switching to thread 1.2',
      'wait_for_main',
      "has target name 'waiter'",
    ],
    stdout: 'counter 600\n',
    status: 0,
  },
  {
    about: 'every thread, each with its frames',
    program: 'threads',
    commands: ['break everybody_is_there', 'c', 'thread apply all bt 1', 'thread apply 1.2 p $sp'],
    shows: ['Thread 2.1', 'Thread 1.2', 'Thread 1.1', 'everybody_is_there ()', '$1 = (void *) 0x'],
    status: 0,
  },
  {
    about: 'a breakpoint of one thread, and nobody else runs with the scheduler locked',
    program: 'threads',
    commands: [
      'break count',
      'c',
      'p number',
      'set scheduler-locking on',
      'next',
      'next',
      'info threads',
      'p $_thread',
    ],
    shows: ['hit Breakpoint 1, count', '* 1.', ' count ('],
    status: 0,
  },
  {
    about: 'a watchpoint finds every thread that stores',
    program: 'threads',
    commands: ['watch counter if counter >= 599', 'c', 'p counter', 'bt 1'],
    shows: ['hit Hardware watchpoint 1: counter', /\$1 = (599|600)/, 'count ('],
    status: 0,
  },
  {
    about: 'info os lists what there is',
    program: 'threads',
    commands: [
      'break everybody_is_there',
      'c',
      'info os',
      'info os processes',
      'info os threads',
      'info os channels',
      'info os locks',
      'info os pools',
      'info os allocators',
    ],
    shows: [
      'processes',
      'locks',
      'allocators',
      'Koid       Name       State',
      /threads +runnable/,
      'Blocked on',
      /waiter +threads +blocked/,
      'Peer       Max message',
      'Kind       Packets',
      'Quota      Used',
    ],
    status: 0,
  },
  {
    about: 'monitor: help, tables, the journal, and mistakes',
    program: 'steps',
    commands: [
      'monitor help',
      'monitor ps',
      'monitor ps topics',
      'monitor journal 2',
      'monitor jornal',
      'monitor ps x',
    ],
    shows: [
      'journal [COUNT]',
      'PROCESSES (2)',
      'THREADS (2)',
      'none: topics',
      '@',
      'did you mean journal?',
      'no view x',
    ],
    status: 42,
  },
  {
    about: 'monitor catches calls, which gdb refuses to',
    program: 'steps',
    commands: ['catch syscall', 'monitor catch call process_exit', 'c', BACK, 'p $a0', 'monitor uncatch', 'c'],
    shows: [
      'not supported on this architecture',
      'caught: call process_exit',
      'calls process_exit(code=42)',
      'received signal SIGTRAP',
      'call, thread #',
      '$1 = 42',
      'exited with code 052',
    ],
    status: 42,
  },
  {
    about: 'monitor catches threads that start and waits that end',
    program: 'threads',
    commands: [
      'set schedule-multiple on',
      'monitor catch thread-start',
      'c',
      'monitor catch event',
      'monitor catch',
      'c',
    ],
    shows: ['caught: thread-start', / started\n/, 'event\nthread-start', /goes on: its wait ended|started/],
    status: 0,
  },
  {
    about: 'new processes are caught, have symbols, and end with their own codes',
    program: 'processes',
    commands: [
      'set schedule-multiple on',
      'monitor catch process-start',
      'c',
      'info inferiors',
      'break add',
      'monitor uncatch',
      'c',
      'bt',
      'info threads',
      'p shared_name',
      'c',
    ],
    shows: [
      /process adder #\d+ started/,
      '* 3    process',
      'target:/tocsin/processes.elf',
      'Breakpoint 1 at',
      '(2 locations)',
      'add (argument=2',
      '#1 ',
      '"main" (adder: running)',
      '$1 = 0',
      /Inferior 3 \(process \d+\) exited with code 03/,
    ],
    stdout: 'adder ended: reason 1\nfaulty ended: reason 2\nreasons 1 2\n',
    status: 10,
  },
  {
    about: 'a fault of another process is told, and that process alone ends by it',
    program: 'processes',
    commands: ['set schedule-multiple on', 'c', 'info threads', 'p argument', 'c', 'info inferiors', 'inferior 1', 'c'],
    shows: [
      'received signal SIGSEGV',
      'fault (argument=32',
      '"main" (faulty: is stopped at a fault)',
      '$1 = 32',
      'Program terminated with signal SIGSEGV',
      'process 3',
      'exited with code 012',
    ],
    status: 10,
  },
  {
    about: 'one process is let go of, and the other one is not',
    program: 'steps',
    commands: ['detach inferiors 2', 'info threads', 'break fill', 'c', 'info threads', 'c'],
    shows: ['detached]', '"main" (steps: ready)', 'fill ()', '"main" (steps: running)', 'exited with code 052'],
    hides: [/"input" \(console/],
    stdout: '1 121 \n',
    status: 42,
  },
  {
    about: 'a deadlock stops the world and says so',
    program: 'philosophers',
    commands: ['c', 'info threads', 'monitor ps threads'],
    shows: ['every thread is blocked for ever', /waits for the futex .*held by /, 'THREADS'],
    status: 5,
  },
  {
    about: 'the limit of instructions stops the world and says so',
    program: 'loops',
    options: ['--gdb-wait', '--max-instructions', '100000'],
    commands: ['c', BACK, 'p rounds > 10'],
    shows: ['the instruction limit is reached', '100000 instructions', '$1 = 1'],
    stdout: 'ready\n',
    status: 4,
  },
  {
    about: 'quit without having started it lets the program go on',
    program: 'steps',
    commands: ['break fill', 'c', 'quit'],
    shows: ['fill ()', 'detached]'],
    stdout: '1 121 \n',
    status: 42,
  },
  {
    about: 'a corruption is found by a watchpoint and reverse-continue alone',
    program: 'corrupted',
    commands: ['c', 'watch -l accounts[2].balance', 'reverse-continue', 'bt', 'p accounts[2].name', 'p/c name[j]'],
    shows: [
      'received signal SIGILL',
      'hit Hardware watchpoint 1',
      /Old value = 0\s+New value = 102/,
      'rename_account (i=2',
      '#1 ',
      'in work (',
      '"overlong"',
    ],
    status: 3,
  },
  {
    about: 'backwards to breakpoints, out of a call, by lines and by instructions',
    program: 'steps',
    commands: [
      ...['break factorial', 'c', 'c', 'c', 'reverse-continue', 'p 1000 + n'],
      ...['reverse-continue', 'p 2000 + n', 'delete', 'reverse-finish', 'reverse-step', 'set var $pc_was = $pc'],
      ...['stepi', 'stepi', 'stepi', 'reverse-stepi', 'reverse-stepi', 'reverse-stepi', 'p $pc == $pc_was'],
    ],
    shows: ['= 1004', '= 2005', /Run back to call of|main \(/, 'main', '= 1'],
    status: 42,
  },
  {
    about: 'where nothing lies before, at the beginning; and on from there as it went',
    program: 'steps',
    commands: ['break square', 'c', 'reverse-continue', 'p $pc', 'c', 'p x + 500'],
    shows: [
      'hit Breakpoint 1, square (x=0)',
      'No more reverse-execution history',
      '<_start>',
      'hit Breakpoint 1',
      '= 500',
    ],
    status: 42,
  },
  {
    about: 'backwards across threads: who wrote a variable before',
    program: 'threads',
    commands: [
      'break everybody_is_there',
      'c',
      'watch counter',
      'reverse-continue',
      'reverse-continue',
      'info threads',
      'c',
      'c',
    ],
    shows: [/Old value = 600\s+New value = 59\d/, /hit Hardware watchpoint 2/, 'in count', /Old value = /],
    status: 0,
  },
];

describe.skipIf(!hasGdb || !hasCompiler)('a stock gdb', () => {
  const executables = new Map<string, string>();
  beforeAll(() => {
    const build = (name: string, source: string): void => {
      const program = folder.at(`${name}.elf`);
      expect(tocsin(['build', '-g', '-O0', source, '-o', program])).toMatchObject({ status: 0, stderr: '' });
      executables.set(name, program);
    };
    for (const name of PROGRAMS) build(name, resolve(`tests/further/gdb/${name}.c`));
    build('philosophers', resolve('userland/demos/philosophers.c'));
  });
  const executable = (name: string): string => executables.get(name) ?? '';

  it.each(SESSIONS)('$about', async ({ program, shows, hides = [], stdout, status, ...session }) => {
    const { about: _, ...rest } = session;
    const shown = await debug({ program: executable(program), ...rest });
    let at = 0;
    for (const wanted of shows) {
      const found = typeof wanted === 'string' ? shown.gdb.indexOf(wanted, at) : indexOf(shown.gdb, wanted, at);
      expect({ wanted: String(wanted), isShown: found >= 0, rest: found >= 0 ? '' : shown.gdb.slice(at) }).toEqual({
        wanted: String(wanted),
        isShown: true,
        rest: '',
      });
      at = found + 1;
    }
    for (const unwanted of hides) expect(shown.gdb).not.toMatch(unwanted);
    expect(shown.gdb).not.toContain('internal-error');
    if (stdout !== undefined) expect(shown.stdout).toBe(stdout);
    expect(shown.status).toBe(status);
  });

  it('is turned away where another one is, and comes in when that has gone', async () => {
    const run = await ListeningRun.start(executable('loops'), { options: ['--gdb'] });
    await run.until(() => run.stdout.includes('ready'));
    const first = run.gdb(['p 1234', 'python import time; time.sleep(600)']);
    let shown = '';
    first.child.stdout?.on('data', (text) => {
      shown += text;
    });
    await new Promise<void>((there) => first.child.stdout?.on('data', () => shown.includes('= 1234') && there()));
    expect(await run.gdb(['info threads']).shown).toContain('another debugger is connected');
    // Killed in the middle, without a word: the program goes on, and the next one finds it.
    first.child.kill('SIGKILL');
    await first.shown;
    const third = await run.gdb(['p rounds > 0', 'set var go_on = 0', 'c']).shown;
    expect(third).toContain('$1 = 1');
    expect(third).toContain('exited with code 03');
    expect(await run.over()).toBe(3);
  });

  it('finds a program that somebody else has sent random bytes to', async () => {
    const run = await ListeningRun.start(executable('loops'), { options: ['--gdb'] });
    const junk = spawnSync('head', ['-c', '200000', '/dev/urandom']).stdout;
    await new Promise<void>((gone) => {
      const socket = connect(Number(run.port), '127.0.0.1', () => socket.end(junk));
      socket.on('error', () => undefined).on('close', () => gone());
      socket.resume();
    });
    const shown = await run.gdb(['info threads', 'set var go_on = 0', 'c']).shown;
    expect(shown).toContain('"main" (loops:');
    expect(await run.over()).toBe(3);
  });
});

function indexOf(text: string, wanted: RegExp, from: number): number {
  const found = text.slice(from).search(wanted);
  return found < 0 ? -1 : from + found;
}
