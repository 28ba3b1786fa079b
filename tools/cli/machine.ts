/** `tocsin machine`: a bare-metal image on a board of its own. */
import {
  Board,
  chooseBySeed,
  type DeviceRequest,
  MachineError,
  STANDARD_DEVICES,
  VirtioBlock,
} from '../../machine/index.js';
import { ConsoleInput } from '../machine/console-input.js';
import { DiskFile } from '../machine/disk-file.js';
import { KEYS_HELP } from '../machine/escape-keys.js';
import { type Image, readImage } from '../machine/image.js';
import { Machine } from '../machine/machine.js';
import { Monitor } from '../machine/monitor.js';
import { endingLines, exitStatus, jsonReport, statistics } from '../machine/report.js';
import { Session } from '../machine/session.js';
import { signatureRange, signatureText } from '../machine/signature.js';
import { loadSnapshot } from '../machine/snapshots.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import type { MachineOptions } from './machine-command.js';
import { GuestOutput, say } from './standard-streams.js';
import { writeWhole } from './write-whole.js';

/** Away from the disk's place, which is so the same with and without it. */
const ENTROPY_PLACE = { at: 0x1000_8000, interrupt: 8 } as const;

export async function machine(path: string, options: MachineOptions, takeInterrupts: () => void): Promise<number> {
  if (options.saveDisk && options.disk === undefined) throw new Refusal('--save-disk is for a --disk');
  const image = readImage(path, options.raw);
  const disk = options.disk === undefined ? undefined : new DiskFile(options.disk, options.saveDisk ?? false);
  const output = new GuestOutput();
  const line = (text: string): void => {
    output.endLine();
    say(text);
  };
  const machine = build(image, disk, options, output, line);
  if (options.snapshot !== undefined) loadSnapshot(machine, options.snapshot);
  const range = options.signature === undefined ? undefined : signatureRange(image, machine.board.memory);

  takeInterrupts();
  const input = new ConsoleInput();
  if (input.isTerminal && !options.monitor) say(`tocsin: ${KEYS_HELP}`);
  try {
    const monitor = new Monitor(machine, input, line);
    const session = new Session(
      machine,
      { input, output, monitor, line },
      options.maxInstructions ?? Number.POSITIVE_INFINITY,
    );
    const begun = performance.now();
    const ending = await session.run(options.monitor ?? false);
    const hostSeconds = (performance.now() - begun) / 1000;
    await output.written();
    for (const device of machine.board.devices(VirtioBlock)) disk?.keep(device);
    if (range !== undefined && options.signature !== undefined) {
      writeWhole(options.signature, signatureText(range, machine.board.memory));
    }
    if (ending.kind === 'output closed' || output.isClosed) return EXIT.OUTPUT_CLOSED;

    const lines = endingLines(ending, machine);
    if (lines.length > 0 || options.stats || options.json) output.endLine();
    for (const text of lines) say(`tocsin: ${text}`);
    if (options.stats) process.stderr.write(statistics(machine, hostSeconds));
    const status = exitStatus(ending);
    if (options.json) say(JSON.stringify(jsonReport(machine, ending, status, options.seed, hostSeconds)));
    return status;
  } finally {
    input.close();
  }
}

function build(
  image: Image,
  disk: DiskFile | undefined,
  { memory, harts, seed, legacyVirtio, trace }: MachineOptions,
  output: GuestOutput,
  line: (text: string) => void,
): Machine {
  const disks: DeviceRequest[] = disk === undefined ? [] : [{ device: 'disk', image: disk.image }];
  const devices: DeviceRequest[] = [...STANDARD_DEVICES, ...disks, { device: 'entropy', ...ENTROPY_PLACE }];
  try {
    const onOutput = (byte: number): void => output.writeByte(byte);
    const board = new Board({
      memoryBytes: memory,
      firmware: 'guest',
      harts,
      devices,
      legacyVirtio: legacyVirtio ?? false,
      ...(seed !== undefined && { choose: chooseBySeed(seed) }),
      onOutput,
    });
    return new Machine(board, image, {
      output: (bytes) => output.write(bytes),
      traces: trace ?? new Set(),
      traceLine: line,
    });
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new Refusal(error.message);
  }
}
