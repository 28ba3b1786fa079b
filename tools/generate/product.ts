/** A generated file: its path from the root of the project, with `/`, and its whole text. */
export interface Product {
  readonly path: string;
  readonly text: string;
}

/** The line that stands at the head of every generated file. */
export const GENERATED = 'Generated from the call table in syscalls/ by `npm run generate`; do not edit.';
