/** Values of options: each parser takes what was typed and gives a number or says in one sentence what would be right. */
import { type Command, InvalidArgumentError } from 'commander';
import { MOST_ALLOCATIONS } from '../../kernel/index.js';
import { OPTIMIZATIONS, type Optimization } from '../toolchain/compiler.js';
import { nearest } from './nearest.js';

/** Digits, with underscores between them if one likes: `1_000_000`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(_\d+)*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `64M`, `1G`, `1048576`; a multiple of a page of 4 KiB. The bounds are in MiB. */
export function memorySize(leastMebibytes: number, mostMebibytes: number): (text: string) => number {
  return (text) => {
    const [, digits, unit] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? [];
    const bytes = digits === undefined ? Number.NaN : Number(digits) * SIZE_UNITS[unit.toUpperCase()];
    if (!(bytes >= leastMebibytes * 2 ** 20 && bytes <= mostMebibytes * 2 ** 20) || bytes % 4096 !== 0) {
      throw new InvalidArgumentError(
        `Expected a size from ${leastMebibytes}M to ${mostMebibytes}M in whole pages of 4K, such as 64M.`,
      );
    }
    return bytes;
  };
}

/** Which allocation is to fail: its number, or each in turn. */
export function allocation(text: string): number | 'every' {
  if (text === 'every') return text;
  const value = /^\d+(_\d+)*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (value >= 1 && value <= MOST_ALLOCATIONS) return value;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_ALLOCATIONS}, or every.`);
}

/** A port; 0, or none, is any that is free. */
export function tcpPort(text: string): number {
  return wholeNumber(0, 65_535)(text);
}

/** A list with commas, without repetitions. */
export function listOf<Name extends string>(names: readonly Name[]): (text: string) => ReadonlySet<Name> {
  return (text) => {
    const chosen = text.split(',').map((word) => {
      const name = names.find((candidate) => candidate === word);
      if (name === undefined) {
        const near = nearest(word, names);
        const hint = near === undefined ? '' : ` (Did you mean ${near}?)`;
        throw new InvalidArgumentError(`Expected some of ${names.join(',')}.${hint}`);
      }
      return name;
    });
    return new Set(chosen);
  };
}

export interface CompilerChoice {
  readonly cc?: string;
  /** `-D` and `-I`, in the order of the command line. */
  readonly preprocessor?: readonly string[];
}

export interface OptimizationChoice {
  readonly debug?: boolean;
  readonly optimize: Optimization;
}

/** Options of every command that compiles. */
export function addCompilerOptions(command: Command): Command {
  const preprocessor: string[] = [];
  const collect = (flag: string) => (value: string) => {
    preprocessor.push(flag, value);
    return preprocessor;
  };
  return command
    .option('--cc <compiler>', 'zig, gcc, clang, or the path of one of them (also in TOCSIN_CC)', notEmpty)
    .option('-D <macro>', 'define a macro for the sources: NAME or NAME=VALUE', collect('-D'))
    .option('-I <folder>', 'look for headers there, too', collect('-I'))
    .hook('preAction', (self) => {
      self.setOptionValue('preprocessor', preprocessor);
    });
}

export function optimization(text: string): Optimization {
  const level = OPTIMIZATIONS.find((candidate) => candidate === text);
  if (level === undefined) throw new InvalidArgumentError(`Expected one of ${OPTIMIZATIONS.join(', ')}.`);
  return level;
}

export function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a name.');
  return text;
}
