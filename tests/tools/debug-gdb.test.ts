/** `gdb` of `tocsin debug`: the program is given over to a client of gdb's protocol, and comes back. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SocketClient } from './debugger/gdb/socket-client.js';
import { EXITS_WITH_7, LOOPS, SAYS_HELLO } from './guest-programs.js';
import { type Ended, ended, Folder, startTocsin, tocsin } from './tocsin-process.js';

const PROGRAMS = 'tests/tools/debugger/terminal/programs';
const folder = new Folder();
afterAll(() => folder.remove());

const hello = folder.file('hello.elf', SAYS_HELLO);
const seven = folder.file('seven.elf', EXITS_WITH_7);
const loops = folder.file('loops.elf', LOOPS);

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Served {
  readonly client: SocketClient;
  readonly child: ChildProcessWithoutNullStreams;
  readonly over: Promise<Ended>;
}

/** The commands come at once; one of them is `gdb`, whose client this is. */
async function served(program: string, commands: string, ...words: readonly string[]): Promise<Served> {
  const child = startTocsin(['debug', ...words, program]);
  children.push(child);
  const over = ended(child);
  let said = '';
  const address = new Promise<string>((there, fail) => {
    child.stdout.on('data', (text) => {
      said += text;
      const [, found] = /^gdb: listening on (127\.0\.0\.1:\d+)\n/m.exec(said) ?? [];
      if (found !== undefined) there(found);
    });
    child.on('close', () => fail(new Error(said)));
  });
  child.stdin.end(commands);
  return { client: await SocketClient.connect(await address), child, over };
}

/** Lets the program go on, to the last stop: what is said of it on the console is passed over. */
async function goOn(client: SocketClient, packet = 'vCont;c'): Promise<string> {
  client.send(packet);
  for (;;) {
    const answer = await client.next();
    if (answer === undefined) throw new Error('the server has gone');
    if (!/^O[\da-f]/.test(answer)) return answer;
  }
}

/** What was said after the line that says where it listens. */
function afterwards({ stdout }: Ended): string {
  return stdout.replace(/^[\s\S]*?gdb: listening on [^\n]*\n/, '');
}

