import { describe, expect, it } from 'vitest';
import { BootError, type Startup, System, type SystemOptions } from '../../kernel/index.js';
import type { ElfImage } from '../../machine/index.js';
import { INFO } from '../../syscalls/calls.js';
import { LAYOUTS, layoutBytes, STARTUP_MAGIC } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { type Script as CallScript, load } from '../../userland/script/script.js';
import { expectSuccess } from './booted.js';
import { BOOT_HANDLE, callOf, imageOf } from './compiled.js';
import { handleFields, nameOf } from './information.js';

const EXIT = callOf('process_exit', 0);

type Segment = ElfImage['segments'][number];

function segmentAt(address: number, memoryBytes: number, more: Partial<Segment> = {}): Segment {
  return {
    address,
    physicalAddress: address,
    memoryBytes,
    fileBytes: new Uint8Array(0),
    readable: true,
    writable: false,
    executable: false,
    ...more,
  };
}

/** A program that would run, with one more segment. */
function imageWith(...segments: Segment[]): ElfImage {
  const image = imageOf(EXIT);
  return { ...image, segments: [...image.segments, ...segments] };
}

function boot(options: Partial<SystemOptions>): System {
  return System.boot({ name: 'boot', image: imageOf(EXIT), memoryBytes: 1 << 20, ...options });
}

/** The message of the BootError that these options lead to. */
function refusal(options: Partial<SystemOptions>): string {
  try {
    boot(options);
  } catch (error) {
    expect(error).toBeInstanceOf(BootError);
    return (error as BootError).message;
  }
  throw new Error('it booted');
}

const FAR = '0x10000 to 0xc0000000';

describe('options that cannot be are refused in one clear line', () => {
  const script = function* (): CallScript {};
  const cases: [string, Partial<SystemOptions>, string][] = [
    ['quantum 0', { quantum: 0 }, 'quantum 0 is not a whole number from 1 to 1000000000'],
    ['a quantum and a half', { quantum: 1.5 }, 'quantum 1.5 is not a whole number from 1 to 1000000000'],
    ['no quantum', { quantum: Number.NaN }, 'quantum NaN is not a whole number from 1 to 1000000000'],
    ['an endless quantum', { quantum: 1e9 + 1 }, 'quantum 1000000001 is not a whole number from 1 to 1000000000'],
    ['a negative seed', { seed: -1 }, 'seed -1 is not a whole number from 0 to 4294967295'],
    ['a negative overcommit', { overcommit: -1 }, 'overcommit -1 is not a whole number from 0 to 2147479552'],
    [
      'more promised than quotas can say',
      { memoryBytes: 2 ** 30, overcommit: 2 ** 30 },
      '1073741824 bytes of RAM and 1073741824 of overcommit are together not less than 2G',
    ],
    ['a large seed', { seed: 2 ** 32 }, 'seed 4294967296 is not a whole number from 0 to 4294967295'],
    [
      'a small journal',
      { journal: { capacity: 8191 } },
      'journal capacity 8191 is not a whole number from 8192 to 16777216',
    ],
    [
      'a huge journal',
      { journal: { capacity: 1e9 } },
      'journal capacity 1000000000 is not a whole number from 8192 to 16777216',
    ],
    ['both image and script', { script }, 'a system boots one image or one script'],
    ['no memory', { memoryBytes: 0 }, 'memory must be from 65536 to 1073741824 bytes, not 0'],
    [
      'memory of half a page',
      { memoryBytes: 2048 + (1 << 20) },
      'memory must be a multiple of 4096 bytes, not 1050624',
    ],
    ['too much memory', { memoryBytes: 2 ** 32 }, 'memory must be from 65536 to 1073741824 bytes, not 4294967296'],
  ];
  it.each(cases)('%s', (_name, options, message) => {
    expect(refusal(options)).toBe(message);
  });

  it('neither image nor script', () => {
    expect(() => System.boot({ name: 'nothing' })).toThrow(new BootError('a system boots one image or one script'));
  });
});

describe('programs that cannot be are refused in one clear line', () => {
  const cases: [string, ElfImage, string][] = [
    [
      'a segment at null',
      imageWith(segmentAt(0, 4)),
      `the program has a segment at 0x0, outside user addresses (${FAR})`,
    ],
    [
      'one right below user addresses',
      imageWith(segmentAt(0xf000, 0x1001)),
      `the program has a segment at 0xf000, outside user addresses (${FAR})`,
    ],
    [
      'one that leaves them',
      imageWith(segmentAt(0xbfff_f000, 4097)),
      `the program has a segment at 0xbffff000, outside user addresses (${FAR})`,
    ],
    [
      'one at the end of the address space',
      imageWith(segmentAt(0xffff_f000, 4096)),
      `the program has a segment at 0xfffff000, outside user addresses (${FAR})`,
    ],
    [
      'one in the stack',
      imageWith(segmentAt(0x7fff_f000, 4096)),
      'the program lies where its stack goes (below 0x80000000)',
    ],
    [
      'one in the guard page',
      imageWith(segmentAt(0x7fef_f000, 1)),
      'the program lies where its stack goes (below 0x80000000)',
    ],
    [
      'bytes that memory does not hold',
      imageWith(segmentAt(0x4000_0000, 2 << 20, { fileBytes: new Uint8Array(2 << 20) })),
      "the machine's 1024 KiB of memory do not hold the program",
    ],
  ];
  it.each(cases)('%s', (_name, image, message) => {
    expect(refusal({ image })).toBe(message);
  });

  it('a machine of 64 KiB holds a small program', () => {
    expect(boot({ memoryBytes: 1 << 16 }).run()).toEqual({ kind: 'exited', code: 0 });
  });

  it('zeros that memory would not hold cost nothing until they are touched', () => {
    const image = imageWith(segmentAt(0x2000_0000, 0x2000_0000, { writable: true }));
    expect(boot({ image }).run()).toEqual({ kind: 'exited', code: 0 });
  });

  it('segments that touch the same page share it, and what each may do', () => {
    const { fileBytes } = imageOf(EXIT).segments[0];
    const data = segmentAt(0x10000 + fileBytes.length, 3, { fileBytes: Uint8Array.of(1, 2, 3), writable: true });
    const system = boot({ image: imageWith(data) });
    expect(system.state.mappings.live).toBe(3);
    expect(system.run()).toEqual({ kind: 'exited', code: 0 });
  });
});

