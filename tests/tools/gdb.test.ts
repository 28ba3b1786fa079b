/** `tocsin run --gdb` with a client that speaks the protocol and is no gdb: nothing is needed that Node does not bring. */
import { afterAll, describe, expect, it } from 'vitest';
import { SocketClient } from './debugger/gdb/socket-client.js';
import { BLOCKS_FOR_EVER, EXITS_WITH_7, LOOPS, READS_NULL, SAYS_HELLO } from './guest-programs.js';
import { type Ended, ended, Folder, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const seven = folder.file('seven.elf', EXITS_WITH_7);
const hello = folder.file('hello.elf', SAYS_HELLO);
const loops = folder.file('loops.elf', LOOPS);
const readsNull = folder.file('null.elf', READS_NULL);
const blocks = folder.file('blocks.elf', BLOCKS_FOR_EVER);

async function debugged(...words: readonly string[]): Promise<{ client: SocketClient; over: Promise<Ended> }> {
  const child = startTocsin(['run', ...words]);
  const over = ended(child);
  let said = '';
  const address = await new Promise<string>((there, fail) => {
    child.stderr.on('data', (text) => {
      said += text;
      const [, found] = /^gdb: listening on (127\.0\.0\.1:\d+)\n/.exec(said) ?? [];
      if (found !== undefined) there(found);
    });
    child.on('close', () => fail(new Error(said)));
  });
  return { client: await SocketClient.connect(address), over };
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

describe('tocsin run --gdb', () => {
  it('says in one line where it listens, on this machine alone, and runs as ever where nobody comes', () => {
    expect(tocsin(['run', '--gdb', seven])).toEqual({
      status: 7,
      stdout: '',
      stderr: expect.stringMatching(/^gdb: listening on 127\.0\.0\.1:\d+\n$/),
    });
    expect(tocsin(['run', seven, '--gdb']).status).toBe(7);
    expect(tocsin(['run', '--gdb', '--gdb-host', '0.0.0.0', seven]).stderr).toMatch(
      /^gdb: listening on 0\.0\.0\.0:\d+\n$/,
    );
  });

  it('refuses what cannot be, in one line', () => {
    const refusal = (...words: readonly string[]): string => {
      const { status, stderr } = tocsin(['run', ...words, seven]);
      expect(status).toBe(2);
      return stderr;
    };
    expect(refusal('--gdb', '65536')).toContain('Expected a whole number from 0 to 65535');
    expect(refusal('--gdb', '--gdb-host', '203.0.113.1')).toContain(
      'gdb: cannot listen on 203.0.113.1:0: not an address',
    );
    expect(refusal('--gdb', '--fail-allocation', 'every')).toContain('--gdb is for one run');
  });

  it('refuses a port that is taken', async () => {
    const { client, over } = await debugged('--gdb-wait', seven);
    const port = String(client.socket.remotePort);
    expect(tocsin(['run', '--gdb', port, seven])).toMatchObject({
      status: 2,
      stderr: `tocsin: gdb: cannot listen on 127.0.0.1:${port}: the address is in use\n`,
    });
    expect(await client.ask('?')).toMatch(/^T05/);
    expect(await client.ask('D')).toBe('OK');
    expect((await over).status).toBe(7);
  });

  it('with --gdb-wait executes nothing before a client has come, and ends as ever when it has let go', async () => {
    const { client, over } = await debugged('--gdb-wait', hello);
    expect(await client.ask('?')).toMatch(/^T05thread:p\w+\.\w+;.*20:00000100;$/);
    expect(await client.ask('m10000,4')).toMatch(/^[\da-f]{8}$/);
    expect(await client.ask('vCont;s')).toMatch(/20:04000100;$/);
    expect(await client.ask('D')).toBe('OK');
    client.socket.end();
    expect(await over).toMatchObject({ status: 0, stdout: 'hello\n' });
  });

  it('tells the client the end, boots again when it wants that, and is over when it goes', async () => {
    const { client, over } = await debugged('--gdb-wait', hello);
    await client.ask('?');
    expect(await goOn(client)).toMatch(/^W00;process:/);
    expect(await client.ask('vRun;')).toMatch(/20:00000100;$/);
    expect(await goOn(client)).toMatch(/^W00;process:/);
    client.socket.destroy();
    expect(await over).toMatchObject({ status: 0, stdout: 'hello\nhello\n' });
  });

  it('tells a fault, and has its status where it is passed on', async () => {
    const { client, over } = await debugged('--gdb-wait', readsNull);
    await client.ask('?');
    expect(await goOn(client)).toMatch(/^T0bthread:.*20:04000100;$/);
    expect(await goOn(client, 'vCont;C0b')).toMatch(/^X0b;process:/);
    client.socket.end();
    expect(await over).toMatchObject({ status: 3, stderr: expect.stringContaining('a null pointer') });
  });

  it('tells that every thread is blocked, and has its status when the client has gone', async () => {
    const { client, over } = await debugged('--gdb-wait', blocks);
    await client.ask('?');
    expect(await goOn(client)).toMatch(/^T00thread:/);
    client.socket.end();
    expect((await over).status).toBe(5);
  });

  it('is interrupted by its client, and the client may kill it', async () => {
    const { client, over } = await debugged('--gdb', loops);
    await client.ask('?');
    client.send('vCont;c');
    client.write('\x03');
    expect(await client.next()).toMatch(/^T02thread:/);
    client.send('k');
    client.socket.end();
    expect((await over).status).toBe(3);
  });

  it('is interrupted at its terminal, whether the world runs or a client holds it', async () => {
    for (const isHeld of [true, false]) {
      const child = startTocsin(['run', '--gdb-wait', loops]);
      const over = ended(child);
      const text = await new Promise<string>((there) => child.stderr.once('data', (data) => there(String(data))));
      const client = await SocketClient.connect(/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '');
      await client.ask('?');
      if (!isHeld) {
        client.send('vCont;c');
        await new Promise((ready) => child.stdout.once('data', ready));
      }
      child.kill('SIGINT');
      expect((await over).status).toBe(130);
    }
  });
});
