import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../kernel/index.js';
import { FOREVER } from '../../syscalls/limits.js';
import type { ScenarioBody } from '../../tools/scenario/scenario.js';
import type { Scene } from '../../tools/scenario/scene.js';
import type { SceneOptions } from '../../tools/scenario/stage.js';
import { expect as ours, scenario } from '../../tools/scenario.js';
import { futex_wait, thread_sleep } from '../../userland/script/calls.js';
import { call, load } from '../../userland/script/script.js';
import { failureOf, messageOf } from './played.js';

const here = fileURLToPath(import.meta.url);
const lines = readFileSync(here, 'utf8').split('\n');

/** As somebody would write it who has no types. */
const untyped = (value: unknown): never => value as never;

describe('a mistake is one clear message:', () => {
  it.each<[string, ScenarioBody, string]>([
    ['a guest that does not exist', async (s) => void (await s.guest('nosuch.c')), 'nosuch.c: no such file'],
    ['a guest of no file', async (s) => void (await s.guest([])), 'a guest needs a file'],
    ['a guest that is no program', async (s) => void (await s.guest('played.ts')), 'neither an ELF file nor a source'],
    ['a run until something unknown', (s) => s.run(untyped('done')), "run until done: there is 'blocked', 'ended'"],
    ['half an instruction', (s) => s.runFor(0.5), 'runFor 0.5 is not a whole number'],
    ['a limit of nothing', (s) => s.run('blocked', { within: 0 }), 'within 0 is not a whole number'],
    ['a limit of no steps', (s) => s.run('blocked', { steps: 0 }), 'steps 0 is not a whole number'],
    ['a line that is none', (s) => s.raiseInterrupt(96), '96'],
    ['a line of a device', (s) => s.lowerInterrupt(10), '10'],
    ['a number that is typed', (s) => s.type(untyped(7)), '7 is not a text to type'],
    ['a condition that is a promise', (s) => s.run(untyped(async () => true)), 'a condition gives true or false'],
    ['a name that is too long', (s) => void s.thread('n'.repeat(25), () => thread_sleep(0)), 'longer than 24 bytes'],
    ['no name', (s) => void s.thread('', () => thread_sleep(0)), ' is not a name'],
    [
      'a script that is no function',
      (s) => void s.thread('x', untyped(thread_sleep(0))),
      'a script is a generator function',
    ],
    ['a priority of 32', (s) => void s.thread('x', () => thread_sleep(0), { priority: 32 }), 'from 0 to 31'],
    ['a type of record with a slip', (s) => void s.journal({ type: 'thread_bloked' }), 'did you mean thread_blocked?'],
    ['a call with a slip', (s) => void s.journal({ call: untyped('futex_wat') }), 'did you mean futex_wait?'],
    ['a status with a slip', () => ours(0).toBeStatus(untyped('TIMED_OT')), 'did you mean TIMED_OUT?'],
    ['a structure with a slip', (s) => void s.structure(untyped('pocket')), 'did you mean packet?'],
    ['a field that a structure does not have', (s) => void s.structure('packet', { keys: 1 }), 'has no field keys'],
    ['no memory at all', (s) => void s.memory(0), '0 bytes of memory'],
    ['more memory than there is', (s) => void s.memory((1 << 20) + 1), 'a scenario shares 1048576'],
    ['memory that nobody mapped', (s) => void s.word(0x5000_0000), 'cannot read 4 bytes at 0x50000000'],
    ['a handle that is none', (s) => void s.object(999), '999 is not a handle of process scenario'],
    ['a view that is none', (s) => void s.view(untyped('pool')), 'there are processes, threads,'],
    ['packets of a process', (s) => void s.object(s.process.handle).packets, 'is no pool'],
    ['toBeBlockedOn of a number', () => ours(1).toBeBlockedOn(), 'toBeBlockedOn is for threads'],
    [
      'toHaveEnded of a promise',
      () => ours(Promise.resolve()).toHaveEnded(),
      'toHaveEnded is for threads and processes',
    ],
    ['toHoldInvariants of a thread', () => ours(1).toHoldInvariants(), 'toHoldInvariants is for the scene'],
    ['toHaveDelivered of a handle', () => ours(1).toHaveDelivered(), 'toHaveDelivered is for objects'],
    ['a scenario that runs nothing', () => undefined, 's.run() is missing'],
    ['a body that throws no error', () => Promise.reject(7), '7 was thrown, which is no Error'],
  ])('%s', async (_, body, message) => {
    const failure = await failureOf(body);
    expect(failure?.message).toContain(message);
    expect(failure?.message).not.toContain('\n    at ');
  });

  it.each<[string, SceneOptions, string]>([
    ['a quantum of nothing', { quantum: 0 }, 'quantum 0 is not a whole number from 1'],
    ['a negative seed', { seed: -1 }, 'seed -1 is not a whole number from 0'],
    ['too little memory', { memoryBytes: 4096 }, 'memory must be from 65536'],
    ['half a page of memory', { memoryBytes: 5000 }, '5000'],
  ])('%s', async (_, options, message) => {
    expect(await messageOf((s) => s.run(), options)).toContain(message);
  });

  it.each<[string, () => void, string]>([
    ['without a name', () => scenario(untyped(undefined), () => undefined), 'a scenario begins with a name'],
    ['without a body', () => scenario('one', untyped({})), 'comes a function'],
  ])('a scenario %s', (_, declare, message) => {
    expect(declare).toThrow(message);
  });
});

