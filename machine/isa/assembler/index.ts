/** An assembler for the instruction table: see README.md. */
export { type Assembled, type AssembleOptions, assemble } from './assemble.js';
export { AssemblerError } from './errors.js';
