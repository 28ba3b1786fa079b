import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElfError, findSymbol, parseElf } from '../../machine/elf.js';
import { EXIT_WITH_7, elfFile, TEXT, type TestElf } from './elf-file.js';

/** A right file with a few bytes of it replaced. */
function changed(bytes: readonly (readonly [at: number, value: number])[], elf: TestElf = {}): Uint8Array {
  const file = elfFile(elf);
  for (const [at, value] of bytes) file[at] = value;
  return file;
}

function refusal(file: Uint8Array): string {
  try {
    parseElf(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ElfError);
    const { message } = error as ElfError;
    expect(message).not.toContain('\n');
    return message;
  }
  return 'accepted';
}

describe('parseElf', () => {
  it('gives entry and segments of a right file', () => {
    const data = {
      address: 0x12004,
      physicalAddress: 0x8000_0004,
      bytes: Uint8Array.of(1, 2, 3),
      memoryBytes: 100,
      flags: 6,
    };
    const image = parseElf(elfFile({ segments: [data, TEXT] }));
    expect(image.entry).toBe(0x10000);
    expect(image.segments.map(({ fileBytes, ...rest }) => ({ ...rest, fileBytes: [...fileBytes] }))).toEqual([
      {
        address: 0x10000,
        physicalAddress: 0x10000,
        memoryBytes: 12,
        readable: true,
        writable: false,
        executable: true,
        fileBytes: [...EXIT_WITH_7],
      },
      {
        address: 0x12004,
        physicalAddress: 0x8000_0004,
        memoryBytes: 100,
        readable: true,
        writable: true,
        executable: false,
        fileBytes: [1, 2, 3],
      },
    ]);
  });

  it('allocates nothing by what a header claims: a segment is a view of the file', () => {
    const file = elfFile({ segments: [{ ...TEXT, memoryBytes: 0xf000_0000 }] });
    const [segment] = parseElf(file).segments;
    expect(segment.memoryBytes).toBe(0xf000_0000);
    expect(segment.fileBytes.buffer).toBe(file.buffer);
    expect(segment.fileBytes.length).toBe(12);
  });

  it('leaves out what is not loaded and what is empty', () => {
    const segments = [{ type: 4, address: 0x20000 }, TEXT, { address: 0x30000, memoryBytes: 0 }, { type: 7 }];
    expect(parseElf(elfFile({ segments })).segments.map(({ address }) => address)).toEqual([0x10000]);
  });

  it('for bare metal, where nothing protects memory, asks no permissions: without any, a segment has all', () => {
    const write = { address: 0x12000, bytes: Uint8Array.of(1), flags: 2 };
    const file = elfFile({
      segments: [{ ...TEXT, flags: 0 }, write],
      symbols: [{ name: 'a', address: 0x10000, type: 0 }],
    });
    expect(() => parseElf(file)).toThrow(ElfError);
    const { segments, symbols } = parseElf(file, 'bare metal');
    expect(segments.map(({ readable, writable, executable }) => [readable, writable, executable])).toEqual([
      [true, true, true],
      [false, true, false],
    ]);
    expect(symbols[0].kind).toBe('function');
    const entryInData = elfFile({ segments: [{ ...TEXT, flags: 6 }] });
    expect(parseElf(entryInData, 'bare metal').entry).toBe(0x10000);
  });

  it('for bare metal takes firmware that is position-independent', () => {
    const dynamic = { type: 2, address: 0x10000 };
    const file = changed([[16, 3]], { segments: [TEXT, dynamic] });
    expect(() => parseElf(file)).toThrow(ElfError);
    expect(parseElf(file, 'bare metal').segments.length).toBe(1);
  });

  it('takes a segment that ends exactly at 4 GiB', () => {
    const segments = [TEXT, { address: 0xffff_f000, memoryBytes: 0x1000, flags: 6 }];
    expect(parseElf(elfFile({ segments })).segments.length).toBe(2);
  });

  it('takes a file that lies in the middle of a larger buffer', () => {
    const file = elfFile();
    const buffer = new Uint8Array(file.length + 13);
    buffer.set(file, 13);
    expect(parseElf(buffer.subarray(13)).entry).toBe(0x10000);
  });
});

