/** Packets of random bytes, and packets that could be right, in any order: everything is answered, and nothing is thrown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framed, PACKET_BYTES } from '../../../../tools/debugger/gdb/framing.js';
import { Conversation, hex } from './conversation.js';
import { CODE, DATA, type Deed } from './scripted-debuggee.js';
import { TWO_PROCESSES } from './scripted-target.js';
import { Served } from './socket-client.js';

/** Things happen in this world: calls, faults, ends. */
const EVENTFUL = {
  ...TWO_PROCESSES,
  deeds: new Map<number, Deed>([
    [CODE + 4, { store: DATA + 4 }],
    [CODE + 8, { stop: { kind: 'call', detail: 0x86 } }],
    [CODE + 16, { stop: { kind: 'fault', cause: 13 } }],
    [CODE + 20, { load: DATA + 8 }],
    [CODE + 32, { stop: { kind: 'event' } }],
    [CODE + 40, { stop: { kind: 'process ended', process: 9, thread: 0, status: 1 } }],
  ]),
};

const word = (most: number): fc.Arbitrary<string> =>
  fc.oneof(fc.nat(most), fc.constantFrom(0, 3, 4, 9, CODE, CODE + 16, DATA, 2 ** 32 - 1)).map((n) => n.toString(16));
const thread = fc.constantFrom('p3.4', 'p3.5', 'p9.a', 'p3.-1', 'p-1.-1', '0', '-1', 'p9', 'p7.7', '4', 'zz', '');
const place = fc.tuple(word(2 ** 32), word(100_000)).map((words) => words.join(','));
const action = fc
  .tuple(fc.constantFrom('c', 's', 'C0b', 'S05', 'C09', 'r10000,10020', 't', 'C'), thread)
  .map(([what, who]) => `;${what}${who === '' ? '' : `:${who}`}`);
const line = fc.oneof(
  fc.string(),
  fc.constantFrom('help', 'ps', 'ps all', 'why', 'catch', 'catch call', 'catch call futex_wait', 'catch event'),
  fc.constantFrom('uncatch', 'faults never', 'faults both', 'journal', 'journal 9', 'catch thread-end', 'faults'),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some).toString('latin1'));

/** Packets that gdb could send, but for what is in them. */
const packet = fc.oneof(
  fc.constantFrom('?', '!', 'g', 'k', 'D', 'R', 'vRun;', 'qC', 'qfThreadInfo', 'qsThreadInfo', 'qSupported', 'vCont?'),
  fc.constantFrom('QCatchSyscalls:1', 'QCatchSyscalls:0', 'QPassSignals:b', 'qAttached:3', 'QStartNoAckMode', 'c', 's'),
  fc.array(action, { maxLength: 4 }).map((actions) => `vCont${actions.join('')}`),
  fc.tuple(fc.constantFrom('Hg', 'Hc', 'T', 'qThreadExtraInfo,'), thread).map((words) => words.join('')),
  fc.tuple(fc.constantFrom('m', 'x'), place).map((words) => words.join('')),
  fc.tuple(fc.constantFrom('Z', 'z'), fc.nat(6), place).map(([which, type, where]) => `${which}${type},${where}`),
  fc.tuple(place, bytes).map(([where, data]) => `X${where}:${data}`),
  fc
    .tuple(word(2 ** 32), bytes)
    .map(([at, data]) => `M${at},${(data.length).toString(16)}:${Buffer.from(data, 'latin1').toString('hex')}`),
  fc.tuple(word(5000), bytes).map(([number, data]) => `P${number}=${Buffer.from(data, 'latin1').toString('hex')}`),
  word(5000).map((number) => `p${number}`),
  fc.tuple(fc.constantFrom('D;', 'vAttach;', 'vKill;'), word(12)).map((words) => words.join('')),
  line.map((text) => `qRcmd,${hex(text)}`),
  fc
    .tuple(
      fc.constantFrom('features:read:target.xml', 'threads:read:', 'exec-file:read:3', 'osdata:read:threads'),
      place,
    )
    .map(([what, where]) => `qXfer:${what}:${where}`),
  fc.constantFrom(`vFile:open:${hex('/tocsin/program.elf')},0,0`, 'vFile:fstat:1', 'vFile:close:1', 'vFile:setfs:0'),
  place.map((where) => `vFile:pread:1,${where}`),
  fc
    .tuple(fc.constantFrom('vCont', 'qXfer:', 'vFile:', 'Z', 'm', 'H', 'qRcmd,', 'C', 'S', ''), bytes)
    .map((words) => words.join('')),
);

describe('a client that sends anything', () => {
  it('gets an answer to each packet, short enough to be sent, or the stop', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const conversation = new Conversation(EVENTFUL);
        for (const payload of packets) {
          const answers = conversation.say(payload);
          expect(conversation.client.isRunning).toBe(false);
          if (payload !== 'k' && !payload.startsWith('R')) expect(answers.length).toBeGreaterThan(0);
          for (const answer of answers) expect(framed(answer).length).toBeLessThanOrEqual(PACKET_BYTES + 4);
        }
        conversation.client.leave();
        expect(conversation.client.isHolding).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('over a socket brings nobody down, and the next one is served', async () => {
    const served = await Served.start(EVENTFUL);
    try {
      const noise = fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some).toString('latin1')),
        packet.map(framed),
        packet.map((payload) => `$${payload}#00`),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(noise, { maxLength: 20 }), fc.boolean(), async (pieces, isRude) => {
          const client = await served.connect();
          for (const piece of pieces) client.write(piece);
          if (isRude) client.socket.resetAndDestroy();
          else client.socket.end();
          await client.closed();
        }),
        { numRuns: 60 },
      );
      for (;;) {
        const client = await served.connect();
        const answer = await client.ask('qSupported');
        if (answer?.startsWith('PacketSize=')) break;
        await client.closed();
      }
    } finally {
      await served.close();
    }
  });
});
