/** How the program goes on, and where it stops: over calls, through recursions, beside other threads and processes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../tools/debugger/terminal/commands/all.js';
import { INFOS } from '../../../../tools/debugger/terminal/commands/info.js';
import { conversation, lineWith } from './conversation.js';

describe('stepping', () => {
  test('next over a recursion ends in the frame that it began in', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('break factorial if n == 4', 'run');
    await talk.all('next', 'next');
    expect(await talk.say('print n')).toBe('$1 = 4');
    expect(await talk.say('backtrace 1')).toMatch(/^#0 {2}(0x\w+ in )?factorial \(n=4\)/);
  });

  test('a breakpoint inside of what next steps over stops it there', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('start', 'next', 'break twice');
    expect(await talk.say('next')).toMatch(/hit Breakpoint 2, twice \(n=1\)/);
  });

  test('finish leaves the frame that is selected, however deep the thread is', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('break factorial if n == 1', 'run', 'up', 'up');
    expect(await talk.say('finish')).toMatch(
      /^Run till exit from #2 [\s\S]*factorial \(n=4\)[\s\S]*Value returned is \$1 = 6$/,
    );
  });

  test('step at the end of a function comes back into the middle of the caller’s line', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('break twice', 'run', 'next');
    expect(await talk.say('step')).toMatch(/^(0x\w+ in )?sum \(numbers=0x\w+ <table>, count=3\) at inventory\.c/);
  });

  test('step goes into no function without lines, and finish of such a function works', async () => {
    const talk = await conversation('inventory.c', { debug: false });
    await talk.say('break sum');
    expect(await talk.say('run')).toMatch(/hit Breakpoint 1, 0x\w+ in sum \(\)\n=> 0x\w+ <sum/);
    expect(await talk.say('next')).toMatch(
      /^Single stepping until exit from function sum, which has no line number information\./,
    );
    expect(await talk.say('backtrace 1')).toMatch(/in main/);
  });

  test('a call that waits is one step, and others run meanwhile', async () => {
    const talk = await conversation('workers.c');
    await talk.all('catch call thread_sleep', 'run', 'delete');
    const before = talk.d.thread;
    await talk.say('stepi');
    expect(talk.d.thread).toBe(before);
    expect(await talk.say('info threads')).toMatch(/thread #\d+ +workers #\d+ +blocked .*waits for the futex/);
  });

  test('optimized code can be stepped line by line to its end', async () => {
    const talk = await conversation('inventory.c', { optimization: '2' });
    await talk.say('start');
    for (let i = 0; i < 200 && talk.d.over === undefined; i++) await talk.say('next');
    expect(talk.d.over).toEqual({ kind: 'exited', code: 12 });
  });

  test('instruction by instruction the program does what it does by itself', async () => {
    const talk = await conversation('inventory.c');
    await talk.say('start');
    while (talk.d.over === undefined) await talk.say('stepi 1000');
    expect(talk.d.over).toEqual({ kind: 'exited', code: 12 });
  });
});

describe('stops', () => {
  test('Ctrl-C stops a program wherever it is, and it goes on as if nothing had been', async () => {
    const talk = await conversation('inventory.c');
    talk.interruptAfter(1);
    // So long a condition is never true.
    await talk.say('watch total if total == 12345');
    await talk.say('run');
    talk.interruptAfter(Number.POSITIVE_INFINITY);
    if (talk.d.over === undefined) await talk.all('delete', 'continue');
    expect(talk.d.over).toEqual({ kind: 'exited', code: 12 });
  });

  test('a condition that cannot be told stops, and says why', async () => {
    const talk = await conversation('inventory.c');
    await talk.say('break factorial if nosuch > 1');
    expect(await talk.say('run')).toMatch(
      /^Error in testing condition for breakpoint 1:\nno symbol "nosuch"[\s\S]*hit Breakpoint 1, factorial/,
    );
  });

  test('hits that a condition refuses do not count, ignored ones do', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('break twice if n > 1', 'ignore 1 1', 'run');
    expect(await talk.say('print n')).toBe('$1 = 3');
    expect(await talk.say('info breakpoints')).toMatch(/already hit 2 times/);
  });

  test('breakpoints of one thread stop no other', async () => {
    const talk = await conversation('workers.c');
    await talk.all('catch call futex_wake', 'run', 'delete');
    const [, first] = /thread #(\d+)/.exec(await talk.say('info threads')) ?? [];
    const line = lineWith('workers.c', 'done += amount');
    await talk.say(`break workers.c:${line} thread ${first}`);
    expect(await talk.say('continue')).toContain(`Thread thread #${first} hit Breakpoint`);
    expect(await talk.say('continue')).toMatch(/exited normally\]$/);
  });

  test('with set follow off a breakpoint is only for the process that was spoken of', async () => {
    const talk = await conversation('parent.c');
    await talk.all('set follow off', 'break mark');
    expect(await talk.say('run')).toMatch(/Thread main #5 hit Breakpoint 1, mark \(by=1\)/);
  });

  test('a fault that is mended goes on, one that is passed ends the program', async () => {
    const talk = await conversation('faulty.c', { console: true });
    await talk.say('run');
    await talk.all('set var place = &attempts', `jump ${lineWith('faulty.c', 'return *place')}`);
    expect(talk.printed).toContain('value 1\n');
    expect(await talk.say('info program')).toMatch(/stopped: illegal instruction/);
    expect(await talk.say('continue')).toMatch(/was ended by a fault: illegal instruction/);
  });

  test('handle nostop nopass lets the instruction be tried again and again, until Ctrl-C', async () => {
    const talk = await conversation('faulty.c', { console: true });
    await talk.all('handle load-page-fault nostop noprint nopass');
    talk.interruptAfter(3);
    expect(await talk.say('run')).toMatch(/Program stopped\./);
  });

  test('where everybody is blocked for ever it is said, and who waits for whom can be looked at', async () => {
    const talk = await conversation('deadlock.c');
    expect(await talk.say('run')).toMatch(/\[Every thread is blocked for ever \(2\)/);
    expect(await talk.say('info threads')).toMatch(/main #\d+ .*waits for the futex 0x\w+, held by thread #\d+/);
    expect(await talk.say('thread apply all bt')).toMatch(/in main [\s\S]*in other /);
    expect(await talk.say('continue')).toMatch(/\[Every thread is blocked for ever/);
    expect(await talk.say('kill')).toMatch(/killed\]$/);
  });

  test('run begins again with the same breakpoints, and asks first where the program has not ended', async () => {
    const talk = await conversation('inventory.c');
    await talk.all('break factorial', 'watch total', 'run', 'delete 2');
    talk.answers = false;
    expect(await talk.say('run')).toMatch(/did nothing/);
    talk.answers = true;
    expect(await talk.say('run')).toMatch(/hit Breakpoint 1, factorial \(n=4\)/);
    expect(talk.questions).toEqual(Array(2).fill('The program is running. Start it from the beginning?'));
  });

  test('what a program is given is its arguments', async () => {
    const talk = await conversation('inventory.c', { console: true });
    await talk.say('run one "two three"');
    expect(talk.printed).toContain('3 arguments');
  });
});

test('more breakpoints than there are is one line, and the others stay', async () => {
  const talk = await conversation('inventory.c');
  let said = '';
  for (let i = 0; i < 5000 && !/too many/.test(said); i++)
    said = await talk.say(`break *0x${(0x10000 + 2 * i).toString(16)}`);
  expect(said).toBe('There are too many breakpoints; delete some.');
  expect(await talk.all('delete', 'break sum', 'run')).toMatch(/hit Breakpoint/);
});

test('no line that a person or a script could type makes the debugger throw', async () => {
  const names = [...COMMANDS.map(({ name }) => name), ...INFOS.map(({ name }) => `info ${name}`)];
  // Those that wait for more, or search all of memory, are not the ones that break.
  const harmless = names.filter((name) => !['source', 'find', 'gdb'].includes(name));
  const word = fc.oneof(
    fc.constantFrom(
      'main',
      'sum',
      'own',
      '1',
      '-1',
      '0',
      '*0',
      '$sp',
      '$pc',
      'all',
      'x',
      '/x',
      '/3i',
      ',',
      'if',
      'thread',
      '5',
      '*$pc',
      'inventory.c:30',
      '99999999999',
      '"',
      '(',
    ),
    fc.string({ maxLength: 12 }),
  );
  const line = fc
    .tuple(fc.constantFrom(...harmless), fc.array(word, { maxLength: 4 }))
    .map(([name, words]) => [name, ...words].join(' '));
  const talk = await conversation('inventory.c');
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
      if (talk.d.over !== undefined) await talk.say('starti');
      talk.interruptAfter(50);
      for (const one of lines) await talk.say(one);
      talk.interpreter.status = undefined;
    }),
    { numRuns: 150 },
  );
});
