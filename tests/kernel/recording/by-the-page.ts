/**
 * A reader of recordings that was written from FORMAT.md alone and shares nothing with ours: what it cannot read, the page does not
 * say. It trusts the file.
 */
import { createHash } from 'node:crypto';

interface Type {
  readonly name: string;
  readonly time: string | null;
  readonly fields: readonly string[];
}

export interface PageRecord {
  readonly seq: number;
  readonly time: number;
  readonly cause: number;
  readonly actor: number;
  readonly type: string;
  readonly fields: Record<string, number>;
}

export interface PageRecording {
  readonly description: object;
  readonly end: object | undefined;
  readonly records: readonly PageRecord[];
  readonly root: string;
}

export function readByThePage(bytes: Uint8Array): PageRecording {
  const file = Buffer.from(bytes);
  if (file.subarray(1, 7).toString() !== 'TOCREC' || file.readUInt32LE(8) !== 1) throw new Error('no recording');
  let chain = createHash('sha256').update(file.subarray(0, 16)).digest();
  const jsons: Record<number, unknown> = {};
  const records: PageRecord[] = [];
  for (let at = 16; at < file.length; ) {
    const stored = file.readUInt32LE(at + 12);
    const contents = file.subarray(at + 60, at + 60 + stored);
    chain = createHash('sha256')
      .update(chain)
      .update(file.subarray(at, at + 28))
      .update(contents)
      .digest();
    if (!chain.equals(file.subarray(at + 28, at + 60))) throw new Error('the chain does not hold');
    const expanded = file[at + 5] === 1 ? expand(contents, file.readUInt32LE(at + 16)) : contents;
    const kind = file[at + 4];
    if (kind === 1 || kind === 2 || kind === 5) jsons[kind] = JSON.parse(expanded.toString());
    if (kind === 4) records.push(...readRecords(expanded, (jsons[2] as { types: Type[] }).types));
    at += 60 + stored;
  }
  const [description, end] = [jsons[1], jsons[5]] as (object | undefined)[];
  return { description: description ?? {}, end, records, root: chain.toString('hex') };
}

/** Reads numbers one after the other. */
function numbersOf(bytes: Buffer): { number(): number; difference(): number; bytes(count: number): Buffer } {
  let at = 0;
  const number = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[at++]);
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return Number(value);
    }
  };
  return {
    number,
    difference: () => {
      const value = number();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    bytes: (count) => {
      at += count;
      return bytes.subarray(at - count, at);
    },
  };
}

function expand(compressed: Buffer, length: number): Buffer {
  const source = numbersOf(compressed);
  const result: number[] = [];
  for (;;) {
    result.push(...source.bytes(source.number()));
    if (result.length === length) return Buffer.from(result);
    const copy = source.number();
    const distance = source.number();
    for (let i = 0; i < copy; i++) result.push(result[result.length - distance]);
  }
}

function readRecords(contents: Buffer, types: readonly Type[]): PageRecord[] {
  const source = numbersOf(contents);
  const [count, baseSeq, baseTime] = [0, 0, 0, 0].map(() => source.number());
  for (let i = 0; i < 4; i++) source.number();
  if (source.number() === 1) source.bytes(16);
  const causes = new Map<number, number>();
  const followers = new Map<number, number>();
  const firsts = new Map<number, number>();
  const payloads = new Map<number, { words: number[]; delay: number }>();
  let [seq, time, actor, follower] = [baseSeq, baseTime, 0, 0];
  const records: PageRecord[] = [];
  for (let i = 0; i < count; i++) {
    const [flags] = source.bytes(1);
    if (flags & 1) seq++;
    if (flags & 2) seq += source.number();
    if (flags & 4) time += source.difference();
    if (flags & 8) actor = source.number() | 0;
    if (flags & 16) causes.set(actor & 255, seq - source.difference());
    const number = flags & 32 ? source.number() : (followers.get(follower) ?? 0);
    followers.set(follower, number);
    const type = types[number];
    const [mask] = flags & 64 ? source.bytes(1) : [0];
    const firstPlace = (37 * number + 11 * actor) & 1023;
    if (mask & 1) firsts.set(firstPlace, ((firsts.get(firstPlace) ?? 0) + source.difference()) | 0);
    const first = firsts.get(firstPlace) ?? 0;
    const place = (37 * number + Math.imul(11, actor) + Math.imul(509, first) + (first >>> 16)) & 4095;
    const payload = payloads.get(place) ?? { words: Array(8).fill(0), delay: 0 };
    payloads.set(place, payload);
    for (let field = 1; field < type.fields.length; field++)
      if (mask & (1 << field)) payload.words[field] = (payload.words[field] + source.difference()) | 0;
    const fields: Record<string, number> = {};
    type.fields.forEach((name, field) => {
      fields[name] = field === 0 ? first : payload.words[field];
    });
    if (type.time !== null) {
      if (mask & 64) {
        const code = source.number();
        payload.delay =
          code === 0 ? source.bytes(8).readDoubleLE() - time : code % 2 === 1 ? (code - 1) / 2 : -code / 2;
      }
      fields[type.time] = time + payload.delay;
    }
    if (flags & 128) source.difference();
    records.push({ seq, time, cause: causes.get(actor & 255) ?? 0, actor, type: type.name, fields });
    follower = (61 * number + Math.imul(7, first)) & 4095;
  }
  return records;
}
