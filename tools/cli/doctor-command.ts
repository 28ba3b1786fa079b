import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';

const EXAMPLES = `
Examples:
  tocsin doctor
  tocsin doctor --json | jq .`;

export function addDoctorCommand(program: Command, { end }: CommandLine): void {
  program
    .command('doctor')
    .summary('say what is installed and what each missing thing would enable')
    .description(
      'Says what is installed, and what each missing thing would enable. Ends with 1 if C programs cannot be compiled.',
    )
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const { doctor } = await import('./doctor.js');
      end(doctor(json ?? false));
    });
}
