/** How a client lets the world go on, and how it hears why it stopped. */
import { describe, expect, it } from 'vitest';
import type { Stop } from '../../../../tools/debugger/debuggee.js';
import { attached, type Conversation } from './conversation.js';
import { CODE, DATA, type Deed, type Script } from './scripted-debuggee.js';
import { TWO_PROCESSES } from './scripted-target.js';

const AT = CODE + 8;

/** Two processes in which somebody does something at AT; without `who` only thread 4 is there to do it. */
function doing(deed: Deed, more: Partial<Script> = {}): Conversation {
  return attached({
    ...TWO_PROCESSES,
    threads: TWO_PROCESSES.threads.slice(0, 2),
    deeds: new Map([[AT, deed]]),
    ...more,
  });
}

function fault(cause: number, more: Partial<Stop> = {}): Deed {
  return { stop: { kind: 'fault', cause, ...more } };
}

function pc(conversation: Conversation): string {
  return conversation.ask('p20');
}

describe('a step', () => {
  it('executes one instruction of the thread that is named', () => {
    const conversation = attached();
    expect(conversation.ask('vCont;s:p3.4;c')).toMatch(/^T05thread:p3\.4;core:0;01:.*20:04000100;$/);
    expect(conversation.target.debuggee.resumption).toEqual({ verdict: 'pass', step: 4 });
    expect(conversation.ask('vCont;s:p9.a')).toMatch(/^T05thread:p9\.a;/);
    expect(conversation.target.debuggee.resumption).toEqual({ verdict: 'pass', step: 10, only: 10 });
  });

  it('without a thread is one of the thread that stopped', () => {
    const conversation = attached();
    conversation.ask('vCont;s:p9.a;c');
    expect(conversation.ask('vCont;s')).toMatch(/^T05thread:p9\.a;.*20:08000100;$/);
  });

  it('as older clients ask for it is one of the thread that they chose', () => {
    const conversation = attached();
    conversation.ask('Hcp3.4');
    expect(conversation.ask('s')).toMatch(/^T05thread:p3\.4;.*20:04000100;$/);
    expect(conversation.ask('s10020')).toMatch(/^T05thread:p3\.4;.*20:24000100;$/);
    expect(conversation.ask('S05')).toMatch(/^T05thread:p3\.4;.*20:28000100;$/);
    for (const packet of ['sxyz', 'S', 'C', 'Sfff', 's100000000']) expect(conversation.ask(packet)).toBe('E01');
  });

  it('through a range goes on until it is left', () => {
    const conversation = attached();
    expect(conversation.ask('vCont;r10000,10010:p3.4;c:p3.-1')).toMatch(/20:10000100;$/);
    expect(conversation.ask('vCont;r20000,20010:p3.4')).toMatch(/20:14000100;$/);
  });

  it('through a range ends at a breakpoint within', () => {
    const conversation = attached();
    conversation.ask('Z0,10008,4');
    expect(conversation.ask('vCont;r10000,10010:p3.4')).toMatch(/swbreak:;.*20:08000100;$/);
  });

  it('of a thread that ends is over', () => {
    const conversation = doing({ stop: { kind: 'thread ended', thread: 5 } });
    const { shown, answer } = conversation.read('vCont;s:p3.5;c');
    expect(conversation.target.debuggee.notices).toMatchObject({ threadEnds: true });
    expect(shown).toBe('thread #5 ended\n');
    expect(answer).toMatch(/^T05thread:p3\./);
    // Nobody steps any more, so nobody needs to hear of it.
    conversation.say('vCont;c');
    expect(conversation.target.debuggee.notices).toMatchObject({ threadEnds: false });
  });
});

