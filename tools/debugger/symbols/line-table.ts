/** Lines and addresses: what the rows of all line programs say together, looked up both ways. */
import type { CodeRanges } from './code-ranges.js';
import { AT } from './dwarf-numbers.js';
import type { AddressRange } from './function.js';
import { type LineFile, type LineProgram, type LineRow, readLinePrograms } from './line-program.js';
import type { SourceFile, SourcePlace } from './source-place.js';
import type { DebugInfo } from './unit.js';

interface Row extends SourcePlace {
  /** Nothing is known from here on. */
  readonly isEnd: boolean;
}

const NO_FILE: SourceFile = { path: '', directory: '' };
const MAX_LINE = 0x7fff_ffff;

export class LineTable {
  /** By path. */
  readonly files: readonly SourceFile[];
  /** By address; of several at one address in the order of their program, but ends first. */
  private readonly rows: readonly Row[];
  /** The rows that answer a search: one for each address. */
  private readonly effective: readonly Row[];
  private readonly rowsByFile = new Map<SourceFile, Row[]>();
  /** What the numbers of files in a unit's entries mean, by the offset of its line program. */
  private readonly filesByProgram = new Map<number, readonly (SourceFile | undefined)[]>();
  private readonly known = new Map<string, SourceFile>();

  constructor(info: DebugInfo, code: CodeRanges) {
    const compilations = new Map<number, string>();
    for (const { root } of info.units) {
      const program = root?.number(AT.stmt_list);
      if (root !== undefined && program !== undefined) compilations.set(program, root.string(AT.comp_dir) ?? '.');
    }
    const rows: Row[] = [];
    for (const program of readLinePrograms(info.sections)) {
      const files = this.filesOf(program, compilations.get(program.offset) ?? '.');
      this.filesByProgram.set(program.offset, files);
      for (const sequence of sequences(program.rows, code)) addRows(rows, sequence, files);
    }
    rows.sort((a, b) => a.address - b.address || Number(b.isEnd) - Number(a.isEnd));
    this.rows = rows;
    this.effective = effectiveRows(rows);
    for (const row of rows) {
      if (row.isEnd) continue;
      const list = this.rowsByFile.get(row.file);
      if (list === undefined) this.rowsByFile.set(row.file, [row]);
      else list.push(row);
    }
    this.files = [...this.rowsByFile.keys()].sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  }

  fileOf(lineProgram: number | undefined, number: number | undefined): SourceFile | undefined {
    if (lineProgram === undefined || number === undefined) return undefined;
    return this.filesByProgram.get(lineProgram)?.[number];
  }

  filesNamed(name: string): readonly SourceFile[] {
    const wanted = shortPath(name);
    const exact = this.files.filter(({ path }) => path === wanted);
    if (exact.length > 0 || wanted === '') return exact;
    return this.files.filter((file) => file.path.endsWith(`/${wanted}`) || fullPath(file) === wanted);
  }

  placeAt(address: number): SourcePlace | undefined {
    const row = this.effective[lastAtOrBelow(this.effective, address)];
    return row === undefined || row.isEnd ? undefined : row;
  }

  /** The addresses of the row that an address is in, without what is next to it of the same line. */
  rowRange(address: number): AddressRange | undefined {
    const index = lastAtOrBelow(this.effective, address);
    const row = this.effective[index];
    if (row === undefined || row.isEnd) return undefined;
    return { start: row.address, end: this.effective[index + 1]?.address ?? row.address };
  }

  lineRange(address: number): AddressRange | undefined {
    const index = lastAtOrBelow(this.effective, address);
    const row = this.effective[index];
    if (row === undefined || row.isEnd) return undefined;
    const isSame = (other: Row | undefined) =>
      other !== undefined && !other.isEnd && other.file === row.file && other.line === row.line;
    let first = index;
    while (isSame(this.effective[first - 1])) first--;
    let next = index + 1;
    while (isSame(this.effective[next])) next++;
    // Sequences end with an end, unless they were cut.
    return { start: this.effective[first].address, end: this.effective[next]?.address ?? address + 1 };
  }