describe('arguments and names', () => {
  /** What a program finds at the top of its stack. */
  function* readStartup(startup: Startup): CallScript<{ fields: Record<string, number>; args: string[] }> {
    const layout = LAYOUTS.startup;
    const bytes = yield* load(startup.stackHigh - PAGE_BYTES, PAGE_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let base = 0;
    while (view.getUint32(base, true) !== STARTUP_MAGIC) base += 16;
    const fields = Object.fromEntries(layout.fields.map(({ name }, i) => [name, view.getUint32(base + 4 * i, true)]));
    const low = startup.stackHigh - PAGE_BYTES;
    const args: string[] = [];
    for (let i = 0; i < fields.argc; i++) {
      const at = view.getUint32(fields.argv - low + 4 * i, true) - low;
      args.push(new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at))));
    }
    expect(view.getUint32(fields.argv - low + 4 * fields.argc, true)).toBe(0);
    expect(view.getUint32(fields.envp - low, true)).toBe(0);
    expect(fields.argv).toBe(low + base + layoutBytes(layout));
    return { fields, args };
  }

  it('a program finds its handles, its stack and its arguments', () => {
    const args = ['one', '', 'with spaces', 'grüße', '-x'];
    expectSuccess(
      function* (scene) {
        const { fields, args: found } = yield* readStartup(scene);
        expect(found).toEqual(['test', ...args]);
        expect(fields).toMatchObject({
          process: BOOT_HANDLE.PROCESS,
          thread: BOOT_HANDLE.THREAD,
          vmar: BOOT_HANDLE.VMAR,
          allocator: BOOT_HANDLE.ALLOCATOR,
          argc: 6,
          stack_low: 0x7ff0_0000,
          stack_high: 0x8000_0000,
        });
        for (const type of ['process', 'thread', 'vmar', 'allocator'] as const) {
          const { type: found, rights } = yield* handleFields(fields[type], scene.stackLow);
          const all = type === 'process' || type === 'thread' ? ALL_RIGHTS & ~RIGHTS.DEBUG : ALL_RIGHTS;
          expect([found, rights]).toEqual([OBJECT_TYPE[type], all]);
        }
      },
      { arguments: args },
    );
  });

  it('an argument ends at its first zero byte', () => {
    expectSuccess(
      function* (scene) {
        expect((yield* readStartup(scene)).args).toEqual(['test', 'short', 'next']);
      },
      { arguments: ['short\0 and what follows', 'next'] },
    );
  });

  it.each([
    ['', ''],
    ['exactly-twenty-four-byte', 'exactly-twenty-four-byte'],
    ['more-than-twenty-four-bytes', 'more-than-twenty-four-by'],
    ['twenty-three-and-half-ü', 'twenty-three-and-half-ü'],
    ['twenty-two-and-a-half-aü', 'twenty-two-and-a-half-a'],
    ['twenty-three-bytes-now-€', 'twenty-three-bytes-now-'],
    ['twenty-two-bytes-here-😀', 'twenty-two-bytes-here-'],
  ])('the process of %j is called %j', (name, shown) => {
    expectSuccess(
      function* (scene) {
        expect(yield* nameOf(scene.process, INFO.PROCESS, scene.stackLow)).toBe(shown);
      },
      { name },
    );
  });

  it('more arguments than 64 KiB hold are refused', () => {
    expect(refusal({ arguments: ['x'.repeat(70_000)] })).toMatch(/^the arguments take \d+ bytes, more than 65536$/);
    expect(refusal({ arguments: Array.from({ length: 20_000 }, () => '') })).toMatch(/^the arguments take \d+ bytes/);
    const fits = Array.from({ length: 1000 }, (_, i) => `argument ${i}`);
    expect(boot({ arguments: fits }).run()).toEqual({ kind: 'exited', code: 0 });
  });

  it('at boot registers are zeros, but for the stack pointer, which is aligned, and a0', () => {
    const { hart } = boot({ arguments: ['abc'] }).kernel;
    expect(hart.pc).toBe(0x10000);
    for (let register = 1; register < 32; register++) {
      if (register === 2) expect(hart.x[2] % 16).toBe(0);
      else if (register === 10) expect(hart.x[10] >>> 0).toBeGreaterThanOrEqual(hart.x[2] >>> 0);
      else expect(hart.x[register]).toBe(0);
    }
  });
});