describe('going on', () => {
  it('names threads that must not stand still, and nobody else of their process runs', () => {
    const conversation = attached();
    conversation.say('vCont;c:p3.4');
    expect(conversation.target.debuggee.resumption).toEqual({ verdict: 'pass', only: 4 });
  });

  it('of one process is going on of all: they are servers of each other', () => {
    const conversation = attached();
    conversation.say('vCont;c:p3.-1');
    expect(conversation.target.debuggee.resumption).toEqual({ verdict: 'pass' });
  });

  it('that cannot be understood is an error, and nothing moves', () => {
    const conversation = attached();
    for (const packet of ['vCont', 'vCont;', 'vCont;x', 'vCont;C', 'vCont;Cfff', 'vCont;c:zz', 'vCont;r10000:p3.4'])
      expect(conversation.ask(packet)).toBe('E01');
    expect(conversation.ask(`vCont${';c:p3.4'.repeat(65)}`)).toBe('E01');
    expect(conversation.target.instructions).toBe(0);
  });

  it('nothing is answered while the world runs, but an interrupt at once', () => {
    const { client } = attached();
    expect(client.interrupt()).toEqual([]);
    expect(client.receive('vCont;c')).toEqual([]);
    expect(client.isHolding).toBe(false);
    expect(client.receive('g')).toEqual([]);
    expect(client.run(10)).toEqual({ kind: 'on' });
    const [stop] = client.interrupt();
    expect(stop).toMatch(/^T02thread:p3\.4;/);
    expect(client.isHolding).toBe(true);
    expect(client.receive('g')).toHaveLength(1);
  });
});

it('a question about any thread is about the one that was told of last', () => {
  const conversation = attached();
  conversation.say('vCont;s:p9.a');
  conversation.ask('Hgp0.0');
  expect(pc(conversation)).toBe('04000100');
  expect(conversation.ask('qC')).toBe('QCp9.a');
  conversation.ask('Hgp3.0');
  expect(pc(conversation)).toBe('00000100');
});

describe('a breakpoint', () => {
  it.each([
    ['Z0,10010,4', 'swbreak:;'],
    ['Z1,10010,2', 'hwbreak:;'],
  ])('stops whoever comes there, and says which kind it is: %s', (packet, reason) => {
    const conversation = attached();
    conversation.ask(packet);
    expect(conversation.ask('vCont;c')).toMatch(new RegExp(`^T05thread:p3\\.4;core:0;${reason}.*20:10000100;$`));
    expect(conversation.ask('qC')).toBe('QCp3.4');
    expect(conversation.ask('?')).toContain(reason);
  });

  it.each([
    ['Z2,20000,4', { store: DATA + 2 }, 'watch:20000;'],
    ['Z3,20000,4', { load: DATA + 2 }, 'rwatch:20000;'],
    ['Z4,20000,4', { load: DATA + 2 }, 'awatch:20000;'],
    ['Z4,20000,4', { store: DATA + 3 }, 'awatch:20000;'],
  ])('on data says what is watched: %s', (packet, deed, reason) => {
    const conversation = doing(deed);
    conversation.ask(packet);
    expect(conversation.ask('vCont;c')).toContain(`;core:0;${reason}`);
    expect(pc(conversation)).toBe('08000100');
  });
});

