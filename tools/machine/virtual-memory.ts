/**
 * Memory as a hart sees it, for those who only look: translated as its fetches are (Sv32; privileged manual, 10.3.2), without
 * setting A or D, without asking whether the hart may, and without ever reading a device, because that could change it.
 */
import { type Board, CSR, type Hart, MODE, SATP } from '../../machine/index.js';

const PAGE_BITS = 12;
const PAGE_BYTES = 1 << PAGE_BITS;
const INDEX_BITS = 10;
const ENTRY_VALID = 1;
const ENTRY_LEAF = 0xe;
const ENTRY_FRAME_SHIFT = 10;

/** The physical address of a virtual one; undefined where nothing is mapped, or beyond 2^32. */
export function physicalAddress(board: Board, hart: Hart, address: number): number | undefined {
  const satp = hart.csrRead(CSR.satp);
  if (hart.privilege === MODE.M || (satp & SATP.MODE) === 0) return address;
  let table = (satp & SATP.PPN) * PAGE_BYTES;
  for (let level = 1; level >= 0; level--) {
    const pageBits = PAGE_BITS + level * INDEX_BITS;
    const entryAddress = table + ((address >>> pageBits) & 0x3ff) * 4;
    if (!board.memory.contains(entryAddress, 4)) return undefined;
    const entry = board.memory.i32[(entryAddress - board.memory.base) / 4] >>> 0;
    if ((entry & ENTRY_VALID) === 0) return undefined;
    const frame = (entry >>> ENTRY_FRAME_SHIFT) * PAGE_BYTES;
    if ((entry & ENTRY_LEAF) !== 0) {
      const physical = frame + (address % 2 ** pageBits);
      return physical < 2 ** 32 ? physical : undefined;
    }
    table = frame;
  }
  return undefined;
}

/** The byte at a virtual address; undefined if it is not RAM. */
export function byteAt(board: Board, hart: Hart, address: number): number | undefined {
  const physical = physicalAddress(board, hart, address % 2 ** 32);
  if (physical === undefined || !board.memory.contains(physical, 1)) return undefined;
  return board.memory.u8[physical - board.memory.base];
}

/** The 16 or 32 bits that an instruction at a virtual address would be decoded from; undefined if it is not in RAM. */
export function instructionAt(board: Board, hart: Hart, address: number): number | undefined {
  const byte = (offset: number) => byteAt(board, hart, address + offset);
  const [first, second] = [byte(0), byte(1)];
  if (first === undefined || second === undefined) return undefined;
  const low = first | (second << 8);
  if ((low & 3) !== 3) return low;
  const [third, fourth] = [byte(2), byte(3)];
  if (third === undefined || fourth === undefined) return undefined;
  return (low | (third << 16) | (fourth << 24)) >>> 0;
}