describe('a mistake in a script is one clear message:', () => {
  it.each<[string, () => unknown, string]>([
    ['yield without a star', () => [thread_sleep(0)], 'says yield where it means yield*'],
    ['a yield of nothing', () => [undefined], 'yields undefined, which is no operation'],
    ['an unknown operation', () => [{ kind: 'jump' }], 'an operation of kind jump'],
    ['a call with a word that is text', () => [call(0x57, untyped('soon'))], 'an argument of a call is not a number'],
    ['a load of too much', () => [{ kind: 'load', address: 0, bytes: 2 << 20 }], 'it takes 0 to 1048576'],
    ['a load of half a byte', () => [{ kind: 'load', address: 0, bytes: 0.5 }], 'a load of 0.5 bytes'],
    ['a store of text', () => [{ kind: 'store', address: 0, data: 'text' }], 'is not a Uint8Array'],
    [
      'a store of too much',
      () => [{ kind: 'store', address: 0, data: new Uint8Array(2 << 20) }],
      'a store of 2097152 bytes',
    ],
  ])('%s', async (_, operations, message) => {
    const failure = await failureOf((s) => {
      s.thread('x', function* () {
        for (const operation of operations() as Operation[]) yield operation;
      });
      s.run();
    });
    expect(failure?.message).toContain(`thread x #: `);
    expect(failure?.message).toContain(message);
    expect(failure?.place?.file).toBe(here);
  });

  it.each<[string, unknown, string]>([
    ['no generator', () => 5, 'a script is a generator function'],
    ['an async script', async () => 5, 'cannot be async'],
  ])('%s', async (_, script, message) => {
    const said = await messageOf((s) => {
      s.thread('x', untyped(script));
      s.run();
    });
    expect(said).toContain(message);
  });

  it('running the system that runs it', async () => {
    const message = await messageOf((s) => {
      s.thread('x', function* () {
        s.run();
        yield* thread_sleep(0);
      });
      s.run();
    });
    expect(message).toBe('run is not for scripts: the system runs already');
  });

  it('a fault in the process that all threads of the scenario share', async () => {
    const message = await messageOf((s) => {
      s.thread('x', () => load(16, 4));
      s.run();
    });
    expect(message).toContain("a thread of the scenario's own process used address 0x10");
  });
});