  /** All rows in a range, by address. */
  rowsIn({ start, end }: AddressRange): readonly SourcePlace[] {
    const list: Row[] = [];
    for (let index = this.firstAtOrAbove(start); index < this.rows.length; index++) {
      const row = this.rows[index];
      if (row.address >= end) break;
      if (!row.isEnd) list.push(row);
    }
    return list;
  }

  /** All statements of the first line at or after `line` that has one in these files, by address. */
  statementsOf(files: readonly SourceFile[], line: number): readonly SourcePlace[] {
    let best = Number.POSITIVE_INFINITY;
    let found: Row[] = [];
    for (const file of files) {
      for (const row of this.rowsByFile.get(file) ?? []) {
        if (!row.isStatement || row.line < line || row.line > best) continue;
        if (row.line < best) found = [];
        best = row.line;
        found.push(row);
      }
    }
    return found.sort((a, b) => a.address - b.address);
  }

  private firstAtOrAbove(address: number): number {
    return lastAtOrBelow(this.rows, address - 1) + 1;
  }

  private filesOf({ files }: LineProgram, compilation: string): (SourceFile | undefined)[] {
    return files.map((file) => (file === undefined ? undefined : this.file(pathOf(file, compilation), compilation)));
  }

  private file(path: string, directory: string): SourceFile {
    const key = path.startsWith('/') ? path : `${directory}\0${path}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const file = { path, directory };
    this.known.set(key, file);
    return file;
  }
}

function pathOf({ name, directory }: LineFile, compilation: string): string {
  const isInCompilation = directory === undefined || directory === '' || directory === compilation;
  return shortPath(isInCompilation || name.startsWith('/') ? name : `${directory}/${name}`);
}

/** Without `.` and empty parts, which say nothing. */
function shortPath(path: string): string {
  const parts = path.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return parts.join('/');
}

function fullPath({ path, directory }: SourceFile): string {
  return path.startsWith('/') ? path : shortPath(`${directory}/${path}`);
}

/** Those whose code is in the program: the linker leaves the others at address 0 or so. */
function* sequences(rows: readonly LineRow[], code: CodeRanges): Iterable<readonly LineRow[]> {
  let start = 0;
  for (let index = 0; index < rows.length; index++) {
    if (!rows[index].isEnd) continue;
    const sequence = rows.slice(start, index + 1);
    start = index + 1;
    if (code.has(sequence[0].address) && sequence[0].address < rows[index].address) yield sequence;
  }
}

/** Code that no line stands for (line 0) counts to the line before it. */
function addRows(rows: Row[], sequence: readonly LineRow[], files: readonly (SourceFile | undefined)[]): void {
  for (const { address, file, line, column, isStatement, isPrologueEnd, isEnd } of sequence) {
    const source = files[file];
    const isUsable = source !== undefined && line > 0 && line <= MAX_LINE;
    if (!isEnd && !isUsable) continue;
    rows.push({ file: source ?? NO_FILE, line, column, isStatement, isPrologueEnd, address, isEnd });
  }
}

/** Of several at one address the last, but rather a statement than none, as gdb has it. */
function effectiveRows(rows: readonly Row[]): Row[] {
  const effective: Row[] = [];
  for (let start = 0; start < rows.length; ) {
    let end = start + 1;
    while (end < rows.length && rows[end].address === rows[start].address) end++;
    let best = end - 1;
    while (best > start && !rows[best].isStatement && !rows[best].isEnd) best--;
    if (!rows[best].isStatement || rows[best].isEnd) best = end - 1;
    effective.push(rows[best]);
    start = end;
  }
  return effective;
}

/** -1: none is. */
function lastAtOrBelow(sorted: readonly Row[], address: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].address <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
