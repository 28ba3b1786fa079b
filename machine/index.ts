/** The machine's public surface: everything above this layer imports from here alone. */
export {
  Board,
  type BoardOptions,
  CLINT_BASE,
  FINISHER_BASE,
  MAX_HARTS,
  PLIC_BASE,
  UART_BASE,
} from './board.js';
export { BOARD_CHOICE, type BoardChoice, type Choices, type Choose, chooseBySeed, seededPick } from './choices.js';
export { LAST_DEADLINE } from './devices/alarms.js';
export type { Bus, BusState, Mapping } from './devices/bus.js';
export { type DeviceRequest, STANDARD_DEVICES } from './devices/catalogue.js';
export type { Clint } from './devices/clint.js';
export type { Device, Width } from './devices/device.js';
export type { DeviceState } from './devices/device-state.js';
export { type Gateway, PLIC_SOURCES, type Plic } from './devices/plic.js';
export type { RegisterValue } from './devices/registers.js';
export { MAX_WAITING_BYTES, Uart16550 } from './devices/uart16550.js';
export { MAX_REQUEST_BYTES, VirtioBlock } from './devices/virtio/block.js';
export { type Overlay, SECTOR_BYTES } from './devices/virtio/disk-image.js';
export { MAX_ENTROPY_BYTES } from './devices/virtio/entropy.js';
export { ElfError, type ElfImage, type ElfSymbol, findSymbol, parseElf } from './elf.js';
export { MachineError } from './errors.js';
export { CSR } from './hart/csr.js';
export { COUNTER, MSTATUS, PENDING, PMP_MATCH, PMPCFG, SATP } from './hart/csr-fields.js';
export { type Hart, STOP, type StopReason } from './hart/hart.js';
export { CAUSE, CAUSE_INTERRUPT, INTERRUPT, MODE } from './hart/trap.js';
export type { Trigger, TriggerKind } from './hart/triggers.js';
export { HTIF_INTERVAL, HTIF_SETTLING, Htif, type HtifAddresses, type HtifState } from './htif.js';
export { HTIF_STATE_VERSION, htifStateOf, htifWords } from './htif-state.js';
export { type Assembled, type AssembleOptions, AssemblerError, assemble } from './isa/assembler/index.js';
export { type Decoded, decode, instructionBytes } from './isa/decoder.js';
export { type Disassembled, disassemble } from './isa/disassembler.js';
export { encode, type Operands } from './isa/encoder.js';
export type { Instruction } from './isa/instruction.js';
export { INSTRUCTIONS } from './isa/instructions.js';
export { REGISTER_NAMES } from './isa/registers.js';
export { FRAME_BYTES, MAX_RAM_BYTES, MIN_RAM_BYTES, RAM_BASE } from './memory/layout.js';
export type { MemoryImage } from './memory/memory-image.js';
export type { PhysicalMemory } from './memory/physical-memory.js';
export { crc32 } from './snapshot/checksum.js';
export { compress, expand } from './snapshot/compression.js';
export type { Snapshot } from './snapshot/snapshot.js';
export {
  decodeSnapshot,
  encodeSnapshot,
  type HostPart,
  MAX_HOST_WORDS,
  type SavedSnapshot,
  SNAPSHOT_VERSION,
} from './snapshot/snapshot-file.js';
