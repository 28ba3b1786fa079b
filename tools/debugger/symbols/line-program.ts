/**
 * The rows of `.debug_line`, versions 2 to 5: the header with its files, and the program that makes the rows
 * (DWARF 5, section 6.2; DWARF 4 for the older headers).
 */
import { ByteReader } from './byte-reader.js';
import { type FormValue, readForm, stringOf } from './forms.js';
import type { Sections } from './sections.js';
import { readUnitLength } from './unit.js';

export interface LineProgram {
  /** Where its header begins, by which a unit names it. */
  readonly offset: number;
  /** By the number that the program uses; undefined where it has none. */
  readonly files: readonly (LineFile | undefined)[];
  readonly rows: readonly LineRow[];
}

export interface LineFile {
  readonly name: string;
  /** Undefined: that of the compilation. */
  readonly directory: string | undefined;
}

export interface LineRow {
  readonly address: number;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly isStatement: boolean;
  readonly isPrologueEnd: boolean;
  /** The first address behind a sequence; the rest says nothing. */
  readonly isEnd: boolean;
}

/** Bounds (law 6), of a program and of all. */
const MAX_FILES = 1 << 16;
const MAX_ROWS = 1 << 22;

const STANDARD = {
  COPY: 1,
  ADVANCE_PC: 2,
  ADVANCE_LINE: 3,
  SET_FILE: 4,
  SET_COLUMN: 5,
  NEGATE_STATEMENT: 6,
  BASIC_BLOCK: 7,
  CONST_ADD_PC: 8,
  FIXED_ADVANCE_PC: 9,
  PROLOGUE_END: 10,
  EPILOGUE_BEGIN: 11,
  SET_ISA: 12,
} as const;
const EXTENDED = { END_SEQUENCE: 1, SET_ADDRESS: 2, DEFINE_FILE: 3 } as const;
const CONTENT = { PATH: 1, DIRECTORY: 2 } as const;

export function readLinePrograms(sections: Sections): LineProgram[] {
  const bytes = sections.bytes('.debug_line');
  const reader = new ByteReader(bytes);
  const programs: LineProgram[] = [];
  let rowsLeft = MAX_ROWS;
  while (reader.at < reader.end && !reader.isOver && rowsLeft > 0) {
    const offset = reader.at;
    const { end, offsetBytes } = readUnitLength(reader);
    if (reader.isOver) break;
    const unit = new ByteReader(bytes, reader.at, end);
    const header = readHeader(unit, offsetBytes, sections);
    if (header !== undefined) {
      const rows = runProgram(unit, header, rowsLeft);
      rowsLeft -= rows.length;
      programs.push({ offset, files: header.files, rows });
    }
    reader.at = unit.end;
  }
  return programs;
}

interface Header {
  readonly minimumInstructionBytes: number;
  readonly isStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: readonly number[];
  readonly files: (LineFile | undefined)[];
  readonly directories: readonly (string | undefined)[];
}

function readHeader(reader: ByteReader, offsetBytes: 4 | 8, sections: Sections): Header | undefined {
  const version = reader.u16();
  if (version < 2 || version > 5) return undefined;
  const addressBytes = version >= 5 ? reader.u8() : 4;
  if (version >= 5) reader.u8();
  const headerBytes = reader.offset(offsetBytes);
  const start = reader.at + headerBytes;
  const minimumInstructionBytes = reader.u8();
  if (version >= 4) reader.u8();
  const isStatement = reader.u8() !== 0;
  const lineBase = reader.s8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  const operandCounts = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => reader.u8());
  if (reader.isOver || start > reader.end || lineRange === 0) return undefined;

  const names = new ByteReader(reader.bytes, reader.at, start);
  const encoding = { version, addressBytes, offsetBytes };
  const { directories, files } = version >= 5 ? readNewNames(names, encoding, sections) : readOldNames(names);
  reader.at = start;
  return { minimumInstructionBytes, isStatement, lineBase, lineRange, opcodeBase, operandCounts, files, directories };
}

type Names = Pick<Header, 'directories' | 'files'>;

/** Directory 0 is that of the compilation, and files count from 1. */
function readOldNames(reader: ByteReader): Names {
  const directories: (string | undefined)[] = [undefined];
  while (!reader.isOver && directories.length < MAX_FILES) {
    const directory = reader.string();
    if (directory === '') break;
    directories.push(directory);
  }
  const files: (LineFile | undefined)[] = [undefined];
  while (!reader.isOver && files.length < MAX_FILES) {
    const name = reader.string();
    if (name === '') break;
    files.push(readOldFile(name, reader, directories));
  }
  return { directories, files };
}

