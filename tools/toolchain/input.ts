/** Files that a person names: read once, with every way in which they can be unusable said in one line. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ToolchainError } from './failure.js';

export type Language = 'c' | 'c++' | 'assembly' | 'preprocessed assembly' | 'zig';

export interface Input {
  /** As it was typed. */
  readonly path: string;
  readonly kind: Language | 'object' | 'executable';
  readonly bytes: Buffer;
}

const KIND_BY_EXTENSION: Readonly<Record<string, Input['kind']>> = {
  '.c': 'c',
  '.cc': 'c++',
  '.cpp': 'c++',
  '.cxx': 'c++',
  '.S': 'preprocessed assembly',
  '.s': 'assembly',
  '.zig': 'zig',
  '.o': 'object',
  '.elf': 'executable',
};

/** Larger files are no guest program. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

const ELF_TYPE_OFFSET = 16;
const ELF_RELOCATABLE = 1;

/** Throws ToolchainError. The content is not looked at, except to tell ELF files whose names do not say what they are. */
export function readInput(path: string): Input {
  const bytes = readWhole(path);
  if (bytes.length === 0) throw new ToolchainError(`${path}: the file is empty`);
  const kind = KIND_BY_EXTENSION[extname(path)] ?? kindOfElf(bytes);
  if (kind === undefined) {
    const known = Object.keys(KIND_BY_EXTENSION).join(' ');
    throw new ToolchainError(`${path}: neither an ELF file nor a source by its name; expected one of ${known}`);
  }
  return { path, kind, bytes };
}

function kindOfElf(bytes: Buffer): Input['kind'] | undefined {
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const type = bytes.length > ELF_TYPE_OFFSET + 1 ? bytes.readUInt16LE(ELF_TYPE_OFFSET) : 0;
  return type === ELF_RELOCATABLE ? 'object' : 'executable';
}

/** All bytes of a regular file of at most 256 MiB, which may be empty. Throws ToolchainError. */
export function readWhole(path: string): Buffer {
  if (path === '') throw new ToolchainError('a file name is empty');
  try {
    // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = fstatSync(file);
      if (status.isDirectory()) throw new ToolchainError(`${path}: is a directory`);
      if (!status.isFile()) throw new ToolchainError(`${path}: not a regular file`);
      if (status.size > MAX_FILE_BYTES) {
        throw new ToolchainError(`${path}: ${status.size} bytes; at most ${MAX_FILE_BYTES} are read`);
      }
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof ToolchainError) throw error;
    throw new ToolchainError(`${path}: ${whyNot(error)}`);
  }
}

/** The reason of a failed file operation, in words. */
export function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (code === '' ? String(error) : code);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large',
  EIO: 'input or output error',
  EROFS: 'the file system is read-only',
  ETXTBSY: 'the file is being executed',
  EADDRINUSE: 'the address is in use',
  EADDRNOTAVAIL: 'not an address of this machine',
  ENOTFOUND: 'no such host',
  ENXIO: 'not a regular file',
  ERR_INVALID_ARG_VALUE: 'not a file name',
};
