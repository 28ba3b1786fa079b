import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrival, fitting, framed, PACKET_BYTES, PacketReader } from '../../../../tools/debugger/gdb/framing.js';

function read(...texts: readonly string[]): Arrival[] {
  const reader = new PacketReader();
  return texts.flatMap((text) => reader.read(Buffer.from(text, 'latin1')));
}

const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('packets on a stream', () => {
  it('have a checksum: the sum of the bytes between dollar and hash', () => {
    expect(framed('OK')).toBe('$OK#9a');
    expect(framed('')).toBe('$#00');
    expect(read('$OK#9a')).toEqual([{ kind: 'packet', payload: 'OK' }]);
  });

  it('escape dollar, hash, star and brace', () => {
    expect(framed('#$*}')).toBe('$}\x03}\x04}\x0a}]#62');
    expect(read(framed('#$*}}x'))).toEqual([{ kind: 'packet', payload: '#$*}}x' }]);
  });

  it('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(payload), fc.array(fc.nat(50)), (payloads, cuts) => {
        const whole = payloads.map(framed).join('+');
        const pieces: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(whole.slice(at, at + cut));
          at += cut;
        }
        const packets = read(...pieces, whole.slice(at)).filter(({ kind }) => kind === 'packet');
        expect(packets).toEqual(payloads.map((one) => ({ kind: 'packet', payload: one })));
      }),
    );
  });

  it('are damaged where the checksum is wrong or no number', () => {
    expect(read('$OK#9b', '$OK#zz', '$OK#9a')).toEqual([
      { kind: 'damaged' },
      { kind: 'damaged' },
      { kind: 'packet', payload: 'OK' },
    ]);
  });

  it('are damaged where they end in an escape, or are compressed, which only a server may do', () => {
    expect(read('$a}#de', '$a*"#ad')).toEqual([{ kind: 'damaged' }, { kind: 'damaged' }]);
  });

  it('begin anew at a dollar', () => {
    expect(read('$half', '$OK#9a')).toEqual([{ kind: 'packet', payload: 'OK' }]);
  });

  it('are dropped whole where they are too long, and the next one is read', () => {
    const most = 'a'.repeat(PACKET_BYTES);
    expect(read(framed(most))).toEqual([{ kind: 'packet', payload: most }]);
    expect(read(framed(`${most}a`), framed('OK'))).toEqual([{ kind: 'damaged' }, { kind: 'packet', payload: 'OK' }]);
    expect(read(`$${most.repeat(20)}`, '$OK#9a')).toEqual([{ kind: 'packet', payload: 'OK' }]);
  });

  it('have acknowledgements and interrupts between them, and nothing else is heard', () => {
    expect(read('+-\x03 hello\0')).toEqual([{ kind: 'acknowledged' }, { kind: 'refused' }, { kind: 'interrupt' }]);
  });

  it('a 3 within a packet is no interrupt', () => {
    expect(read(framed('\x03'))).toEqual([{ kind: 'packet', payload: '\x03' }]);
  });

  it('whatever the bytes, nothing is thrown, and a whole packet behind them is read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const reader = new PacketReader();
        reader.read(bytes);
        const arrivals = reader.read(Buffer.from('$#00$OK#9a'));
        expect(arrivals.at(-1)).toEqual({ kind: 'packet', payload: 'OK' });
      }),
    );
  });
});

describe('fitting', () => {
  it('gives the longest beginning that is not longer than asked for when it is escaped', () => {
    fc.assert(
      fc.property(payload, fc.nat(400), (text, most) => {
        const piece = fitting(text, most);
        const length = (of: string): number => framed(of).length - '$#00'.length;
        expect(text.startsWith(piece)).toBe(true);
        expect(length(piece)).toBeLessThanOrEqual(most);
        if (piece !== text) expect(length(text.slice(0, piece.length + 1))).toBeGreaterThan(most);
      }),
    );
  });
});
