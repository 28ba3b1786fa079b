/** What a client can ask while the world stands still. */
import { describe, expect, it } from 'vitest';
import { PACKET_BYTES } from '../../../../tools/debugger/gdb/framing.js';
import { attached, Conversation, hex } from './conversation.js';
import { CODE, DATA, DATA_BYTES, type Script } from './scripted-debuggee.js';
import { PROGRAM, TWO_PROCESSES } from './scripted-target.js';

/** Of thread 4: pc at CODE, and in each other register its koid and its number. */
const REGISTERS = `00000000${Array.from({ length: 31 }, (_, i) => `${(i + 1).toString(16).padStart(2, '0')}040000`).join('')}00000100`;

describe('a client', () => {
  it('stops nobody before it asks how things stand', () => {
    const conversation = new Conversation();
    const { target } = conversation;
    conversation.ask('qSupported:multiprocess+;swbreak+');
    conversation.ask('Hgp0.0');
    conversation.ask('qXfer:features:read:target.xml:0,1000');
    expect(target.attachments).toBe(0);
    expect(conversation.client.isHolding).toBe(false);
    expect(conversation.ask('?')).toBe('T05thread:p3.4;core:0;01:01040000;02:02040000;08:08040000;20:00000100;');
    expect(target.attachments).toBe(1);
    expect(conversation.client.isHolding).toBe(true);
    expect(target.debuggee.stopped).toMatchObject({ kind: 'stopped' });
  });

  it('gets an error for what is about the world before that, and the empty answer for what there is not', () => {
    const conversation = new Conversation();
    for (const packet of ['g', 'm10000,4', 'Z0,10000,4', 'vCont;c', 'D', 'vKill;3', 'c', 'Tp3.4'])
      expect(conversation.ask(packet)).toBe('E01');
    for (const packet of ['vMustReplyEmpty', 'qTStatus', 'A', 'b', 'Qnonsense', 'jThreadsInfo', ''])
      expect(conversation.ask(packet)).toBe('');
  });

  it('learns what is supported, and is no longer acknowledged where it asks for that', () => {
    const conversation = new Conversation();
    const features = conversation.ask('qSupported').split(';');
    expect(features).toContain(`PacketSize=${PACKET_BYTES.toString(16)}`);
    for (const name of ['multiprocess+', 'QStartNoAckMode+', 'qXfer:exec-file:read+', 'swbreak+', 'hwbreak+'])
      expect(features).toContain(name);
    expect(conversation.client.acknowledges).toBe(true);
    expect(conversation.ask('QStartNoAckMode')).toBe('OK');
    expect(conversation.client.acknowledges).toBe(false);
    expect(conversation.ask('vCont?')).toBe('vCont;c;C;s;S;r');
  });
});

describe('threads', () => {
  it('are listed with names and with what they wait for', () => {
    const document = attached().ask('qXfer:threads:read::0,1000');
    expect(document[0]).toBe('l');
    expect(document).toContain('<thread id="p3.4" core="0" name="main">program: ready</thread>');
    expect(document).toContain(
      '<thread id="p3.5" core="0" name="worker">program: waits for lock #7, held by main #4</thread>',
    );
    expect(document).toContain('<thread id="p9.a" core="0" name="main">server: ready</thread>');
  });

  it('are listed for clients that read no documents', () => {
    const conversation = attached();
    expect(conversation.ask('qfThreadInfo')).toBe('mp3.4,p3.5,p9.a');
    expect(conversation.ask('qsThreadInfo')).toBe('l');
    expect(conversation.ask('qThreadExtraInfo,p3.5')).toBe(hex('program: waits for lock #7, held by main #4'));
    expect(conversation.ask('qThreadExtraInfo,p3.6')).toBe('E01');
    expect(conversation.ask('qC')).toBe('QCp3.4');
  });

  it('may have names that no document can hold', () => {
    const document = attached({
      ...TWO_PROCESSES,
      threads: [{ koid: 4, process: 3, name: '<&">\x00é\ud800' }],
    }).ask('qXfer:threads:read::0,1000');
    expect(Buffer.from(document, 'latin1').toString()).toContain('name="&lt;&amp;&quot;&gt;?é?"');
  });

  it('are read in pieces, all of one moment, however many there are', () => {
    const threads = Array.from({ length: 500 }, (_, i) => ({ koid: 100 + i, process: 3, name: `thread ${i}` }));
    const conversation = attached({ ...TWO_PROCESSES, threads });
    let document = '';
    for (;;) {
      const piece = conversation.ask(`qXfer:threads:read::${document.length.toString(16)},ffb`);
      document += piece.slice(1);
      if (piece[0] === 'l') break;
      expect(piece.length).toBeGreaterThan(1);
    }
    expect(document.match(/<thread id=/g)).toHaveLength(500);
    expect(document.trimEnd().endsWith('</threads>')).toBe(true);
    expect(conversation.ask('qXfer:threads:read::ffffff,100')).toBe('l');
    const ids: string[] = [];
    for (let list = conversation.ask('qfThreadInfo'); list !== 'l'; list = conversation.ask('qsThreadInfo'))
      ids.push(...list.slice(1).split(','));
    expect(new Set(ids).size).toBe(500);
  });

  it('can be chosen, by themselves and by their process, and asked after', () => {
    const conversation = attached();
    for (const id of ['p3.5', 'p9.0', 'p9.-1', 'p0.0', 'p-1.-1', '0', '-1', '5'])
      expect(conversation.ask(`Hg${id}`)).toBe('OK');
    for (const id of ['p3.a', 'p3.6', 'p4.0', 'p8', 'x', '']) expect(conversation.ask(`Hg${id}`)).toBe('E01');
    expect(conversation.ask('Hcp3.4')).toBe('OK');
    expect(conversation.ask('Hxp3.4')).toBe('');
    expect(conversation.ask('Tp9.a')).toBe('OK');
    expect(conversation.ask('Tp3.a')).toBe('E01');
  });
});