describe('the line in the file of whoever wrote it', () => {
  /** The text of the line that a failure names. */
  const lineOf = async (body: ScenarioBody): Promise<string> => {
    const failure = await failureOf(body);
    expect(failure?.place?.file).toBe(here);
    return lines[(failure?.place?.line ?? 0) - 1];
  };

  it('is that of the call that is wrong', async () => {
    const line = await lineOf(async (s) => {
      await s.guest('nosuch.c'); // wrong
    });
    expect(line).toContain('// wrong');
  });

  it('is that of a run whose condition never comes true', async () => {
    const line = await lineOf((s) => {
      s.thread('x', () => thread_sleep(10));
      s.run(() => false); // never
    });
    expect(line).toContain('// never');
  });

  it('is that inside a script that throws', async () => {
    const failure = await failureOf((s) => {
      s.thread('thrower', function* () {
        yield* thread_sleep(10);
        throw new RangeError('too far'); // here
      });
      s.run();
    });
    expect(lines[(failure?.place?.line ?? 0) - 1]).toContain('// here');
    expect(failure?.message).toBe('the script of thread thrower # threw RangeError: too far');
  });

  it('is that of an expectation inside a script', async () => {
    const line = await lineOf((s) => {
      s.thread('x', function* () {
        const { status } = yield* futex_wait(3, 0, 0, FOREVER);
        ours(status).toBeStatus('OK'); // expected
      });
      s.run();
    });
    expect(line).toContain('// expected');
  });

  it('is that of the thread where its script yields nonsense', async () => {
    const nonsense = untyped(() => 5);
    const line = await lineOf((s) => {
      s.thread('x', nonsense); // the thread
      s.run();
    });
    expect(line).toContain('// the thread');
  });
});

describe('a condition', () => {
  it('that can come true no more says where all threads are', async () => {
    const message = await messageOf((s) => {
      const word = s.memory(4);
      s.thread('first', () => futex_wait(word, 0, 0, FOREVER));
      s.run(() => false);
    });
    expect(message).toBe('the condition cannot come true any more:\n  first # waits for the futex 0x20000000');
  });

  it('that does not come true in time says where all threads are', async () => {
    const message = await messageOf((s) => {
      s.thread('busy', function* () {
        for (;;) yield* thread_sleep(0);
      });
      s.run(() => false, { within: 100 });
    });
    expect(message).toBe('the condition did not come true within 100 instructions:\n  busy # is running');
  });

  it('that throws fails the scenario with its own words', async () => {
    const message = await messageOf((s) => {
      s.thread('x', () => thread_sleep(0));
      s.run(() => {
        throw new TypeError('mine');
      });
    });
    expect(message).toBe('TypeError: mine');
  });
});

describe('a run', () => {
  it('gives up after so many steps, whatever happens in them', async () => {
    const busy = (s: Scene): void => {
      s.thread('busy', function* () {
        for (;;) yield* thread_sleep(0);
      });
    };
    const message = await messageOf((s) => {
      busy(s);
      s.run('ended', { steps: 20 });
    });
    expect(message).toContain('it had not ended after 20 steps:\n  busy #');
    const condition = await messageOf((s) => {
      busy(s);
      s.run(() => false, { steps: 20 });
    });
    expect(condition).toContain('the condition did not come true within 20 steps:\n  busy #');
  });

  it('to the end of threads of which one waits for ever says which', async () => {
    const message = await messageOf((s) => {
      const word = s.memory(4);
      s.thread('first', () => futex_wait(word, 0, 0, FOREVER));
      s.thread('second', () => thread_sleep(5));
      s.run('ended');
    });
    expect(message).toBe('not all threads can end:\n  first # waits for the futex 0x20000000');
  });

  it('of threads that go on for ever ends after so many instructions', async () => {
    const message = await messageOf((s) => {
      s.thread('busy', function* () {
        for (;;) yield* thread_sleep(0);
      });
      s.run('blocked', { within: 50 });
    });
    expect(message).toContain('threads still run after 50 instructions:\n  busy #');
  });
});
