import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot } from '../../machine/index.js';
import { elfFile } from '../machine/elf-file.js';
import * as images from './bare-metal-images.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const END = 0x8800_0000;
const code = images.rawImage(images.endsWith(0), 0x8000_0000);

folder.file('five.elf', images.image(images.endsWith(5)));
folder.file('user.elf', elfFile());
folder.file('wide.elf', elfFile({ entry: END - 16, segments: [{ address: END - 16, bytes: code, flags: 5 }] }));
folder.file('tree.elf', elfFile({ entry: END - 4096, segments: [{ address: END - 4096, bytes: code, flags: 5 }] }));
folder.file('cut.elf', images.image(images.endsWith(5)).subarray(0, 60));
folder.file('empty.elf', '');
folder.file('code.bin', code);
folder.file('notes.txt', 'not a program');
folder.file('empty.img', '');
folder.file('odd.img', new Uint8Array(1000));
folder.file('good.img', new Uint8Array(1024));
folder.file('protected.img', new Uint8Array(512));
chmodSync(folder.at('protected.img'), 0o444);
folder.file('htif.elf', images.image(images.endsByHtifWith(1)));
folder.file('odd-tohost.elf', images.image('_start: j .\n.byte 0\ntohost: .byte 0, 0, 0\n'));
folder.file('far-tohost.elf', images.image('.set tohost, 0x1000\n_start: j .\n'));
folder.file('backwards.elf', images.image('_start: j .\nend_signature: .word 1\nbegin_signature: .word 2\n'));
mkdirSync(folder.at('folder'));

const saved = folder.at('saved.snapshot');
tocsin(['machine', '--monitor', 'five.elf'], { folder: folder.path, input: `save ${saved}\nquit\n` });
const snapshot = readFileSync(saved);
folder.file('cut.snapshot', snapshot.subarray(0, snapshot.length - 1));
folder.file(
  'mutated.snapshot',
  snapshot.map((byte, i) => (i === snapshot.length >> 1 ? byte ^ 1 : byte)),
);
folder.file('empty.snapshot', '');

const late = folder.at('late.snapshot');
tocsin(['machine', '--monitor', 'htif.elf'], { folder: folder.path, input: `step 100\nsave ${late}\nquit\n` });
const lateHost = { name: 'htif', version: 1, words: [1, 0, 0, 0, 0] };
folder.file('late.snapshot', encodeSnapshot({ ...decodeSnapshot(readFileSync(late)), host: lateHost }));

const { host: _, ...boardAlone } = decodeSnapshot(snapshot);
const withHost = (name: string, version: number, ...words: number[]): Uint8Array =>
  encodeSnapshot({ ...boardAlone, host: { name, version, words } });
folder.file('htif.snapshot', withHost('htif', 1, 0, 0, 0, 0, 0));
folder.file('foreign.snapshot', withHost('else', 1, 0, 0, 0, 0, 0));
folder.file('later.snapshot', withHost('htif', 2, 0, 0, 0, 0, 0));
folder.file('calling.snapshot', withHost('htif', 1, 2, 0, 0, 0, 0));
folder.file('asked.snapshot', withHost('htif', 1, 0, 0, 0, -1, 0));