describe('registers', () => {
  it('are read all at once: x0 to x31 and pc', () => {
    expect(attached().ask('g')).toBe(REGISTERS);
  });

  it('are read one by one, control registers among them, counters in two halves', () => {
    const conversation = attached();
    expect(conversation.ask('p0')).toBe('00000000');
    expect(conversation.ask('p2')).toBe('02040000');
    expect(conversation.ask('p20')).toBe('00000100');
    const csr = (number: number): string => conversation.ask(`p${(65 + number).toString(16)}`);
    expect(csr(0x300)).toBe('80000000');
    expect(csr(0x180)).toBe('01000080');
    expect(csr(0xc00)).toBe('00000000');
    expect(csr(0xc80)).toBe('05000000');
    expect(csr(0x7c0)).toBe('E01');
    expect(conversation.ask('pffffffffffffff')).toBe('E01');
    expect(conversation.ask('p')).toBe('E01');
  });

  it('are described by name and number', () => {
    const document = new Conversation().ask('qXfer:features:read:target.xml:0,4000');
    expect(document).toContain('<architecture>riscv:rv32</architecture>');
    expect(document).toContain('<reg name="pc" bitsize="32" type="code_ptr" regnum="32"/>');
    expect(document).toContain(`<reg name="satp" bitsize="32" type="uint32" regnum="${65 + 0x180}"`);
    expect(document).toContain('<reg name="a0" bitsize="32" type="int" regnum="10"/>');
    expect(document).toContain('<reg name="s11" bitsize="32" type="int" regnum="27"/>');
    expect(document).toContain('<reg name="t6" bitsize="32" type="int" regnum="31"/>');
    expect(new Conversation().ask('qXfer:features:read:other.xml:0,4000')).toBe('E01');
  });

  it('are written, but x0 is never anything but zero and control registers are not ours', () => {
    const conversation = attached();
    expect(conversation.ask('P2=78563412')).toBe('OK');
    expect(conversation.ask('p2')).toBe('78563412');
    expect(conversation.ask('P0=78563412')).toBe('OK');
    expect(conversation.ask('p0')).toBe('00000000');
    expect(conversation.ask(`P${(65 + 0x300).toString(16)}=00000000`)).toBe('E01');
    expect(conversation.ask('P2=7856341')).toBe('E01');
    expect(conversation.ask('P2')).toBe('E01');
    expect(conversation.ask(`G${REGISTERS}`)).toBe('OK');
    expect(conversation.ask('g')).toBe(REGISTERS);
    expect(conversation.ask(`G${'ff'.repeat(4)}xxxxxxxx44332211`)).toBe('OK');
    expect(conversation.ask('g').slice(0, 24)).toBe('000000000104000044332211');
    expect(conversation.ask(`G${REGISTERS}00000000`)).toBe('E01');
    expect(conversation.ask('G0000')).toBe('E01');
  });

  it('are those of the thread that was chosen', () => {
    const conversation = attached();
    conversation.ask('Hgp9.a');
    expect(conversation.ask('p2')).toBe('020a0000');
  });

  it('of a thread that has none are unavailable', () => {
    const script: Script = { ...TWO_PROCESSES, threads: [{ koid: 4, process: 3, name: 'main', isScript: true }] };
    const conversation = attached(script);
    expect(conversation.ask('g')).toBe('x'.repeat(33 * 8));
    expect(conversation.ask('p20')).toBe('xxxxxxxx');
    expect(conversation.ask(`p${(65 + 0x300).toString(16)}`)).toBe('xxxxxxxx');
    expect(conversation.ask('P2=00000000')).toBe('E01');
  });
});

