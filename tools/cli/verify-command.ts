import { type Command, InvalidArgumentError } from 'commander';
import type { CommandLine } from './command-line.js';

export interface VerifyOptions {
  readonly root?: string;
  readonly json?: boolean;
}

const HELP = `
Nothing is run. Of each block of FILE its checks are made, and its hash, which goes over the block and the hash of the one before it.
So damage is found, and located to its block. The last hash is the root. A recording that somebody changed with care has hashes that
fit: it is found only by a root that is kept elsewhere, as \`tocsin run --record\` prints it when the run ends.

Exit status: 0 FILE is whole, and has this root; 1 it is not, or has not; 2 bad usage, or FILE is no recording

Examples:
  tocsin verify run.tocsin
  tocsin verify --root 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef run.tocsin`;

export function addVerifyCommand(program: Command, { end }: CommandLine): void {
  program
    .command('verify')
    .summary('check that a recording is whole and unchanged')
    .description('Checks the blocks of a recording and the chain of their hashes.')
    .usage('[options] FILE')
    .argument('<file>', 'a recording')
    .option('--root <hash>', 'the root that it should have, as the run printed it', root)
    .option('--json', 'print one JSON object instead of a line')
    .addHelpText('after', HELP)
    .action(async (file: string, options: VerifyOptions) => {
      const { verify } = await import('./verify.js');
      end(verify(file, options));
    });
}

function root(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
}