function readOldFile(name: string, reader: ByteReader, directories: Header['directories']): LineFile {
  const directory = directories[reader.uleb()];
  reader.uleb(); // time of its last change
  reader.uleb(); // length
  return { name, directory };
}

function readNewNames(reader: ByteReader, encoding: Parameters<typeof readForm>[2], sections: Sections): Names {
  const directories = readNewTable(reader, encoding, sections).map(({ name }) => name);
  // The first is the compilation's, said in full.
  const files = readNewTable(reader, encoding, sections).map(({ name, directory }) =>
    name === undefined ? undefined : { name, directory: directories[directory] },
  );
  return { directories, files };
}

function readNewTable(
  reader: ByteReader,
  encoding: Parameters<typeof readForm>[2],
  sections: Sections,
): { name: string | undefined; directory: number }[] {
  const formats = Array.from({ length: reader.u8() }, () => ({ content: reader.uleb(), form: reader.uleb() }));
  const count = Math.min(reader.uleb(), MAX_FILES);
  const rows: { name: string | undefined; directory: number }[] = [];
  while (rows.length < count && !reader.isOver) {
    const start = reader.at;
    let name: string | undefined;
    let directory = 0;
    for (const { content, form } of formats) {
      const value: FormValue | undefined = readForm(reader, form, encoding, 0);
      if (value === undefined || reader.isOver) return rows;
      if (content === CONTENT.PATH) name = stringOf(form, value, sections);
      else if (content === CONTENT.DIRECTORY) directory = Number(value);
    }
    // Rows that take no bytes could go on for ever.
    if (reader.at === start) break;
    rows.push({ name, directory });
  }
  return rows;
}

function runProgram(reader: ByteReader, header: Header, maxRows: number): LineRow[] {
  const { minimumInstructionBytes, lineBase, lineRange, opcodeBase, operandCounts } = header;
  const rows: LineRow[] = [];
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  let isStatement = header.isStatement;
  let isPrologueEnd = false;

  const row = (isEnd: boolean): void => {
    rows.push({ address, file, line, column, isStatement, isPrologueEnd, isEnd });
    isPrologueEnd = false;
  };
  const advance = (operations: number): void => {
    address = (address + operations * minimumInstructionBytes) % 2 ** 32;
  };

  while (reader.at < reader.end && rows.length < maxRows) {
    const opcode = reader.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      advance(Math.floor(adjusted / lineRange));
      line += lineBase + (adjusted % lineRange);
      row(false);
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = reader.uleb();
        const operand = new ByteReader(reader.bytes, reader.at, Math.min(reader.at + length, reader.end));
        if (!reader.take(length)) return rows;
        const extended = operand.u8();
        if (extended === EXTENDED.END_SEQUENCE) {
          row(true);
          address = 0;
          file = 1;
          line = 1;
          column = 0;
          isStatement = header.isStatement;
        } else if (extended === EXTENDED.SET_ADDRESS) {
          address = operand.unsigned(length - 1);
        } else if (extended === EXTENDED.DEFINE_FILE && header.files.length < MAX_FILES) {
          header.files.push(readOldFile(operand.string(), operand, header.directories));
        }
        break;
      }
      case STANDARD.COPY:
        row(false);
        break;
      case STANDARD.ADVANCE_PC:
        advance(reader.uleb());
        break;
      case STANDARD.ADVANCE_LINE:
        line += reader.sleb();
        break;
      case STANDARD.SET_FILE:
        file = reader.uleb();
        break;
      case STANDARD.SET_COLUMN:
        column = reader.uleb();
        break;
      case STANDARD.NEGATE_STATEMENT:
        isStatement = !isStatement;
        break;
      case STANDARD.CONST_ADD_PC:
        advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case STANDARD.FIXED_ADVANCE_PC:
        address = (address + reader.u16()) % 2 ** 32;
        break;
      case STANDARD.PROLOGUE_END:
        isPrologueEnd = true;
        break;
      case STANDARD.BASIC_BLOCK:
      case STANDARD.EPILOGUE_BEGIN:
        break;
      default:
        // SET_ISA, and whatever is newer: the header says how many operands to leave out.
        for (let left = operandCounts[opcode - 1]; left > 0; left--) reader.uleb();
    }
  }
  return rows;
}