describe('memory', () => {
  it('is read as digits or as bytes, as far as it can be read', () => {
    const conversation = attached();
    expect(conversation.ask(`m${CODE.toString(16)},8`)).toBe('1300000013001000');
    expect(conversation.ask(`x${CODE.toString(16)},8`)).toBe('b\x13\0\0\0\x13\0\x10\0');
    const last = (DATA + DATA_BYTES - 2).toString(16);
    expect(conversation.ask(`m${last},10`)).toBe('0000');
    expect(conversation.ask('m0,4')).toBe('E0e');
    expect(conversation.ask('x0,4')).toBe('E0e');
    expect(conversation.ask('m0,0')).toBe('');
    for (const packet of ['m', 'm10000', 'm10000,', 'm1ffffffff,4', 'm10000,zz', 'x,4'])
      expect(conversation.ask(packet)).toBe('E01');
  });

  it('is written as digits or as bytes, all or not at all', () => {
    const conversation = attached();
    const at = DATA.toString(16);
    expect(conversation.ask(`M${at},4:01020304`)).toBe('OK');
    expect(conversation.ask(`X${(DATA + 4).toString(16)},3:#$}`)).toBe('OK');
    expect(conversation.ask(`m${at},8`)).toBe('0102030423247d00');
    expect(conversation.ask(`X${at},0:`)).toBe('OK');
    expect(conversation.ask('M0,1:00')).toBe('E0e');
    for (const packet of [`M${at},4:010203`, `M${at},4`, `M${at}:00`, `X${at},4:abc`, `M${at},1:0g`])
      expect(conversation.ask(packet)).toBe('E01');
  });

  it('is that of the process that was chosen', () => {
    const conversation = attached();
    conversation.ask('Hgp9.0');
    conversation.ask(`M${DATA.toString(16)},1:aa`);
    expect(conversation.ask(`m${DATA.toString(16)},1`)).toBe('aa');
    conversation.ask('Hgp3.0');
    expect(conversation.ask(`m${DATA.toString(16)},1`)).toBe('00');
  });

  it('comes in answers that are never longer than a packet', () => {
    const conversation = attached();
    conversation.target.debuggee.memory.get(3)?.set(0x100000, new Uint8Array(1 << 16).fill(0x7d));
    expect(conversation.ask('m100000,10000')).toHaveLength(PACKET_BYTES);
    expect(conversation.ask('x100000,10000').length).toBeLessThanOrEqual(PACKET_BYTES / 2);
  });
});

