import { afterAll, describe, expect, it } from 'vitest';
import { elfFile } from '../machine/elf-file.js';
import { endsWith, rawImage } from './bare-metal-images.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const RAM = 0x8000_0000;

/** Ends with the byte at RAM + 0x2000, which nobody stores there. */
const ENDS_WITH_DATA = `
_start: lui t0, 0x80002
  lbu t1, 0(t0)
  slli t1, t1, 16
  li t2, 0x3333
  or t1, t1, t2
  li t0, FINISHER
  sw t1, 0(t0)
  j .
`;

describe('an executable is loaded', () => {
  it('at the physical addresses of its segments, and starts at that of its entry', () => {
    const text = { address: 0xc000_0000, physicalAddress: RAM, bytes: rawImage(ENDS_WITH_DATA, RAM), flags: 5 };
    const data = { address: 0xc040_0000, physicalAddress: RAM + 0x2000, bytes: Uint8Array.of(23), flags: 6 };
    const program = folder.file('high.elf', elfFile({ entry: 0xc000_0000, segments: [text, data] }));
    expect(tocsin(['machine', '--max-instructions', '100', program])).toEqual({ status: 23, stdout: '', stderr: '' });
  });

  it('but not with two segments at one physical address', () => {
    const bytes = rawImage(endsWith(0), RAM);
    const segments = [
      { address: RAM, bytes, flags: 5 },
      { address: 0xc000_0000, physicalAddress: RAM + 4, bytes, flags: 5 },
    ];
    const program = folder.file('twice.elf', elfFile({ entry: RAM, segments }));
    const stderr = `tocsin: ${program}: the segments for 0x80000000 and 0x80000004 overlap in physical memory\n`;
    expect(tocsin(['machine', program])).toEqual({ status: 2, stdout: '', stderr });
  });
});
