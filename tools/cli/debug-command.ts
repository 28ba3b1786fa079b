import { type Command, Option } from 'commander';
import { QUANTUM } from '../../kernel/index.js';
import type { CommandLine } from './command-line.js';
import {
  addCompilerOptions,
  type CompilerChoice,
  memorySize,
  notEmpty,
  type OptimizationChoice,
  optimization,
  wholeNumber,
} from './options.js';
import { addProveOptions, PROVE_HELP, type ProveOptions } from './prove-options.js';

export interface DebugOptions extends CompilerChoice, OptimizationChoice {
  readonly seed?: number;
  /** In bytes. */
  readonly memory: number;
  /** Bytes by which quotas may exceed RAM. */
  readonly overcommit: number;
  readonly monitor?: string;
  /** Bytes of the host that snapshots of the past may take. */
  readonly history: number;
  /** Executables that a recording only names. */
  readonly image: readonly string[];
  /** In instructions. */
  readonly quantum: number;
  /** A file that is typed into the guest. */
  readonly input?: string;
  /** Files of commands, and commands, in the order in which they were given. */
  readonly commands: readonly DebugCommands[];
  readonly batch?: boolean;
  readonly tui?: boolean;
  /** Folders of sources. */
  readonly directory: readonly string[];
}

/** With `--prove` nobody debugs: that is another's part of the command. */
type Proving = ProveOptions & { readonly prove?: boolean };

export type DebugCommands =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'line'; readonly line: string };

const HELP = `
FILE is as of 'tocsin run'; what is compiled is compiled with debug information, and without optimization unless -O says otherwise.
The program stands before its first instruction. Commands are those of gdb: break main, run, next, print x, bt, x/8xw $sp, watch n,
catch call channel_send, info threads; 'help' lists them all. The program cannot notice that it is debugged.

It goes backwards, too: reverse-step, reverse-next, reverse-finish and reverse-continue, also after a crash; last-write EXPRESSION, why,
reverse-wake and goto ask the past ('help past'). What is changed there begins a branch: the run that was stays. FILE can be a
recording of 'tocsin run --record': what was compiled with -g has its source lines.

At a terminal there is a line editor with completion (Tab) and history; Ctrl-X A shows source, registers and threads in panes.
Elsewhere commands are read from standard input, a line each, and all goes to standard output plainly; then the program gets
--input, or no input. With --batch standard input is the program's.

Exit status: what 'quit' was given, else 0; with --batch 1 if a command failed; 2 bad usage or input; 130 Ctrl-C, with --batch;
141 the reader of standard output went away

Examples:
  tocsin debug prog.c
  tocsin debug --tui philosophers.c
  tocsin debug prog.c -- one two                         with arguments
  tocsin debug -ex 'break sum' -ex run prog.c            begins with these commands
  tocsin debug --batch -ex run -ex bt null-pointer.c     and leaves after them
  tocsin debug -x commands.txt --seed 7 race.c
  tocsin debug --batch -ex run -ex 'last-write total' -ex bt sum.c
  tocsin debug run.tocsin                                a recorded run`;

export function addDebugCommand(program: Command, { guestArguments, takeInterrupts, end }: CommandLine): void {
  const commands: DebugCommands[] = [];
  const folders: string[] = [];
  const images: string[] = [];
  const command = program
    .command('debug')
    .summary('run a program under a debugger, at a terminal')
    .description('Debugs a guest program, and all that runs beside it, with the commands of gdb.')
    .usage('[options] FILE… [-- ARG…]')
    .argument('<file...>', 'sources and objects of one program, an executable, or a recording')
    .option('-x, --command <file>', 'execute the commands of a file first', (path: string) => {
      commands.push({ kind: 'file', path: notEmpty(path) });
      return path;
    })
    .addOption(
      new Option('--ex <command>', 'execute a command first (also -ex)').argParser((line: string) => {
        commands.push({ kind: 'line', line });
        return line;
      }),
    )
    .option('--batch', 'leave after these commands')
    .option('--tui', 'begin in the full-screen view')
    .option('-d, --directory <folder>', 'look for sources there, too', (folder: string) => {
      folders.push(notEmpty(folder));
      return folder;
    })
    .option('-O, --optimize <level>', 'as the compiler knows it: 0, 1, 2, 3, s, z or g', optimization, '0')
    .option('--input <file>', 'type this file into the guest', notEmpty)
    .option('--seed <n>', 'another schedule', wholeNumber(0, 2 ** 32 - 1))
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
      wholeNumber(QUANTUM.leastCompiled, QUANTUM.most),
      QUANTUM.fallback,
    )
    .option('--image <file>', 'an executable that a recording only names', (path: string) => {
      images.push(notEmpty(path));
      return path;
    })
    .addOption(
      new Option('--history <size>', 'memory of the host for going back, 1M to 16G')
        .argParser(memorySize(1, 16_384))
        .default(256 * 2 ** 20, '256M'),
    )
    .addHelpText('after', `${HELP}\n${PROVE_HELP}`)
    .action(async (files: string[], options: Omit<DebugOptions, 'commands' | 'directory' | 'image'> & Proving) => {
      if (options.prove) {
        const { prove } = await import('./prove.js');
        return end(await prove(files, guestArguments, options, takeInterrupts));
      }
      const { debug } = await import('./debug.js');
      end(
        await debug(files, guestArguments, { ...options, commands, directory: folders, image: images }, takeInterrupts),
      );
    });
  addProveOptions(command);
  addCompilerOptions(command);
}
