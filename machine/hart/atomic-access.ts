/** LR, SC and AMOs (unprivileged manual, chapter 14). Only RAM can be the target; it must be aligned. */
import { ACCESS } from './access.js';
import { OUTCOME } from './interpreter.js';
import { type AccessContext, type MemoryAccess, TRAPPED } from './memory-access.js';
import { ATOMICS } from './operations.js';
import { CAUSE } from './trap.js';

/** What an AMO stores, from what memory held and what rs2 holds. LR and SC are not asked. */
const newValue: readonly ((memory: number, register: number) => number)[] = ATOMICS.map((name) => {
  switch (name) {
    case 'amoadd.w':
      return (memory, register) => (memory + register) | 0;
    case 'amoxor.w':
      return (memory, register) => memory ^ register;
    case 'amoand.w':
      return (memory, register) => memory & register;
    case 'amoor.w':
      return (memory, register) => memory | register;
    case 'amomin.w':
      return (memory, register) => Math.min(memory, register);
    case 'amomax.w':
      return (memory, register) => Math.max(memory, register);
    case 'amominu.w':
      return (memory, register) => (memory >>> 0 < register >>> 0 ? memory : register);
    case 'amomaxu.w':
      return (memory, register) => (memory >>> 0 > register >>> 0 ? memory : register);
    default:
      return (_memory, register) => register;
  }
});

const LR = ATOMICS.indexOf('lr.w');
const SC = ATOMICS.indexOf('sc.w');

export class AtomicAccess {
  constructor(
    private readonly context: AccessContext,
    private readonly access: MemoryAccess,
  ) {}

  /** Operation `kind` (an index of ATOMICS) of slot word `w` at virtual `address`; an OUTCOME. */
  execute(w: number, kind: number, address: number): number {
    const { words, start, memory, hart, reservations, triggers } = this.context;
    if (triggers.stopsAccess(address, 4, kind !== SC, kind !== LR)) return OUTCOME.TRAP;
    const destination = start + ((w >>> 8) & 63);
    const source = words[start + ((w >>> 19) & 31)];
    if ((address & 3) !== 0) {
      return this.access.trap(kind === LR ? CAUSE.LOAD_ADDRESS_MISALIGNED : CAUSE.STORE_ADDRESS_MISALIGNED, address);
    }
    const offset = this.access.locateRam(address, 4, kind === LR ? ACCESS.LOAD : ACCESS.STORE);
    if (offset === TRAPPED) return OUTCOME.TRAP;
    const old = memory.i32[offset >>> 2];
    if (kind === LR) {
      reservations.reserve(hart, offset);
      words[destination] = old;
      return OUTCOME.DONE;
    }
    if (kind === SC) {
      const succeeds = reservations.holds(hart, offset);
      reservations.drop(hart);
      words[destination] = succeeds ? 0 : 1;
      if (!succeeds) return OUTCOME.DONE;
    }
    const hit = this.access.hitsCode(offset, 4);
    memory.i32[offset >>> 2] = newValue[kind](old, source);
    if (kind !== SC) words[destination] = old;
    return hit ? OUTCOME.LEAVE : OUTCOME.DONE;
  }
}