describe('a fault', () => {
  it.each([
    [2, '04'],
    [3, '05'],
    [0, '0a'],
    [4, '0a'],
    [6, '0a'],
    [1, '0b'],
    [5, '0b'],
    [7, '0b'],
    [12, '0b'],
    [13, '0b'],
    [15, '0b'],
    [8, '0c'],
  ])('with cause %i is signal %s', (cause, signal) => {
    const conversation = doing(fault(cause));
    expect(conversation.ask('vCont;c')).toMatch(new RegExp(`^T${signal}thread:p3\\.4;`));
    expect(conversation.ask('?')).toMatch(new RegExp(`^T${signal}thread:p3\\.4;`));
  });

  it.each([
    ['vCont;C0b:p3.4;c', 'pass'],
    ['vCont;c', 'handled'],
    ['vCont;S0b:p3.4', 'pass'],
    ['vCont;s:p3.4', 'handled'],
    ['C0b', 'pass'],
    ['c', 'handled'],
    ['vCont;C09', 'kill process'],
    // Its thread stays where it is, and will fault again.
    ['vCont;c:p9.-1', 'handled'],
  ])('is passed with its signal, and handled without: %s', (packet, verdict) => {
    const conversation = doing(fault(13));
    conversation.ask('vCont;c');
    conversation.say(packet);
    expect(conversation.target.debuggee.resumption).toMatchObject({ verdict });
  });

  it('of an ebreak is passed where the thread is still there, since no signal comes with it', () => {
    const conversation = doing(fault(3, { pc: AT }));
    conversation.ask('vCont;c');
    conversation.say('vCont;c');
    expect(conversation.target.debuggee.resumption).toMatchObject({ verdict: 'pass' });
    conversation.ask('P20=0c000100');
    conversation.say('vCont;c');
    expect(conversation.target.debuggee.resumption).toMatchObject({ verdict: 'handled' });
  });

  it('whose signal is passed without a word stops nobody', () => {
    const conversation = doing(fault(13));
    expect(conversation.ask('QPassSignals:e;b;')).toBe('OK');
    expect(conversation.ask('vCont;c')).toMatch(/^T02/);
    expect(conversation.target.debuggee.resumption).toMatchObject({ verdict: 'pass' });
    expect(conversation.ask('QPassSignals:')).toBe('OK');
    expect(conversation.ask('vCont;c')).toMatch(/^T0b/);
    expect(conversation.ask('QPassSignals:xyz')).toBe('E01');
  });

  it.each([
    ['first', 1, true],
    ['first', 2, false],
    ['second', 1, false],
    ['second', 2, true],
    ['both', 1, true],
    ['both', 2, true],
    ['never', 1, false],
    ['never', 2, false],
  ] as const)('stops the world as the policy says: %s at chance %i: %s', (policy, chance, isTold) => {
    const conversation = doing(fault(13, { chance }));
    conversation.monitor(`faults ${policy}`);
    expect(conversation.ask('vCont;c').startsWith('T0b')).toBe(isTold);
  });
});