describe('gdb, in the terminal debugger', () => {
  it('gives the program over where it stands, and says where it is when the client has let go', async () => {
    const { client, over } = await served(`${PROGRAMS}/inventory.c`, 'break sum\nrun\ngdb\nprint count\nquit 4\n');
    expect(await client.ask('?')).toMatch(/^T05thread:/);
    expect(await client.ask('D')).toBe('OK');
    const end = await over;
    expect(end.stderr).toBe('');
    expect(afterwards(end)).toMatch(
      /^sum \(numbers=0x\w+ <table>, count=3\) at [^\n]*inventory\.c:\d+\n\d+\t[^\n]*\n\$1 = 3\n$/,
    );
    expect(end.status).toBe(4);
  });

  it('sets its breakpoints again when the client has gone, in the middle of the program', async () => {
    const commands = 'break sum\nbreak twice\nrun\ngdb\ninfo breakpoints\ncontinue\ndelete 2\ncontinue\n';
    const { client, over } = await served(`${PROGRAMS}/inventory.c`, commands);
    await client.ask('?');
    // Into the loop that calls `twice`, and not to its end.
    for (let i = 0; i < 20; i++) expect(await client.ask('vCont;s')).toMatch(/^T05thread:/);
    client.socket.end();
    const told = afterwards(await over);
    expect(told).toMatch(/^(0x\w+ in )?(sum|twice) \(/);
    expect(told.match(/hit Breakpoint/g)).toHaveLength(1);
    expect(told).toMatch(/hit Breakpoint 2, twice \(n=[123]\)/);
    expect(told).toMatch(/exited with code 12\]\n$/);
  });

  it('runs past the breakpoints to the end for a client, says so, and `run` begins anew', async () => {
    const commands = 'break factorial\nstart\ngdb\nprint $_exitcode\ncontinue\nrun\n';
    const { client, over } = await served(`${PROGRAMS}/inventory.c`, commands);
    await client.ask('?');
    expect(await goOn(client)).toMatch(/^W0c;process:/);
    client.socket.destroy();
    expect(afterwards(await over)).toMatch(
      /^sum 12 of inventory\ntotal 36, 1 arguments\n\[Process \d+ \(inventory\) exited with code 12\]\n\$1 = 12\nThe program is not being run\.\n[\s\S]*hit Breakpoint 1, factorial \(n=4\)/,
    );
  });

  it('shows the client the fault that stopped the program, which has not ended by it', async () => {
    const { client, over } = await served(`${PROGRAMS}/faulty.c`, 'run\nprint attempts\ngdb\n');
    expect(await client.ask('?')).toMatch(/^T05thread:/);
    expect(await goOn(client)).toMatch(/^T0bthread:/);
    expect(await goOn(client, 'vCont;C0b')).toMatch(/^X0b;process:/);
    client.socket.end();
    expect(afterwards(await over)).toMatch(/^\[Process \d+ \(faulty\) was ended by a fault: load/);
  });

  it('says that the client has killed the program', async () => {
    const { client, over } = await served(loops, 'starti\ngdb\ninfo threads\n');
    await client.ask('?');
    client.send('k');
    client.socket.end();
    expect(afterwards(await over)).toMatch(/^\[Process \d+ \(loops\) was killed\]\n/);
  });

  it('debugs the program that the client has begun anew, with its breakpoints', async () => {
    const commands = 'break sum\nrun\ngdb\nprint total\ncontinue\nprint $_exitcode\n';
    const { client, over } = await served(`${PROGRAMS}/inventory.c`, commands);
    await client.ask('?');
    expect(await goOn(client)).toMatch(/^W0c;process:/);
    expect(await client.ask('vRun;;61;62')).toMatch(/^T05thread:/);
    expect(await client.ask('vCont;s')).toMatch(/^T05thread:/);
    expect(await client.ask('D')).toBe('OK');
    const told = afterwards(await over);
    expect(told).toMatch(/total 36, 1 arguments\n[\s\S]*\$1 = 0\n[\s\S]*hit Breakpoint 1, sum/);
  });

  it('waits for one who takes the program: others may come and go before', async () => {
    const { client, over } = await served(hello, 'gdb\nrun\n');
    const address = `127.0.0.1:${client.socket.remotePort}`;
    client.socket.end();
    await client.closed();
    let next = await SocketClient.connect(address);
    while ((await next.ask('qC')) === 'E.another debugger is connected') next = await SocketClient.connect(address);
    expect(await next.ask('?')).toMatch(/20:00000100;$/);
    expect(await next.ask('D')).toBe('OK');
    // Nothing has run: `run` begins with it, and boots nothing anew.
    expect((await over).stdout).toMatch(/hello\n\[Process \d+ \(hello\) exited normally\]\n$/);
  });

  it('is over with Ctrl-C, whoever holds the program', async () => {
    for (const state of ['awaits', 'holds', 'runs'] as const) {
      const { client, child, over } = await served(loops, 'gdb\n');
      if (state !== 'awaits') await client.ask('?');
      if (state === 'runs') {
        client.send('vCont;c');
        await client.until(() => client.received.endsWith('+'));
      }
      child.kill('SIGINT');
      expect((await over).status).toBe(130);
      await client.closed();
    }
  });
});

describe('what is wrong with gdb is said in one line', () => {
  it.each(['65536', '-1', 'here', '1.5', ':', '0x50'])('gdb %s', (port) => {
    expect(tocsin(['debug', '--batch', '-ex', `gdb ${port}`, seven])).toEqual({
      status: 1,
      stdout: 'a port is a whole number from 0 to 65535\n',
      stderr: '',
    });
  });

  it('a port that is taken, and the program is debugged as before', async () => {
    const other = createServer();
    const port = await new Promise<number>((there) =>
      other.listen(0, '127.0.0.1', () => there((other.address() as { port: number }).port)),
    );
    const { stdout } = tocsin(['debug', `${PROGRAMS}/inventory.c`], {
      input: `break sum\nrun\ngdb ${port}\nbreak twice\ncontinue\n`,
    });
    other.close();
    expect(stdout).toContain(`\ngdb: cannot listen on 127.0.0.1:${port}: the address is in use\nBreakpoint 2 at`);
    expect(stdout).toMatch(/hit Breakpoint 2, twice \(n=1\)/);
  });

  it('a program that has ended', () => {
    const { status, stdout } = tocsin(['debug', '--batch', '-ex', 'run', '-ex', 'gdb', seven]);
    expect(stdout).toMatch(/exited with code 7\]\nThe program is not being run\.\n$/);
    expect(status).toBe(1);
  });
});
