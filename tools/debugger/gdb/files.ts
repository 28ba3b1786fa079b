/**
 * `vFile`: gdb reads executables through the protocol. Only images of this run, only for reading, by the paths that `images.ts`
 * made up.
 *
 * Source: GDB manual, "Host I/O Packets" and "Protocol-specific Representation of Datatypes".
 */
import { fitting, PACKET_BYTES } from './framing.js';
import { hexNumber, textOfHex } from './hexadecimal.js';
import type { Images } from './images.js';

const MOST_OPEN = 16;
const ERROR = { NO_ENTRY: 2, BAD_FILE: 9, ACCESS: 13, INVALID: 22, TOO_MANY: 24, UNKNOWN: 9999 } as const;
/** The bits of the access mode among the flags: read only is 0. */
const NOT_READ_ONLY = 3 | 0x8 | 0x200 | 0x400;
/** A regular file that everybody may read. */
const MODE = 0o100_444;
const STATUS_BYTES = 64;
/** `F`, a length and a semicolon stand before the data. */
const BEFORE_DATA = 16;

export class Files {
  private readonly open = new Map<number, Uint8Array>();

  constructor(private readonly images: Images) {}

  /** `text` is what follows `vFile:`. An empty answer: there is no such operation. */
  answer(text: string): string {
    const [operation, rest = ''] = text.split(':');
    const words = rest.split(',');
    switch (operation) {
      case 'setfs':
        // Every process has the same files.
        return 'F0';
      case 'open':
        return this.openFile(words);
      case 'pread':
        return this.read(words);
      case 'fstat':
        return this.status(words);
      case 'close':
        return this.open.delete(hexNumber(words[0]) ?? 0) ? 'F0' : failed(ERROR.BAD_FILE);
      case 'readlink':
        return failed(ERROR.INVALID);
      case 'pwrite':
      case 'unlink':
        return failed(ERROR.ACCESS);
      default:
        return '';
    }
  }

  private openFile([hexPath, hexFlags = '']: readonly string[]): string {
    const path = textOfHex(hexPath);
    const flags = hexNumber(hexFlags);
    if (path === undefined || flags === undefined) return failed(ERROR.INVALID);
    const bytes = this.images.at(path);
    if (bytes === undefined) return failed(ERROR.NO_ENTRY);
    if ((flags & NOT_READ_ONLY) !== 0) return failed(ERROR.ACCESS);
    for (let file = 1; file <= MOST_OPEN; file++) {
      if (this.open.has(file)) continue;
      this.open.set(file, bytes);
      return `F${file.toString(16)}`;
    }
    return failed(ERROR.TOO_MANY);
  }

  private read([hexFile, hexCount = '', hexOffset = '']: readonly string[]): string {
    const bytes = this.open.get(hexNumber(hexFile) ?? 0);
    const count = hexNumber(hexCount);
    const offset = hexNumber(hexOffset);
    if (bytes === undefined) return failed(ERROR.BAD_FILE);
    if (count === undefined || offset === undefined) return failed(ERROR.INVALID);
    const end = offset + Math.min(count, PACKET_BYTES);
    const wanted = Buffer.from(bytes.subarray(offset, end)).toString('latin1');
    const data = fitting(wanted, PACKET_BYTES - BEFORE_DATA);
    return `F${data.length.toString(16)};${data}`;
  }

  private status([hexFile]: readonly string[]): string {
    const bytes = this.open.get(hexNumber(hexFile) ?? 0);
    if (bytes === undefined) return failed(ERROR.BAD_FILE);
    const status = new DataView(new ArrayBuffer(STATUS_BYTES));
    status.setUint32(8, MODE);
    status.setUint32(12, 1);
    status.setBigUint64(28, BigInt(bytes.length));
    status.setBigUint64(36, 4096n);
    status.setBigUint64(44, BigInt(Math.ceil(bytes.length / 512)));
    return `F${STATUS_BYTES.toString(16)};${Buffer.from(status.buffer).toString('latin1')}`;
  }
}

function failed(error: number): string {
  return `F-1,${error.toString(16)}`;
}