describe('a call', () => {
  const calls = (kind: 'call' | 'return'): Conversation => doing({ stop: { kind, detail: 0x86, status: -3 } });

  it('is a system call where gdb asks for those', () => {
    const conversation = calls('call');
    expect(conversation.ask('QCatchSyscalls:1;86')).toBe('OK');
    expect([...conversation.target.debuggee.places.values()]).toEqual([{ call: 0x86 }]);
    expect(conversation.ask('vCont;c')).toContain(';core:0;syscall_entry:86;');
    expect(conversation.ask('QCatchSyscalls:1')).toBe('OK');
    expect([...conversation.target.debuggee.places.values()]).toEqual(['calls']);
    expect(conversation.ask('QCatchSyscalls:0')).toBe('OK');
    expect(conversation.target.debuggee.places.size).toBe(0);
    for (const packet of ['QCatchSyscalls:2', 'QCatchSyscalls:1;zz', 'QCatchSyscalls:'])
      expect(conversation.ask(packet)).toBe('E01');
    const back = calls('return');
    back.ask('QCatchSyscalls:1');
    expect(back.ask('vCont;c')).toContain('syscall_return:86;');
  });

  it('is told in words where the monitor catches it', () => {
    const conversation = calls('call');
    conversation.monitor('catch call process_exit');
    const { shown, answer } = conversation.read('vCont;c');
    expect(shown).toMatch(/^thread main #4 calls process_exit\(code=\d+\)\n$/);
    expect(answer).toMatch(/^T05thread:p3\.4;/);
    const back = calls('return');
    back.monitor('catch call');
    expect(back.read('vCont;c').shown).toMatch(/^thread main #4 has called process_exit: [A-Z_]+\n$/);
  });

  it('that nobody wants stops nobody', () => {
    const conversation = calls('call');
    conversation.monitor('catch call process_start');
    expect(conversation.ask('vCont;c')).toMatch(/^T02/);
  });
});

describe('what comes and goes', () => {
  it.each([
    ['event', 'event', { status: 0 }, /^thread main #4 goes on: its wait ended with OK\n$/],
    ['thread-start', 'thread started', {}, /^thread main #4 started\n$/],
    ['thread-end', 'thread ended', { thread: 77 }, /^thread #77 ended\n$/],
    ['process-start', 'process started', { thread: 0 }, /^process program #3 started\n$/],
  ] as const)('is told where it is caught: %s', (thing, kind, more, sentence) => {
    const conversation = doing({ stop: { kind, ...more } });
    expect(conversation.ask('vCont;c')).toMatch(/^T02/);
    conversation.monitor(`catch ${thing}`);
    const { shown, answer } = conversation.read('vCont;c');
    expect(shown).toMatch(sentence);
    expect(answer).toMatch(/^T05thread:p3\.4;/);
  });

  it.each([
    [1, 7, 'W07'],
    [1, -1, 'Wffffffff'],
    [2, 0, 'X0b'],
    [3, 0, 'X09'],
    [4, 0, 'X09'],
  ])('a process that ends is told with its reason: %i, code %i: %s', (status, detail, word) => {
    const conversation = attached({
      ...TWO_PROCESSES,
      deeds: new Map([[AT, { stop: { kind: 'process ended', process: 9, thread: 0, status, detail } }]]),
    });
    conversation.ask('qfThreadInfo');
    expect(conversation.ask('vCont;c')).toBe(`${word};process:9`);
    expect(conversation.ask('qXfer:threads:read::0,1000')).not.toContain('p9.');
    expect(conversation.ask('Hgp9.0')).toBe('E01');
  });

  it('a process that the client has never heard of ends without a word: gdb would crash', () => {
    const conversation = attached({
      ...TWO_PROCESSES,
      deeds: new Map([[AT, { stop: { kind: 'process ended', process: 9, thread: 0, status: 1 } }]]),
    });
    expect(conversation.ask('vCont;c')).toMatch(/^T02thread:p3\.4;/);
    expect(conversation.ask('qfThreadInfo')).toBe('mp3.4,p3.5');
  });

  it('a process that ends by a fault is told with the signal of that fault', () => {
    const conversation = attached({
      ...TWO_PROCESSES,
      deeds: new Map<number, Deed>([
        [AT, fault(2)],
        [AT + 4, { stop: { kind: 'process ended', process: 3, thread: 0, status: 2 } }],
      ]),
    });
    expect(conversation.ask('vCont;c')).toMatch(/^T04thread:p3\.4/);
    expect(conversation.ask('vCont;c:p3.4')).toBe('X04;process:3');
  });
});

describe('the end of the world', () => {
  it('is told of one process after another, and then there is nobody left', () => {
    const conversation = attached({
      ...TWO_PROCESSES,
      deeds: new Map<number, Deed>([[AT, { ran: { kind: 'exited', code: 5 } }]]),
    });
    conversation.ask('qXfer:threads:read::0,1000');
    expect(conversation.ask('vCont;c')).toBe('W05;process:3');
    expect(conversation.ask('vCont;c')).toBe('W00;process:9');
    expect(conversation.ask('vCont;c')).toBe('E01');
    expect(conversation.ask('?')).toBe('W00');
    expect(conversation.client.isHolding).toBe(true);
  });

  it('that is no end is told in words, and can be told again', () => {
    const conversation = attached({ ...TWO_PROCESSES, threads: [{ ...TWO_PROCESSES.threads[1] }] });
    for (let i = 0; i < 2; i++) {
      const { shown, answer } = conversation.read('vCont;c');
      expect(shown).toContain('every thread is blocked for ever');
      expect(answer).toMatch(/^T00thread:p3\.5;/);
    }
  });
});

describe('a client', () => {
  it('lets go of a process, which is its business no more', () => {
    const conversation = attached({
      ...TWO_PROCESSES,
      threads: TWO_PROCESSES.threads.filter(({ koid }) => koid !== 4),
      deeds: new Map([[AT, fault(13)]]),
    });
    expect(conversation.ask('D;9')).toBe('OK');
    expect(conversation.target.debuggee.isDetached).toBe(false);
    expect(conversation.ask('qXfer:threads:read::0,1000')).not.toContain('p9.');
    expect(conversation.ask('vCont;c')).toMatch(/^T02/);
    expect(conversation.target.debuggee.resumption).toMatchObject({ verdict: 'pass' });
    expect(conversation.ask('vAttach;9')).toMatch(/^T05thread:p9\.a;/);
    expect(conversation.ask('vCont;c')).toMatch(/^T0bthread:p9\.a;/);
    expect(conversation.ask('vAttach;8')).toBe('E01');
    expect(conversation.ask('D;8')).toBe('E01');
  });

  it('that lets go of everything lets the world go on, and does not stop it by asking', () => {
    const conversation = attached();
    conversation.ask('Z0,10010,4');
    conversation.ask('D;3');
    expect(conversation.client.isHolding).toBe(true);
    conversation.ask('D;9');
    expect(conversation.target.debuggee.isDetached).toBe(true);
    expect(conversation.client.isHolding).toBe(false);
    expect(conversation.ask('qfThreadInfo')).toBe('l');
    expect(conversation.ask('qXfer:osdata:read:threads:0,1000')).toContain('<osdata');
    expect(conversation.ask('g')).toBe('E01');
    expect(conversation.target.attachments).toBe(1);
    expect(conversation.ask('vAttach;3')).toMatch(/^T05thread:p3\.4;/);
    expect(conversation.target.attachments).toBe(2);
    expect(conversation.ask('qfThreadInfo')).toBe('mp3.4,p3.5');
    expect(conversation.ask('D')).toBe('OK');
    expect(conversation.client.isHolding).toBe(false);
  });

  it('kills a process, or all', () => {
    const conversation = attached();
    expect(conversation.ask('qAttached:3')).toBe('1');
    expect(conversation.ask('vKill;9')).toBe('OK');
    expect(conversation.ask('vKill;9')).toBe('E01');
    expect(conversation.ask('vKill;x')).toBe('E01');
    expect([...conversation.target.debuggee.killed]).toEqual([9]);
    expect(conversation.say('k')).toEqual([]);
    expect([...conversation.target.debuggee.killed]).toEqual([9, 3]);
    expect(conversation.ask('?')).toBe('W00');
  });

  it('starts the program again, with other arguments or the same', () => {
    const conversation = attached();
    conversation.ask('Z0,10010,4');
    conversation.monitor('catch event');
    conversation.say('vCont;c');
    expect(conversation.ask('vRun;')).toMatch(/^T05thread:p3\.4;.*20:00000100;$/);
    expect([...conversation.target.debuggee.places.values()]).toEqual(['events']);
    expect(conversation.ask('qAttached:3')).toBe('0');
    expect(conversation.ask(`vRun;2f78;${Buffer.from('one').toString('hex')};32`)).toMatch(/^T05/);
    expect(conversation.say('R00')).toEqual([]);
    expect(conversation.ask('?')).toMatch(/^T05thread:p3\.4;/);
    expect(conversation.target.restarts).toEqual([undefined, ['one', '2'], undefined]);
    conversation.target.problem = 'it does not fit\n';
    expect(conversation.ask('vRun;')).toBe('E.it does not fit?');
    expect(conversation.ask('vRun;;zz')).toBe('E01');
    expect(conversation.ask('vRunning')).toBe('');
  });

  it('that leaves while the world runs leaves it running', () => {
    const { client, target } = attached();
    client.receive('vCont;c');
    client.leave();
    expect(target.debuggee.isDetached).toBe(true);
    expect({ isRunning: client.isRunning, isHolding: client.isHolding }).toEqual({
      isRunning: false,
      isHolding: false,
    });
  });
});
