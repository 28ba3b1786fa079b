/** Places in source files. */

export interface SourceFile {
  /** As the compiler was told, with its folder: `tocsin/libc/exit.c`, `main.c`. What identifies a file here. */
  readonly path: string;
  /** The folder that `path` is relative to; '.' where the compiler was told to hide it. Of no use for an absolute path. */
  readonly directory: string;
}

export interface SourcePlace {
  readonly file: SourceFile;
  /** From 1. Code that no line stands for counts to the line before it. */
  readonly line: number;
  /** From 1; 0: the left edge, or not known. */
  readonly column: number;
  /** Whether the instruction is one where a person would expect a breakpoint on this line. */
  readonly isStatement: boolean;
  /** Whether a function's prologue is over here. */
  readonly isPrologueEnd: boolean;
  /** The first address of the row that says all this. */
  readonly address: number;
}
