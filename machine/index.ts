/** The machine's public surface: everything above this layer imports from here alone. */
export { Board, type BoardOptions, CLINT_BASE, FINISHER_BASE, UART_BASE } from './board.js';
export type { Bus, Device, Width } from './devices/bus.js';
export type { Clint } from './devices/clint.js';
export { ElfError, type ElfImage, type ElfSymbol, findSymbol, parseElf } from './elf.js';
export { MachineError } from './errors.js';
export { CSR } from './hart/csr.js';
export { COUNTER, MSTATUS, PENDING, SATP } from './hart/csr-fields.js';
export { type Hart, STOP, type StopReason } from './hart/hart.js';
export { CAUSE, CAUSE_INTERRUPT, INTERRUPT, MODE } from './hart/trap.js';
export type { Trigger, TriggerKind } from './hart/triggers.js';
export { type Decoded, decode, instructionBytes } from './isa/decoder.js';
export { type Disassembled, disassemble } from './isa/disassembler.js';
export { encode, type Operands } from './isa/encoder.js';
export type { Instruction } from './isa/instruction.js';
export { INSTRUCTIONS } from './isa/instructions.js';
export { REGISTER_NAMES } from './isa/registers.js';
export { FRAME_BYTES, MAX_RAM_BYTES, MIN_RAM_BYTES, RAM_BASE } from './memory/layout.js';
export type { PhysicalMemory } from './memory/physical-memory.js';
