import { describe, expect, it } from 'vitest';
import { hasCompiler, runProgram } from './compiled.js';

/** The plain policy, then shaken ones: short quanta put a switch of threads into every few instructions. */
const SCHEDULES: readonly (readonly string[])[] = [
  [],
  ['--seed', '1', '--quantum', '40'],
  ['--seed', '2', '--quantum', '300'],
];

/** Programs whose answer no schedule may change; they check themselves by assertions beyond what they print. */
const PROGRAMS: readonly (readonly [sentence: string, file: string, output: string, options: readonly string[]])[] = [
  ['threads return values to whoever joins them', 'join.c', 'sum of squares 2470\nearly\n', []],
  ['detached threads give back their memory', 'detach.c', '3000 detached threads ran\n', ['--memory', '1M']],
  ['a thousand threads leave nothing behind', 'no-leak.c', '0 bytes leaked\n', []],
  [
    'the process lives until its last thread ends',
    'main-leaves-first.c',
    'main has left with a word; still heregoodbye\n',
    [],
  ],
  [
    'mutexes of each kind exclude, time out and say what is misused',
    'mutex.c',
    'counted to 40000\nrecursive: ok\nerror-checking: ok\ntimed: ok\n',
    [],
  ],
  ['condition variables lose no signal', 'condition.c', '6000 turns\n100 gates opened\ntimed out in time\n', []],
  ['many producers and consumers pass every item once', 'queue.c', '2000 items, 0 missing\n', []],
  ['pthread_once calls once', 'once.c', 'called 1 time\n', []],
  ['thread-specific values have destructors', 'keys.c', 'destroyed 54321, stubborn ended\n126 keys and two\n', []],
  ['barriers keep rounds apart', 'barrier.c', '300 rounds, 300 serial threads\n50 barriers destroyed\n', []],
  ['spin locks exclude', 'spinlock.c', 'counted to 8000\n', []],
  ['semaphores count', 'semaphore.c', 'sum 375750\nbounds: ok\n', []],
  ['thread-local variables are each thread’s own', 'thread-local.c', 'each has its own\n', []],
  ['no memory for another thread is an answer', 'too-many-threads.c', 'the same number twice\n', ['--memory', '2M']],
];

describe.skipIf(!hasCompiler)('POSIX threads:', () => {
  describe.each(SCHEDULES.map((options) => [options.join(' ') || 'the plain schedule', options] as const))(
    'with %s',
    (_, schedule) => {
      it.each(PROGRAMS)('%s', (_sentence, file, output, options) => {
        expect(runProgram(file, { options: [...schedule, ...options] })).toEqual({
          status: 0,
          stdout: output,
          stderr: '',
        });
      });
    },
  );

  it('readers share a read-write lock, writers do not', () => {
    expect(runProgram('rwlock.c')).toEqual({
      status: 0,
      stdout: 'value 600, readers together: yes\n',
      stderr: '',
    });
  });

  it('attributes give stacks, guards, priorities and names', () => {
    expect(runProgram('attributes.c')).toEqual({
      status: 0,
      stdout: 'a megabyte of stack\norder mhl\n',
      stderr: '',
    });
  });

  it('a normal mutex that its owner locks again blocks it for ever', () => {
    const { status, stdout, stderr } = runProgram('self-deadlock.c');
    expect({ status, stdout }).toEqual({ status: 5, stdout: 'once\n' });
    expect(stderr).toContain('(mutex)');
  });

  it('a thread that runs off its stack hits the guard', () => {
    const { status, stdout, stderr } = runProgram('thread-stack-overflow.c');
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'going down\n' });
    expect(stderr).toMatch(/in sink_deeper.*the stack overflowed/);
  });

  it('what one printf prints stays together, on every schedule', () => {
    const lines = [...Array(6).keys()].flatMap((me) =>
      [...Array(50).keys()].flatMap((i) => [
        `${me}${String(i).padStart(60, '0')}${me}`,
        `${me}(${String.fromCharCode(97 + me).repeat(5)})${me}`,
      ]),
    );
    for (const schedule of SCHEDULES) {
      const { status, stdout } = runProgram('printing-threads.c', { options: schedule });
      expect(status).toBe(0);
      expect(stdout.trimEnd().split('\n').sort()).toEqual([...lines].sort());
    }
  });
});
