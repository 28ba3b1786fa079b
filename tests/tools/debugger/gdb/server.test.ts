/** The server on a socket: acknowledgements, one client at a time, and clients that go in every way. */
import { afterEach, describe, expect, it } from 'vitest';
import { framed } from '../../../../tools/debugger/gdb/framing.js';
import type { Script } from './scripted-debuggee.js';
import { Served, type SocketClient } from './socket-client.js';

let served: Served | undefined;
afterEach(() => served?.close());

async function serve(script?: Script, waits = false): Promise<{ served: Served; client: SocketClient }> {
  served = await Served.start(script, waits);
  return { served, client: await served.connect() };
}

/** Has come to somebody new when they are answered: who went before them is gone. */
async function nextClient(of: Served): Promise<SocketClient> {
  for (;;) {
    const client = await of.connect();
    if ((await client.ask('qC')) !== 'E.another debugger is connected') return client;
    await client.closed();
  }
}

describe('the gdb server', () => {
  it('acknowledges packets until it is asked not to', async () => {
    const { client } = await serve();
    expect(await client.ask('vCont?')).toBe('vCont;c;C;s;S;r');
    expect(client.received).toBe(`+${framed('vCont;c;C;s;S;r')}`);
    expect(await client.ask('QStartNoAckMode')).toBe('OK');
    client.received = '';
    expect(await client.ask('!')).toBe('OK');
    expect(client.received).toBe('$OK#9a');
  });

  it('asks again for a packet that is damaged, and says again what was', async () => {
    const { client } = await serve();
    client.write('$!#00');
    await client.until(() => client.received === '-');
    expect(await client.ask('!')).toBe('OK');
    client.write('-');
    expect(await client.next()).toBe('OK');
    expect(client.received).toBe('-+$OK#9a$OK#9a');
  });

  it('says in an answer that somebody is there already, and goes on with who was first', async () => {
    const { served: of, client } = await serve();
    expect(await client.ask('?')).toMatch(/^T05/);
    const second = await of.connect();
    expect(await second.ask('qSupported')).toBe('E.another debugger is connected');
    await second.closed();
    expect(await client.ask('qC')).toBe('QCp3.4');
    client.socket.end();
    await client.closed();
    const third = await nextClient(of);
    expect(await third.ask('?')).toMatch(/^T05/);
    expect(of.target.attachments).toBe(2);
  });

  it.each<[string, (client: SocketClient) => void]>([
    ['ends its side', (client) => client.socket.end()],
    ['is gone', (client) => client.socket.destroy()],
    ['is reset', (client) => client.socket.resetAndDestroy()],
    ['goes in the middle of a packet', (client) => client.socket.end('$vCont;c:p3')],
    ['goes while the world runs', (client) => client.socket.end(framed('vCont;c'))],
  ])('lets the world go on when the client %s', async (_, leave) => {
    const { served: of, client } = await serve();
    await client.ask('?');
    await client.ask('Z0,20000,4');
    const { debuggee } = of.target;
    const { instructions } = debuggee;
    leave(client);
    const next = await nextClient(of);
    expect(debuggee.isDetached).toBe(true);
    expect(debuggee.places.size).toBe(0);
    while (debuggee.instructions === instructions) await new Promise((resolve) => setImmediate(resolve));
    expect(await next.ask('?')).toMatch(/^T05/);
  });

  it('takes Ctrl-C at once while the world runs, and passes over it where it stands still', async () => {
    const { client } = await serve();
    await client.ask('?');
    client.write('\x03');
    client.send('vCont;c');
    await client.until(() => client.received.endsWith('+'));
    client.write('\x03');
    expect(await client.next()).toMatch(/^T02thread:p3\.4;/);
    expect(client.packets).toEqual([]);
  });

  it('with a first client that is awaited runs nothing before it is there', async () => {
    const { served: of, client } = await serve(undefined, true);
    client.socket.destroy();
    const probing = await nextClient(of);
    expect(of.target.instructions).toBe(0);
    expect(await probing.ask('?')).toMatch(/20:00000100;$/);
    expect(of.server.isHolding).toBe(true);
    expect(await probing.ask('D')).toBe('OK');
    expect(of.server.isHolding).toBe(false);
  });

  it('does not read on for a client that does not read', async () => {
    const { served: of, client } = await serve();
    await client.ask('?');
    client.socket.pause();
    const ask = framed('qXfer:features:read:target.xml:0,3000').repeat(2000);
    client.socket.write(ask, 'latin1');
    // The world of a client that does not read stands still, and the server goes on: the next one is told so.
    expect(await (await of.connect()).ask('!')).toBe('E.another debugger is connected');
    client.socket.resume();
    let answers = 0;
    while (answers < 2000) {
      await client.next();
      answers++;
    }
    expect(await client.ask('qC')).toBe('QCp3.4');
  });
});
