/** The program given over to gdb, and a person who wants it back or types into it meanwhile. */
import { describe, expect, test } from 'vitest';
import { GdbServer } from '../../../../tools/debugger/gdb/server.js';
import { SocketClient } from '../gdb/socket-client.js';
import { type Conversation, conversation, type Setting } from './conversation.js';

interface Given {
  readonly talk: Conversation;
  /** `gdb`, and its client, which has the program. */
  readonly give: () => Promise<{ readonly client: SocketClient; readonly told: Promise<string> }>;
}

async function given(source: string, setting: Setting = {}): Promise<Given> {
  let there: (server: GdbServer) => void = () => {};
  const talk = await conversation(source, {
    ...setting,
    serveGdb: async (target, port = 0) => {
      const server = await GdbServer.listen(target, { port, host: '127.0.0.1', waits: true });
      there(server);
      return server;
    },
  });
  const give = async () => {
    const server = new Promise<GdbServer>((resolve) => {
      there = resolve;
    });
    const told = talk.say('gdb');
    const client = await SocketClient.connect((await server).address);
    await client.ask('?');
    return { client, told };
  };
  return { talk, give };
}

describe('a program that gdb has', () => {
  test('comes back with Ctrl-C while the client holds it', async () => {
    const { talk, give } = await given('inventory.c');
    await talk.all('break sum', 'run');
    const { client, told } = await give();
    await client.ask('vCont;s');
    talk.interrupt();
    expect(await told).toMatch(/^gdb: listening on 127\.0\.0\.1:\d+\n(0x\w+ in )?sum \(/);
    await client.closed();
    expect(await talk.say('finish')).toMatch(/Value returned is \$1 = 12/);
  });

  test('comes back with Ctrl-C while it runs, and waits for a line', async () => {
    const { talk, give } = await given('reads.c', { console: true, typesNothing: true });
    await talk.say('start');
    const { client, told } = await give();
    client.send('vCont;c');
    await client.until(() => client.received.endsWith('+'));
    talk.interrupt();
    expect(await told).toMatch(/^gdb: listening on /);
    await client.closed();
    expect(talk.d.over).toBeUndefined();
    expect(await talk.say('info breakpoints')).toMatch(/No breakpoints/);
  });

  test('that waits for a line hears of Ctrl-C of the client, and of one that goes', async () => {
    const { talk, give } = await given('reads.c', { console: true, typesNothing: true });
    await talk.say('start');
    const { client, told } = await give();
    client.send('vCont;c');
    await client.until(() => client.received.endsWith('+'));
    client.write('\x03');
    expect(await client.next()).toMatch(/^T02thread:/);
    client.send('vCont;c');
    client.socket.end();
    expect(await told).toContain('gdb: listening on');
    expect(talk.d.over).toBeUndefined();
    expect(await talk.say('info threads')).toMatch(/reads/);
  });

  test('keeps a watched local variable whose frame is there, and loses one whose frame has gone', async () => {
    const { talk, give } = await given('inventory.c');
    await talk.all('break sum', 'run', 'next', 'watch result');
    const first = await give();
    first.client.socket.end();
    expect(await first.told).not.toContain('deleted');
    expect(await talk.say('info breakpoints')).toMatch(/hw watchpoint[^\n]* result/);
    const second = await give();
    let answer: string | undefined;
    // To the end of `sum`, which has no more than some hundred instructions, and further.
    for (let i = 0; i < 400; i++) answer = await second.client.ask('vCont;s');
    expect(answer).toMatch(/^T05/);
    second.client.socket.end();
    expect(await second.told).toContain('Watchpoint 2 deleted: its variable belonged to a frame that is gone.');
  });

  test('may be given over again and again, each time as it was left', async () => {
    const { talk, give } = await given('inventory.c');
    await talk.all('break factorial', 'run');
    for (let i = 0; i < 20; i++) {
      const { client, told } = await give();
      expect(await client.ask('D')).toBe('OK');
      client.socket.end();
      expect(await told).toMatch(/\nfactorial \(n=4\)/);
    }
    expect(await talk.say('continue')).toMatch(/hit Breakpoint 1, factorial \(n=3\)/);
  });
});
