import { type Command, InvalidArgumentError } from 'commander';
import { MAX_HARTS } from '../../machine/index.js';
import { TRACES, type Trace } from '../machine/tracing.js';
import type { CommandLine } from './command-line.js';
import { listOf, memorySize, notEmpty, wholeNumber } from './options.js';

export interface MachineOptions {
  /** Address of a raw image. */
  readonly raw?: number;
  /** In bytes. */
  readonly memory: number;
  readonly harts: number;
  /** Without it harts take equal turns, and the entropy device gives the same bytes in every run. */
  readonly seed?: number;
  readonly disk?: string;
  readonly saveDisk?: boolean;
  readonly legacyVirtio?: boolean;
  /** The file of a snapshot to start from. */
  readonly snapshot?: string;
  readonly maxInstructions?: number;
  readonly trace?: ReadonlySet<Trace>;
  readonly signature?: string;
  readonly monitor?: boolean;
  readonly stats?: boolean;
  readonly json?: boolean;
}

const HELP = `
IMAGE is an ELF executable for addresses of RAM (from 0x80000000), or raw bytes with --raw. Every hart starts at its entry in
M mode, with its number in a0 and the address of a device tree in a1; the board is laid out as qemu-system-riscv32 -M virt.
What the guest prints goes to standard output, all else to standard error; standard input is the guest's console.

Keys, where standard input is a terminal:
  Ctrl-A x leaves; Ctrl-A c is for the monitor, whose help says more; Ctrl-A Ctrl-A sends Ctrl-A

An image with the symbols tohost and fromhost may end and print through them (HTIF), as with spike.

Traces:
  instructions (each one, with the registers it changed), traps, devices (each access to a device's registers)

Exit status:
  what the guest told the test finisher or HTIF, its low eight bits (1 where they are zero and it is not);
  2 bad usage or input, 4 the instruction limit, 5 every hart waits for ever, 74 standard output cannot be written, 130 Ctrl-C,
  141 the reader of standard output went away; 0 when left with keys or monitor

Examples:
  tocsin machine hello.elf
  tocsin machine --harts 4 --memory 64M --disk fs.img kernel.elf
  tocsin machine --raw 0x80000000 firmware.bin
  tocsin machine --trace traps --max-instructions 1000000 --json prog.elf
  tocsin machine --signature add-01.signature add-01.elf
  tocsin machine --monitor prog.elf                      look before it begins`;

const DEFAULT_MEMORY = 128 * 2 ** 20;

export function addMachineCommand(program: Command, { takeInterrupts, end }: CommandLine): void {
  program
    .command('machine')
    .summary('run a bare-metal image on the machine, without the kernel')
    .description('Runs a bare-metal image on the machine, its console on the terminal.')
    .argument('<image>', 'an ELF executable, or raw bytes')
    .option('--raw <address>', 'the image is raw bytes for this address, where every hart starts', address)
    .option('--memory <size>', 'RAM of the machine, 1M to 1G', memorySize(1, 1024), DEFAULT_MEMORY)
    .option('--harts <n>', `harts of the machine, 1 to ${MAX_HARTS}`, wholeNumber(1, MAX_HARTS), 1)
    .option('--disk <file>', 'the contents of a disk; the file stays as it is', notEmpty)
    .option('--save-disk', 'put what the guest wrote into the file of --disk at the end')
    .option('--legacy-virtio', 'virtio devices have version 1, as those of QEMU unless it is told otherwise')
    .option('--seed <n>', 'choose how harts take turns and what the entropy device gives', wholeNumber(0, 2 ** 32 - 1))
    .option('--snapshot <file>', "go on from a snapshot that the monitor's save wrote", notEmpty)
    .option('--max-instructions <n>', 'stop there, with status 4', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--trace <list>', `print what happens: some of ${TRACES.join(',')}`, listOf(TRACES))
    .option('--signature <file>', 'write the words from begin_signature to end_signature there at the end', notEmpty)
    .option('--monitor', 'begin at the monitor prompt; without a terminal it reads its lines from standard input')
    .option('--stats', 'print figures at the end')
    .option('--json', 'print one JSON object on the last line of standard error')
    .addHelpText('after', HELP)
    .action(async (image: string, options: MachineOptions) => {
      const { machine } = await import('./machine.js');
      end(await machine(image, options, takeInterrupts));
    });
}

/** `0x80000000` or decimal; even, as instructions are. */
function address(text: string): number {
  const value = /^(0x[\da-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value < 2 ** 32) || value % 2 !== 0) {
    throw new InvalidArgumentError('Expected an even address below 2^32, such as 0x80000000.');
  }
  return value;
}