describe('executables', () => {
  it('are named for each process by a path that is made up, and read by it', () => {
    const conversation = attached();
    const path = conversation.ask('qXfer:exec-file:read:3:0,1000').slice(1);
    expect(path).toBe('/tocsin/program.elf');
    expect(conversation.ask('vFile:setfs:3')).toBe('F0');
    const file = conversation.ask(`vFile:open:${hex(path)},0,0`).slice(1);
    const [image] = conversation.target.images;
    const status = conversation.ask(`vFile:fstat:${file}`);
    expect(status.slice(0, 4)).toBe('F40;');
    expect(Buffer.from(status.slice(4), 'latin1').readBigUInt64BE(28)).toBe(BigInt(image.bytes.length));
    let bytes = '';
    for (;;) {
      const piece = conversation.ask(`vFile:pread:${file},3ff,${bytes.length.toString(16)}`);
      const semicolon = piece.indexOf(';');
      expect(Number.parseInt(piece.slice(1, semicolon), 16)).toBe(piece.length - semicolon - 1);
      if (semicolon === piece.length - 1) break;
      bytes += piece.slice(semicolon + 1);
    }
    expect(Buffer.from(bytes, 'latin1').equals(image.bytes)).toBe(true);
    expect(conversation.ask(`vFile:close:${file}`)).toBe('F0');
    expect(conversation.ask(`vFile:close:${file}`)).toBe('F-1,9');
    expect(conversation.ask(`vFile:pread:${file},10,0`)).toBe('F-1,9');
  });

  it('that nobody knows are a header, so that gdb knows the machine', () => {
    const conversation = attached({ ...TWO_PROCESSES, code: Uint8Array.of(1, 2, 3) });
    const path = conversation.ask('qXfer:exec-file:read:9:0,1000').slice(1);
    expect(path).toBe('/tocsin/server.elf');
    // One that is called as the program is, and is not it.
    expect(conversation.ask('qXfer:exec-file:read:3:0,1000')).toBe('l/tocsin/program-2.elf');
    const file = conversation.ask(`vFile:open:${hex(path)},0,0`).slice(1);
    expect(conversation.ask(`vFile:pread:${file},6,0`)).toBe('F6;\x7fELF\x01\x01');
    expect(conversation.ask('qXfer:exec-file:read:8:0,1000')).toBe('E01');
  });

  it('are all the files that there are, and nothing can be written', () => {
    const conversation = attached();
    for (const path of ['/etc/passwd', '', '/tocsin/../etc/passwd', '/tocsin/', 'program.elf'])
      expect(conversation.ask(`vFile:open:${hex(path)},0,0`)).toBe('F-1,2');
    const path = hex('/tocsin/program.elf');
    for (const flags of ['1', '2', '201', '401', '200']) {
      expect(conversation.ask(`vFile:open:${path},${flags},1ff`)).toBe('F-1,d');
    }
    expect(conversation.ask(`vFile:unlink:${path}`)).toBe('F-1,d');
    expect(conversation.ask('vFile:pwrite:1,0,abc')).toBe('F-1,d');
    expect(conversation.ask('vFile:nonsense:1')).toBe('');
    expect(conversation.ask('vFile:open:zz,0,0')).toBe('F-1,16');
    expect(conversation.ask('vFile:open')).toBe('F-1,16');
  });

  it('can be open sixteen times', () => {
    const conversation = attached();
    const open = `vFile:open:${hex('/tocsin/program.elf')},0,0`;
    const files = new Set(Array.from({ length: 16 }, () => conversation.ask(open)));
    expect(files.size).toBe(16);
    expect(conversation.ask(open)).toBe('F-1,18');
    conversation.ask('vFile:close:3');
    expect(conversation.ask(open)).toBe('F3');
  });
});

describe('info os', () => {
  it('lists the tables, and each has its columns and rows', () => {
    const conversation = new Conversation();
    const types = conversation.ask('qXfer:osdata:read::0,4000');
    for (const name of ['processes', 'threads', 'channels', 'locks', 'pools', 'allocators'])
      expect(types).toContain(`<column name="Type">${name}</column>`);
    conversation.target.views = [
      { koid: 7, owner: 'main <4>', waiting: 1, pools: 0, highest: null, ownerDied: false, payer: 1, references: 2 },
    ];
    const locks = conversation.ask('qXfer:osdata:read:locks:0,4000');
    expect(locks).toContain('<osdata type="locks">');
    expect(locks).toContain('<column name="Koid">7</column><column name="Owner">main &lt;4&gt;</column>');
    expect(locks).toContain('<column name="Highest"></column><column name="Owner died">no</column>');
    expect(conversation.ask('qXfer:osdata:read:nonsense:0,4000')).toBe('E01');
    expect(conversation.target.attachments).toBe(0);
  });

  it('documents that there are not get the empty answer', () => {
    const conversation = new Conversation();
    expect(conversation.ask('qXfer:auxv:read::0,1000')).toBe('');
    expect(conversation.ask('qXfer:osdata:write::0:00')).toBe('');
    expect(conversation.ask('qXfer:osdata:read')).toBe('E01');
  });
});