describe('parseElf refuses', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'the file is empty'],
    ['text', new TextEncoder().encode('int main(void) { return 0; }'), 'not an ELF file'],
    ['three bytes of the magic', elfFile().subarray(0, 3), 'not an ELF file'],
    ['half a header', elfFile().subarray(0, 40), 'truncated: an ELF header has 52 bytes, the file 40'],
    ['a 64-bit file', changed([[4, 2]]), '64-bit'],
    ['a big-endian file', changed([[5, 2]]), 'big-endian'],
    ['an unknown class', changed([[4, 9]]), 'unknown ELF class 9'],
    ['an unknown byte order', changed([[5, 0]]), 'unknown byte order 0'],
    ['another version', changed([[6, 2]]), 'unknown ELF version 2'],
    ['another version in the header', changed([[20, 3]]), 'unknown ELF version 3'],
    ['a program for x86-64', changed([[18, 62]]), 'for machine 62 (x86-64), not for RISC-V'],
    ['a program for a machine without a name', changed([[18, 244]]), 'for machine 244, not for RISC-V'],
    ['an object file', changed([[16, 1]]), 'not linked yet'],
    ['a shared or position-independent file', changed([[16, 3]]), 'position-independent'],
    ['a core dump', changed([[16, 4]]), 'a core dump'],
    ['an unknown type', changed([[16, 77]]), 'unknown ELF type 77'],
    ['hard floating point', changed([[36, 4]]), '-mabi=ilp32'],
    ['RV32E', changed([[36, 8]]), 'RV32E'],
    ['a header that is too small', changed([[40, 51]]), 'the header says that it has 51 bytes'],
    ['program headers of another size', changed([[42, 56]]), 'program headers of 56 bytes'],
    ['no program headers', changed([[44, 0]]), 'no program headers'],
    ['too many program headers', changed([[44, 65]]), '65 program headers; at most 64'],
    ['program headers past the end', changed([[30, 1]]), 'truncated: the program headers end at'],
    ['nothing to load', elfFile({ segments: [{ type: 4 }] }), 'no segments'],
    ['an interpreter', elfFile({ segments: [TEXT, { type: 3 }] }), 'dynamically linked'],
    ['a dynamic section', elfFile({ segments: [TEXT, { type: 2 }] }), 'dynamically linked'],
    [
      'more in the file than in memory',
      elfFile({ segments: [{ ...TEXT, memoryBytes: 11 }] }),
      'has 12 bytes in the file',
    ],
    [
      'a segment past the end of the file',
      elfFile({ segments: [{ ...TEXT, memoryBytes: 0x10000, claims: { fileBytes: 0x8000 } }] }),
      'truncated: segment 0 at 0x10000',
    ],
    [
      'a segment past 4 GiB',
      elfFile({ segments: [TEXT, { address: 0xffff_f000, memoryBytes: 0x1001 }] }),
      'ends past the 4 GiB',
    ],
    [
      'overlapping segments',
      elfFile({ segments: [TEXT, { address: 0x1000b, memoryBytes: 1, alignment: 1 }] }),
      'the segments at 0x10000 and 0x1000b overlap',
    ],
    ['an alignment that is no power of two', elfFile({ segments: [{ ...TEXT, alignment: 12 }] }), 'not a power of two'],
    [
      'a place that the alignment forbids',
      elfFile({ segments: [{ ...TEXT, alignment: 0x20000 }] }),
      'alignment 0x20000 forbids',
    ],
    [
      'write without read',
      elfFile({ segments: [TEXT, { address: 0x20000, memoryBytes: 1, flags: 2 }] }),
      'not readable',
    ],
    ['an entry outside', elfFile({ entry: 0x1000c }), 'the entry point 0x1000c lies outside every segment'],
    ['an entry that is not executable', elfFile({ segments: [{ ...TEXT, flags: 4 }] }), 'not executable'],
    ['an odd entry', elfFile({ entry: 0x10001 }), 'the entry point 0x10001 is odd'],
  ])('%s', (_, file, expected) => {
    expect(refusal(file)).toContain(expected);
  });
});

