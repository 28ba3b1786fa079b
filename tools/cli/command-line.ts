/** The commands with their options. What a command does is loaded when it is called: `run` starts fast. */
import { Command, CommanderError } from 'commander';
import { addBuildCommand } from './build-command.js';
import { addCallsCommand } from './calls-command.js';
import { addDebugCommand } from './debug-command.js';
import { addDiffCommand } from './diff-command.js';
import { addDisassembleCommand } from './disassemble-command.js';
import { addDoctorCommand } from './doctor-command.js';
import { EXIT } from './exit-status.js';
import { addHistoryCommand } from './history-command.js';
import { addJournalCommand } from './journal-command.js';
import { addMachineCommand } from './machine-command.js';
import { addMemoryCommand } from './memory-command.js';
import { nearest } from './nearest.js';
import { addPsCommand } from './ps-command.js';
import { addReplayCommand } from './replay-command.js';
import { addRunCommand } from './run-command.js';
import { print, say } from './standard-streams.js';
import { addTestCommand } from './test-command.js';
import { addVerifyCommand } from './verify-command.js';
import { VERSION } from './version.js';

/** What a command's definition needs of the whole. */
export interface CommandLine {
  /** What stands after `--`: the guest's arguments. */
  readonly guestArguments: readonly string[];
  /** From here on the command handles Ctrl-C itself: it installs its handler before it awaits anything. */
  readonly takeInterrupts: () => void;
  /** Sets the status with which `tocsin` ends. */
  readonly end: (status: number) => void;
}

const EXAMPLES = `
Examples:
  tocsin run hello.c                    compile a program and run it
  tocsin run --stats prog.c -- a b c    with arguments, and figures at the end
  tocsin run --trace calls prog.c       every system call, as it happens
  tocsin debug prog.c                   step it, with the commands of gdb
  tocsin run --record run.tocsin prog.c a run that can be replayed
  tocsin replay run.tocsin              the same run again
  tocsin history run.tocsin locks       deadlocks that could have happened in it
  tocsin test                           every scenario under this folder
  tocsin ps --until 9999 prog.c         threads, handles, locks, … at that moment
  tocsin memory --until 9999 prog.c     who has which memory at that moment
  tocsin machine firmware.elf           a bare-metal image, without the kernel
  tocsin calls futex_wait               the reference page of a call
  tocsin doctor                         what is installed, and what it is for

'tocsin help COMMAND' says more of a command.`;

/** `words` are the command line without Node and script. Resolves to the exit status; never rejects. */
export async function runCommandLine(words: readonly string[], takeInterrupts: () => void): Promise<number> {
  let status: number = EXIT.OK;
  const { own, guestArguments } = splitGuestArguments(words);
  const end = (value: number): void => {
    status = value;
  };
  const asJson = own.includes('--json');
  let refusal = '';
  const refuse = (message: string): void => {
    refusal = message;
    say(`tocsin: ${message}`);
  };
  const program = defineCommands({ guestArguments, takeInterrupts, end }, refuse);
  try {
    if (own.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.USAGE;
    }
    await program.parseAsync(withPorts(own), { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.OK;
    const { explain, sayRefusal } = await import('./failure.js');
    if (!(error instanceof CommanderError)) return explain(error, words, asJson);
    if (asJson) sayRefusal(refusal);
    return EXIT.USAGE;
  }
}

function defineCommands(commandLine: CommandLine, refuse: (message: string) => void): Command {
  const program = new Command('tocsin')
    .description('A microkernel that you can run, break and rewind, on a RISC-V machine.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text) => refuse(errorMessage(text)), writeOut: print })
    .exitOverride();
  addRunCommand(program, commandLine);
  addDebugCommand(program, commandLine);
  addReplayCommand(program, commandLine);
  addVerifyCommand(program, commandLine);
  addDiffCommand(program, commandLine);
  addJournalCommand(program, commandLine);
  addHistoryCommand(program, commandLine);
  addBuildCommand(program, commandLine);
  addDisassembleCommand(program, commandLine);
  addTestCommand(program, commandLine);
  addPsCommand(program, commandLine);
  addMemoryCommand(program, commandLine);
  addMachineCommand(program, commandLine);
  addCallsCommand(program, commandLine);
  addDoctorCommand(program, commandLine);
  addHelpCommand(program);
  return program;
}

/** commander's own prints the list of all commands where it does not know the one that is asked for. */
function addHelpCommand(program: Command): void {
  program
    .command('help')
    .description('print what a command does')
    .argument('[command]')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command !== undefined) return command.help();
      const near = nearest(
        name ?? '',
        program.commands.map((one) => one.name()),
      );
      return program.error(`unknown command '${name}'${near === undefined ? '' : ` (Did you mean ${near}?)`}`);
    });
}

/** commander writes "error: …" and, on a line of its own, "(Did you mean …?)". What was typed may hold anything. */
function errorMessage(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
}

const WITH_GUEST = ['run', 'debug', 'ps', 'memory'];

/** A port may follow `--gdb`, but a file that follows is none. */
function withPorts(words: readonly string[]): readonly string[] {
  return words.map((word, i) => (word === '--gdb' && !/^\d+$/.test(words[i + 1] ?? '') ? '--gdb=0' : word));
}

/** Commands that run a program under the kernel have a guest; elsewhere `--` means what it always means. */
function splitGuestArguments(words: readonly string[]): { own: readonly string[]; guestArguments: readonly string[] } {
  const command = words.find((word) => !word.startsWith('-'));
  if (command === undefined || !WITH_GUEST.includes(command)) return { own: words, guestArguments: [] };
  const at = words.indexOf('--');
  const own = at < 0 ? words : words.slice(0, at);
  return { own: command === 'debug' ? own.map(spelled) : own, guestArguments: at < 0 ? [] : words.slice(at + 1) };
}

/** gdb's users write `-ex`, which would be the options `-e` and `-x` by the usual rules. */
function spelled(word: string): string {
  return word === '-ex' ? '--ex' : word;
}
