import { type Command, Option } from 'commander';
import { QUANTUM } from '../../kernel/index.js';
import type { CommandLine } from './command-line.js';
import {
  addCompilerOptions,
  allocation,
  type CompilerChoice,
  listOf,
  memorySize,
  notEmpty,
  tcpPort,
  wholeNumber,
} from './options.js';

export const TRACES = ['calls', 'faults', 'schedule', 'journal'] as const;
export type Trace = (typeof TRACES)[number];

export interface RunOptions extends CompilerChoice {
  /** Without it the plain schedule. */
  readonly seed?: number;
  /** In bytes. */
  readonly memory: number;
  /** Bytes by which quotas may exceed RAM. */
  readonly overcommit: number;
  /** A program that is asked when the machine is out of memory. */
  readonly monitor?: string;
  /** In instructions. */
  readonly quantum: number;
  readonly maxInstructions?: number;
  /** The allocation of the kernel that fails though it fits, or each in turn. */
  readonly failAllocation?: number | 'every';
  /** The port of the gdb server; 0: any that is free. */
  readonly gdb?: number;
  /** The first instruction waits for a client of it. */
  readonly gdbWait?: boolean;
  readonly gdbHost: string;
  /** A file that is typed instead of standard input. */
  readonly input?: string;
  /** The file into which the run is recorded. */
  readonly record?: string;
  /** Every record of the journal, and not only what it follows from. */
  readonly recordAll?: boolean;
  /** The recording names its executables and does not hold them. */
  readonly recordNames?: boolean;
  /** A recording that is there is replaced. */
  readonly force?: boolean;
  readonly trace?: ReadonlySet<Trace>;
  readonly stats?: boolean;
  /** Tables of what there is at the end. */
  readonly ps?: boolean;
  readonly json?: boolean;
}

/** Only programs of this machine reach it. */
const LOOPBACK = '127.0.0.1';

const HELP = `
FILE is a source (.c .S .s .cc .cpp .zig), an object (.o) or an executable (.elf); several sources make one program.
What follows -- goes to the guest. Its output goes to standard output, all else to standard error. Standard input is typed into
the guest, a line at a time, when it waits for input: a run with the same input is the same run.

An allocation is one question to an allocator whether some bytes fit, asked for a call or for a page that is touched, and answered
with yes; those of boot do not count. With --fail-allocation every the program runs once without a failure and then once for each
allocation; its output is dropped, and it gets the same input each time. Said is how the runs ended. Clean is: the program ended
by itself, or for want of memory (a page fault with NO_MEMORY), or was killed, and when it was over nothing was left behind.

With --gdb, \`target extended-remote :PORT\` is all that gdb-multiarch needs: it gets executable and symbols from here. Sources are
compiled with debug information, and optimized as ever; \`tocsin build -g -O0\` makes executables that are not. While gdb is there
the end of the program is told to it and not yet the end of the run: \`run\` boots again. \`monitor help\` lists what gdb has no word for.
All processes go on together; after \`set schedule-multiple on\` gdb knows that and reads the registers of all of them anew.

With --record all that came from outside goes into a file, with the executables: input, and choices that --seed or --fail-allocation
made. The rest follows, and \`tocsin replay\` does it again, byte for byte. What is written can be replayed though the run is killed.
The last line on standard error is the root: the hash by which \`tocsin verify --root\` knows whether anything was changed since.

Exit status:
  the guest's own code; 2 bad usage or input, 3 a fault ended it, or it was killed, 4 the instruction limit,
  5 every thread blocked for ever, 71 the machine was out of memory, with nobody left to kill or halted by its monitor,
  with --fail-allocation every: 0 every run ended cleanly, 1 some did not, 70 the kernel panicked (a bug in Tocsin)
  74 standard output cannot be written, 130 Ctrl-C, 141 the reader of standard output went away

Examples:
  tocsin run hello.c
  tocsin run --stats threads.c
  tocsin run --input lines.txt sort.c
  tocsin run --seed 7 --quantum 1000 race.c     another schedule
  tocsin run --trace calls,faults prog.c -- one two
  tocsin run --max-instructions 1000000 --json loop.elf
  tocsin run --record run.tocsin prog.c         and then: tocsin replay run.tocsin
  tocsin run --fail-allocation 3 prog.c         the third allocation fails
  tocsin run --fail-allocation every prog.c     each of them in turn, a run for each
  tocsin run --gdb-wait prog.c                  nothing happens before gdb comes
  tocsin run --memory 2M --overcommit 16M greedy.c          the machine kills whom it must
  tocsin run --memory 2M --overcommit 16M --monitor choose.c greedy.c`;

export function addRunCommand(program: Command, { guestArguments, takeInterrupts, end }: CommandLine): void {
  const quantum = wholeNumber(QUANTUM.leastCompiled, QUANTUM.most);
  const command = program
    .command('run')
    .summary('run a guest program, compiling it first where it is a source')
    .description('Runs a guest program under the kernel.')
    .usage('[options] FILE… [-- ARG…]')
    .argument('<file...>', 'sources and objects of one program, or an executable')
    .option(
      '--seed <n>',
      'shake what the kernel leaves open: each seed is another schedule',
      wholeNumber(0, 2 ** 32 - 1),
    )
    .addOption(
      new Option('--memory <size>', 'RAM of the machine, 1M to 1G')
        .argParser(memorySize(1, 1024))
        .default(64 * 2 ** 20, '64M'),
    )
    .addOption(
      new Option('--overcommit <size>', 'bytes that quotas may promise beyond RAM, 0 to 1G')
        .argParser(memorySize(0, 1024))
        .default(0, '0'),
    )
    .option('--monitor <file>', 'a guest that chooses what to do when RAM is used up (root_oom_wait)', notEmpty)
    .option(
      '--quantum <n>',
      'instructions that a thread runs before the next of its priority',
      quantum,
      QUANTUM.fallback,
    )
    .option('--max-instructions <n>', 'stop there, with status 4', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--fail-allocation <n>', 'let the n-th allocation of the kernel fail; every: run once for each', allocation)
    .option('--gdb [port]', 'let gdb attach, at this port or any that is free; one line says which', tcpPort)
    .addOption(
      new Option('--gdb-wait', 'execute nothing before a gdb is there; with it --gdb need not be said').implies({
        gdb: 0,
      }),
    )
    .option(
      '--gdb-host <address>',
      'where to listen for gdb: whoever reaches that address can do with the program as they like',
      notEmpty,
      LOOPBACK,
    )
    .option('--input <file>', 'type this file into the guest, instead of standard input', notEmpty)
    .option('--record <file>', 'write what the run depends on into a new file, for `tocsin replay`', notEmpty)
    .option('--record-all', 'write every record of the journal there, too')
    .option('--record-names', 'name the executables there by their SHA-256, instead of keeping them there')
    .option('--force', 'replace the file of --record, if there is one')
    .option('--trace <list>', `print what happens: some of ${TRACES.join(',')}`, listOf(TRACES))
    .option('--stats', 'print figures at the end')
    .option('--ps', 'print what there is at the end: threads, handles, channels, …, as tables')
    .option('--json', 'print one JSON object on the last line of standard error')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: RunOptions) => {
      const { run } = await import('./run.js');
      end(await run(files, guestArguments, options, takeInterrupts));
    });
  addCompilerOptions(command);
}