describe('symbols', () => {
  const symbols = [
    { name: 'main', address: 0x10004, size: 4 },
    { name: '_start', address: 0x10000, type: 0 },
    { name: 'table', address: 0x20000, size: 8, type: 1 },
    { name: 'elsewhere', address: 0x10008, section: 0 },
    { name: '$xrv32i2p1', address: 0x10000, type: 0 },
    { name: '.Lpcrel_hi0', address: 0x10000, type: 0 },
    { name: '__end', address: 0x30000, type: 0 },
  ];

  it('are the defined ones with names, by address; a label in code is a function', () => {
    expect(parseElf(elfFile({ symbols })).symbols).toEqual([
      { name: '_start', address: 0x10000, size: 0, kind: 'function' },
      { name: 'main', address: 0x10004, size: 4, kind: 'function' },
      { name: 'table', address: 0x20000, size: 8, kind: 'object' },
      { name: '__end', address: 0x30000, size: 0, kind: 'none' },
    ]);
  });

  it('are found by address: within their size, or up to the next where they have none', () => {
    const image = parseElf(elfFile({ symbols }));
    expect(findSymbol(image.symbols, 0xffff)).toBeUndefined();
    expect(findSymbol(image.symbols, 0x10000)).toEqual({ name: '_start', offset: 0 });
    expect(findSymbol(image.symbols, 0x10002)).toEqual({ name: '_start', offset: 2 });
    expect(findSymbol(image.symbols, 0x10007)).toEqual({ name: 'main', offset: 3 });
    expect(findSymbol(image.symbols, 0x10008)).toBeUndefined();
    expect(findSymbol(image.symbols, 0x20004, 'object')).toEqual({ name: 'table', offset: 4 });
    expect(findSymbol(image.symbols, 0x20008, 'object')).toBeUndefined();
  });

  it('of one address give the sized function, then the first name', () => {
    const several = [
      { name: 'label', address: 0x10000, type: 0 },
      { name: 'b', address: 0x10000, size: 4 },
      { name: 'a', address: 0x10000, size: 4 },
    ];
    expect(findSymbol(parseElf(elfFile({ symbols: several })).symbols, 0x10001)?.name).toBe('a');
  });

  it('with endless or monstrous names are left out or cut, and control characters do not reach a terminal', () => {
    const long = { name: 'x'.repeat(5000), address: 0x10000 };
    expect(parseElf(elfFile({ symbols: [long] })).symbols[0].name).toBe('x'.repeat(256));
    const evil = { name: 'a\x1b[2Jb', address: 0x10000 };
    expect(parseElf(elfFile({ symbols: [evil] })).symbols[0].name).toBe('a?[2Jb');
    const file = elfFile({ symbols: [{ name: 'unended', address: 0x10000 }] });
    expect(parseElf(file.subarray(0, file.length)).symbols.length).toBe(1);
    file[file.length - 1] = 0x78;
    expect(parseElf(file).symbols).toEqual([]);
  });

  it.each<[string, number, number]>([
    ['of another entry size', 46, 41],
    ['past the end of the file', 33, 0xff],
    ['in more sections than there are bytes', 49, 0xff],
  ])('in a table %s are none, and the program is accepted', (_, at, value) => {
    const file = elfFile({ symbols });
    file[at] = value;
    const image = parseElf(file);
    expect(image.symbols).toEqual([]);
    expect(image.segments.length).toBe(1);
  });
});

describe('hostile files', () => {
  const real = elfFile({
    segments: [TEXT, { address: 0x12000, bytes: new Uint8Array(64), memoryBytes: 4096, flags: 6 }],
    symbols: [
      { name: '_start', address: 0x10000, size: 12 },
      { name: 'data', address: 0x12000, size: 64, type: 1 },
    ],
  });
  /** Where headers lie: a change anywhere else seldom matters. */
  const header = fc.nat(52 + 2 * 32 - 1);
  const anywhere = fc.nat(real.length - 1);
  const tables = fc.integer({ min: real.length - 300, max: real.length - 1 });
  const change = fc.tuple(
    fc.oneof(header, header, tables, anywhere),
    fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
  );

  it('with random bytes changed and the end cut off are parsed or refused in one line, 10,000 of them', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.option(anywhere, { freq: 5 }),
        (changes, cut) => {
          const file = real.slice(0, cut ?? real.length);
          for (const [at, value] of changes) if (at < file.length) file[at] = value;
          if (refusal(file) !== 'accepted') return;
          accepted++;
          const image = parseElf(file);
          for (const { address, fileBytes, memoryBytes } of image.segments) {
            expect(address + memoryBytes).toBeLessThanOrEqual(2 ** 32);
            expect(fileBytes.length).toBeLessThanOrEqual(memoryBytes);
          }
          expect(image.segments.some(({ address, memoryBytes }) => image.entry - address < memoryBytes)).toBe(true);
          for (const { address } of image.symbols) findSymbol(image.symbols, address);
        },
      ),
      { numRuns: 10_000 },
    );
    // Both kinds occur often: a generator that is always refused would show nothing.
    expect(accepted).toBeGreaterThan(500);
    expect(accepted).toBeLessThan(9_500);
  });

  it('of random bytes after the magic are refused in one line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        refusal(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, ...bytes));
      }),
      { numRuns: 5_000 },
    );
  });
});
