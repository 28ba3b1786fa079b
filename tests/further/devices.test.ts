/** One bare-metal program that tries the devices, on QEMU's virt board and on ours: both print the same. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Board, parseElf, SECTOR_BYTES, STOP, VirtioBlock } from '../../machine/index.js';

const COMPILER = 'riscv64-unknown-elf-gcc';
const QEMU = 'qemu-system-riscv32';
const SOURCES = join(process.cwd(), 'tests/further/devices');

const missing = [COMPILER, QEMU].filter((program) => spawnSync(program, ['--version']).error !== undefined);
for (const program of missing) console.log(`skipped: ${program} is not installed`);

const IMAGE = Uint8Array.from({ length: 64 * SECTOR_BYTES }, (_, i) => (i * 11 + (i >>> 8)) & 0xff);
const EXIT_CODE = 7;

/** Of virtio over memory-mapped registers. */
type Version = 'modern' | 'legacy';

describe.skipIf(missing.length > 0)('the devices', () => {
  let folder: string;
  let image: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-devices-'));
    image = join(folder, 'disk.img');
    writeFileSync(image, IMAGE);
    build('modern');
    build('legacy', '-DLEGACY');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const program = (version: Version) => join(folder, `${version}.elf`);

  function build(version: Version, ...defines: readonly string[]): void {
    const target = ['-march=rv32imac', '-mabi=ilp32', '-mcmodel=medany', '-ffreestanding', '-nostdlib', '-O1'];
    const words = [...target, '-Wall', '-Werror', ...defines, join(SOURCES, 'probe.c')];
    const link = ['-T', join(SOURCES, 'link.ld'), '-Wl,--no-relax', '-lgcc', '-o', program(version)];
    const { status, stderr } = spawnSync(COMPILER, [...words, ...link]);
    if (status !== 0) throw new Error(`${COMPILER}: ${stderr}`);
  }

  function onQemu(version: Version): { output: string; exitCode: number | null } {
    const { stdout, stderr, status, error } = spawnSync(
      QEMU,
      [
        ...['-M', 'virt', '-bios', 'none', '-m', '16', '-kernel', program(version)],
        ...['-global', `virtio-mmio.force-legacy=${version === 'legacy'}`],
        ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio'],
        ...['-drive', `file=${image},if=none,format=raw,snapshot=on,id=disk`],
        ...['-device', 'virtio-blk-device,drive=disk,serial=probe,bus=virtio-mmio-bus.0'],
        ...['-device', 'virtio-rng-device,bus=virtio-mmio-bus.1'],
      ],
      { encoding: 'latin1', timeout: 60_000, input: '' },
    );
    if (error !== undefined) throw new Error(`${QEMU}: ${error.message}\n${stdout}${stderr}`);
    return { output: stdout, exitCode: status };
  }

  function onTocsin(version: Version): { board: Board; output: string } {
    const sent: number[] = [];
    const board = new Board({
      memoryBytes: 16 << 20,
      firmware: 'guest',
      legacyVirtio: version === 'legacy',
      devices: [
        { device: 'uart' },
        { device: 'rtc', epochNanoseconds: 1_700_000_000_000_000_000n },
        { device: 'disk', image: IMAGE, id: 'probe' },
        { device: 'entropy' },
      ],
      onOutput: (byte) => sent.push(byte),
    });
    const { entry, segments } = parseElf(readFileSync(program(version)));
    for (const { address, fileBytes } of segments) board.memory.write(address, fileBytes);
    const [hart] = board.harts;
    hart.pc = entry;
    expect(hart.run(100_000_000)).toBe(STOP.HALTED);
    return { board, output: String.fromCharCode(...sent) };
  }

  test.each(['modern', 'legacy'] as const)('show a driver what those of QEMU show it, with %s virtio', (version) => {
    const ours = onTocsin(version);
    const theirs = onQemu(version);
    expect(ours.output.split('\n').length).toBeGreaterThan(100);
    expect(ours.output.split('\n')).toEqual(theirs.output.split('\n'));
    expect([ours.board.exitCode, theirs.exitCode]).toEqual([EXIT_CODE, EXIT_CODE]);
  });

  test('leave the image as it was, and say what was written', () => {
    const before = IMAGE.slice();
    const [disk] = onTocsin('modern').board.devices(VirtioBlock);
    expect(IMAGE).toEqual(before);
    expect([...disk.disk.overlay().keys()]).toEqual([7]);
    expect(
      disk.disk
        .overlay()
        .get(7)
        ?.every((byte) => byte === 0x5a),
    ).toBe(true);
  });
});