describe('bad input of tocsin machine gets one clear line and status 2:', () => {
  it.each<[string, readonly string[], string]>([
    ['no image', [], "missing required argument 'image'"],
    ['two images', ['five.elf', 'five.elf'], "too many arguments for 'machine'"],
    ['a missing image', ['nosuch.elf'], 'nosuch.elf: no such file'],
    ['a directory', ['folder'], 'folder: is a directory'],
    ['a device', ['/dev/zero'], 'not a regular file'],
    ['an empty image', ['empty.elf'], 'empty.elf: the file is empty'],
    ['text', ['notes.txt'], '; --raw ADDRESS takes raw bytes'],
    ['a truncated executable', ['cut.elf'], 'cut.elf: truncated'],
    [
      'a program for the kernel',
      ['user.elf'],
      'user.elf: 0x10000..0x1000c is not in RAM, which is 0x80000000..0x88000000',
    ],
    ['an executable past the end of RAM', ['wide.elf'], 'is not in RAM'],
    ['an executable over the device tree', ['tree.elf'], 'leaves no room for the device tree at 0x87fff000'],
    ['a raw image below RAM', ['--raw', '0x1000', 'code.bin'], 'code.bin: 0x1000..'],
    ['a raw image past the end of RAM', ['--raw', '0x87fffffc', 'code.bin'], 'is not in RAM'],
    ['a raw image at an odd address', ['--raw', '0x80000001', 'code.bin'], 'an even address below 2^32'],
    ['a raw image at no address', ['--raw', 'start', 'code.bin'], 'an even address below 2^32'],
    ['a raw image beyond addresses', ['--raw', '0x100000000', 'code.bin'], 'an even address below 2^32'],
    ['no harts', ['--harts', '0', 'five.elf'], 'whole number from 1 to 8'],
    ['a thousand harts', ['--harts', '1000', 'five.elf'], 'whole number from 1 to 8'],
    ['too little memory', ['--memory', '64K', 'five.elf'], 'a size from 1M to 1024M'],
    ['half a page', ['--memory', '2098177', 'five.elf'], 'a size from 1M to 1024M'],
    ['a limit of nothing', ['--max-instructions', '0', 'five.elf'], 'whole number from 1'],
    ['an unknown trace', ['--trace', 'dreams', 'five.elf'], 'some of instructions,traps,devices'],
    ['a seed that is too large', ['--seed', '4294967296', 'five.elf'], 'whole number from 0'],
    ['an unknown option', ['--dsk', 'x', 'five.elf'], "unknown option '--dsk' (Did you mean --disk?)"],
    ['a missing disk', ['--disk', 'nosuch.img', 'five.elf'], 'nosuch.img: no such file'],
    ['an empty disk', ['--disk', 'empty.img', 'five.elf'], 'empty.img: the file is empty'],
    [
      'a disk of half a sector',
      ['--disk', 'odd.img', 'five.elf'],
      'odd.img: 1000 bytes are not a whole number of sectors',
    ],
    ['a directory as a disk', ['--disk', 'folder', 'five.elf'], 'folder: is a directory'],
    ['a read-only disk to save', ['--disk', 'protected.img', '--save-disk', 'five.elf'], 'protected.img: is read-only'],
    ['no disk to save', ['--save-disk', 'five.elf'], '--save-disk is for a --disk'],
    ['a missing snapshot', ['--snapshot', 'nosuch', 'five.elf'], 'nosuch: no such file'],
    ['an empty snapshot', ['--snapshot', 'empty.snapshot', 'five.elf'], 'empty.snapshot: this is not a snapshot'],
    ['a snapshot that is none', ['--snapshot', 'five.elf', 'five.elf'], 'five.elf: this is not a snapshot'],
    ['a truncated snapshot', ['--snapshot', 'cut.snapshot', 'five.elf'], 'cut.snapshot: the snapshot has'],
    ['a mutated snapshot', ['--snapshot', 'mutated.snapshot', 'five.elf'], 'mutated.snapshot: '],
    ['a snapshot of another board', ['--harts', '2', '--snapshot', 'saved.snapshot', 'five.elf'], 'saved.snapshot: '],
    ['a signature without symbols', ['--signature', 's', 'five.elf'], 'five.elf: has no symbol begin_signature'],
    ['a signature backwards', ['--signature', 's', 'backwards.elf'], 'is not a range of words of RAM'],
    ['a snapshot with HTIF', ['--snapshot', 'htif.snapshot', 'five.elf'], 'htif.snapshot: the snapshot is of an image'],
    ['a snapshot of some host', ['--snapshot', 'foreign.snapshot', 'htif.elf'], 'foreign.snapshot: the snapshot holds'],
    ['a snapshot of a later host', ['--snapshot', 'later.snapshot', 'htif.elf'], 'later.snapshot: the snapshot holds'],
    [
      'HTIF in no state',
      ['--snapshot', 'calling.snapshot', 'htif.elf'],
      'calling.snapshot: the state of HTIF is damaged',
    ],
    ['HTIF damaged', ['--snapshot', 'asked.snapshot', 'htif.elf'], 'asked.snapshot: the state of HTIF is damaged'],
    ['tohost at an odd address', ['odd-tohost.elf'], 'tohost at 0x80000005 is not aligned to 8 bytes'],
    ['tohost outside RAM', ['far-tohost.elf'], 'tohost at 0x1000 is not in RAM'],
  ])('%s', (_, words, expected) => {
    const { status, stdout, stderr } = tocsin(['machine', ...words], { folder: folder.path });
    expect(stderr).toContain(expected);
    expect(stderr).toMatch(/^tocsin: .*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a signature that cannot be written', () => {
    const { status, stderr } = tocsin(['machine', '--signature', 'no/folder', 'htif.elf'], { folder: folder.path });
    expect(stderr).toBe('tocsin: no/folder: the folder does not exist\n');
    expect(status).toBe(2);
  });

  it('a read-only disk will do where nothing is saved', () => {
    expect(tocsin(['machine', '--disk', 'protected.img', 'five.elf'], { folder: folder.path }).status).toBe(5);
  });
});

it('a snapshot that says HTIF is being called when it is not does not stop the machine for ever', () => {
  const { status } = tocsin(['machine', '--snapshot', 'late.snapshot', 'htif.elf'], { folder: folder.path });
  expect(status).toBe(1);
});