describe('monitor', () => {
  it('has help, which names every command', () => {
    const help = new Conversation().monitor('help');
    for (const name of ['ps', 'why', 'catch', 'uncatch', 'faults', 'journal']) expect(help).toContain(`  ${name} `);
  });

  it('says in a line what is wrong', () => {
    const conversation = attached();
    expect(conversation.monitor('jornal')).toBe('there is no command jornal; did you mean journal?\n');
    expect(conversation.monitor('ps thread')).toBe('there is no view thread; did you mean threads?\n');
    expect(conversation.monitor('journal 0')).toBe('0: expected a number from 1 to 1000\n');
    expect(conversation.monitor('why not')).toBe('expected why\n');
    expect(conversation.monitor('catch call nosuch_call')).toContain('there is no call nosuch_call');
    expect(conversation.monitor('catch fire')).toContain('there is no thing fire: event');
    expect(conversation.monitor('faults maybe')).toContain('there is no policy maybe: first');
    expect(new Conversation().monitor('catch')).toBe('no process is attached\n');
    expect(conversation.ask('qRcmd,zz')).toBe('E01');
  });

  it('takes the beginning of a name, and shows the end of the journal', () => {
    expect(attached().monitor('jour 2')).toBe('record 0\nrecord 1\n');
  });

  it('shows tables, in as many packets as they need', () => {
    const conversation = attached();
    conversation.target.views = Array.from({ length: 1000 }, (_, koid) => ({ koid, owner: `thread ${koid}` }));
    const answers = conversation.say(`qRcmd,${hex('ps locks')}`);
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.at(-1)).toBe('OK');
    for (const answer of answers) expect(answer.length).toBeLessThanOrEqual(PACKET_BYTES);
    expect(conversation.monitor('ps locks')).toContain('LOCKS (1000)');
  });

  it('says why the world is stopped', () => {
    const conversation = attached();
    conversation.say('vCont;s:p3.4;c');
    expect(conversation.monitor('why')).toBe(
      'step, thread #4 of process #3, pc 0x10004\n1 instructions, 10 ns since boot\n',
    );
  });

  it('catches, and lists what is caught', () => {
    const conversation = attached();
    expect(conversation.monitor('catch')).toBe('nothing is caught\n');
    expect(conversation.monitor('catch call lock_acquire')).toBe('caught: call lock_acquire\n');
    expect(conversation.monitor('catch event')).toBe('caught: call lock_acquire, event\n');
    expect([...conversation.target.debuggee.places.values()]).toEqual([{ call: expect.any(Number) }, 'events']);
    expect(conversation.monitor('catch call')).toBe('caught: every call, event\n');
    expect([...conversation.target.debuggee.places.values()]).toEqual(['events', 'calls']);
    conversation.monitor('catch process-start');
    expect(conversation.target.debuggee.notices).toMatchObject({ processStarts: true, processEnds: true });
    expect(conversation.monitor('uncatch')).toBe('nothing is caught\n');
    expect(conversation.target.debuggee.places.size).toBe(0);
    expect(attached({ ...TWO_PROCESSES, room: 0 }).monitor('catch event')).toBe('too much is caught already\n');
  });

  it('asks for second chances where the policy wants them', () => {
    const conversation = attached();
    expect(conversation.monitor('faults')).toBe('faults: first\n');
    expect(conversation.monitor('faults both')).toBe('faults: both\n');
    expect(conversation.target.debuggee.notices).toMatchObject({ secondChance: true });
  });
});

describe('breakpoints', () => {
  it('are set once and cleared once, in the process that was chosen', () => {
    const conversation = attached();
    const { places } = conversation.target.debuggee;
    for (const packet of ['Z0,10010,4', 'Z0,10010,4', 'Z1,10010,4', 'Z2,20000,4', 'Z3,20000,4', 'Z4,20000,8'])
      expect(conversation.ask(packet)).toBe('OK');
    expect([...places.values()]).toEqual([
      { kind: 'execute', address: 0x10010, length: 1, process: 3 },
      { kind: 'execute', address: 0x10010, length: 1, process: 3 },
      { kind: 'store', address: 0x20000, length: 4, process: 3 },
      { kind: 'load', address: 0x20000, length: 4, process: 3 },
      { kind: 'access', address: 0x20000, length: 8, process: 3 },
    ]);
    for (const packet of ['z0,10010,4', 'z0,10010,4', 'z1,10010,4', 'z2,20000,4', 'z3,20000,4', 'z4,20000,8'])
      expect(conversation.ask(packet)).toBe('OK');
    expect(places.size).toBe(0);
    conversation.ask('Hgp9.0');
    conversation.ask('Z0,10010,4;cmds:1');
    expect([...places.values()]).toMatchObject([{ process: 9 }]);
  });

  it('that cannot be are refused', () => {
    const conversation = attached({ ...TWO_PROCESSES, room: 1 });
    expect(conversation.ask('Z5,10010,4')).toBe('');
    for (const packet of ['Z0,10010', 'Z0,', 'Z2,20000,zz']) expect(conversation.ask(packet)).toBe('E01');
    for (const packet of ['Z2,20000,0', 'Z2,fffffffc,8', 'Z2,0,7fffffff']) expect(conversation.ask(packet)).toBe('E16');
    expect(conversation.ask('Z0,10010,4')).toBe('OK');
    expect(conversation.ask('Z0,10014,4')).toBe('E0c');
  });
});

it('the program that is scripted is what its process executes', () => {
  expect(attached().target.debuggee.readMemory(3, CODE, PROGRAM.length)).toEqual(PROGRAM);
});
