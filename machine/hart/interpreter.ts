/**
 * The interpreter: executes decoded code until its budget is spent, a trap is raised or something must be looked at.
 *
 * A hot path, written for V8: one view for each access width of the one memory, local variables, literal case labels, no
 * allocation, no property access. `npm run bench` measures it.
 *
 * `ip` is the slot being executed (a word offset in decoded code), and `ip + delta` its virtual address: a slot has as many
 * words as its halfword has bytes. Instructions are counted by block: entering one subtracts its `left` from the budget, and
 * leaving it early gives back what is left. A budget that does not cover the block is spent one instruction at a time, each
 * copied into the scratch slot.
 */
import { hartStart, REGISTERS, SCRATCH_CODE, STATE } from '../memory/layout.js';
import {
  divide,
  divideUnsigned,
  multiplyHigh,
  multiplyHighSignedUnsigned,
  multiplyHighUnsigned,
  remainder,
  remainderUnsigned,
} from './arithmetic.js';

/** Why `execute` came back. STATE.pc says where it goes on, STATE.unspent how much of the budget is left. */
export const EXIT = { BUDGET: 0, TRAP: 1, LEAVE: 2 } as const;

/** What a slow path has to say: go on, a trap was raised (STATE.trapCause), or the instruction is done and the loop must end. */
export const OUTCOME = { DONE: 0, TRAP: 1, LEAVE: 2 } as const;

/** What the loop calls. STATE.unspent is exact in all of them, this instruction not counted as retired. */
export interface SlowPaths {
  /** The slot for the instruction at `pc`, whose page may have to be found first; -1 if that raised a trap. */
  findSlot(pc: number): number;
  /** Decodes the block that starts at slot `ip`. */
  decodeBlock(ip: number): void;
  /** Puts the instruction of slot `ip` at `pc` into the scratch slot; false if fetching it raised a trap. */
  isolate(ip: number, pc: number): boolean;
  /** A load or store, slot word `w`, at a virtual address that missed the TLB; an outcome. */
  access(w: number, address: number): number;
  /** Atomic operation `kind`; an outcome. */
  atomic(w: number, kind: number, address: number): number;
  /** The system instruction `raw` at `pc`; an outcome. If DONE or LEAVE, it has set STATE.pc to where execution goes on. */
  system(raw: number, pc: number): number;
  illegal(raw: number): void;
}

/** Makes the `execute` of one hart: runs from STATE.pc for at most `budget` (below 2^30) instructions, returns an EXIT. */
export function createInterpreter(buffer: ArrayBuffer, hart: number, slow: SlowPaths): (budget: number) => number {
  const i32 = new Int32Array(buffer);
  const i16 = new Int16Array(buffer);
  const u16 = new Uint16Array(buffer);
  const i8 = new Int8Array(buffer);
  const u8 = new Uint8Array(buffer);
  const X = hartStart(hart) + REGISTERS;
  const PC = hartStart(hart) + STATE.pc;
  const UNSPENT = hartStart(hart) + STATE.unspent;
  const FETCH = hartStart(hart) + STATE.fetchTable;
  const DATA = hartStart(hart) + STATE.dataTable;
  const SCRATCH = hartStart(hart) + SCRATCH_CODE;
  const { findSlot, decodeBlock, isolate, access, atomic, system, illegal } = slow;

  return function execute(initialBudget: number): number {
    let budget = initialBudget;
    let pc = i32[PC];
    const fetch = i32[FETCH];
    const data = i32[DATA];
    let address = 0;

    // Each turn enters a block at pc.
    block: for (;;) {
      let ip: number;
      const entry = fetch + ((pc >>> 11) & 0x1fe);
      if (i32[entry] === (pc & -4096)) {
        ip = i32[entry + 1] + (pc & 4095);
      } else {
        // A fetch that faults is already the next instruction's.
        if (budget <= 0) break;
        i32[UNSPENT] = budget;
        ip = findSlot(pc);
        if (ip < 0) {
          i32[PC] = pc;
          return EXIT.TRAP;
        }
      }
      let delta = (pc - ip) | 0;
      const left = i32[ip] >>> 24;
      if (left > budget) {
        if (budget <= 0) break;
        i32[UNSPENT] = budget;
        if (!isolate(ip, pc)) {
          i32[PC] = pc;
          return EXIT.TRAP;
        }
        budget -= 1;
        ip = SCRATCH;
        delta = (pc - ip) | 0;
      } else {
        budget -= left;
      }

      for (;;) {
        const w = i32[ip];
        slowly: {
          far: {
            switch (w & 255) {
              case 0: // undecoded
                pc = (ip + delta) | 0;
                if (budget <= 0) break block;
                decodeBlock(ip);
                continue block;
              case 1: // page-end
              case 3: // alone-end
                pc = (ip + delta) | 0;
                continue block;
              case 2: // alone
                pc = (ip + delta) | 0;
                i32[UNSPENT] = budget + 1;
                if (!isolate(ip, pc)) {
                  i32[PC] = pc;
                  return EXIT.TRAP;
                }
                ip = SCRATCH;
                delta = (pc - ip) | 0;
                continue;
              case 4: // illegal
                i32[UNSPENT] = budget + 1;
                illegal(i32[ip + 1]);
                i32[PC] = ip + delta;
                return EXIT.TRAP;
              case 5: // system
                pc = (ip + delta) | 0;
                i32[UNSPENT] = budget + 1;
                switch (system(i32[ip + 1], pc)) {
                  case 0:
                    pc = i32[PC];
                    continue block;
                  case 1:
                    i32[PC] = pc;
                    return EXIT.TRAP;
                  default:
                    i32[UNSPENT] = budget;
                    return EXIT.LEAVE;
                }
              case 6: // atomic
                address = i32[X + ((w >>> 14) & 31)];
                break slowly;
              case 7: // nop
                ip += 4;
                continue;
              case 135: // short nop
                ip += 2;
                continue;

              case 8: // li
                i32[X + ((w >>> 8) & 63)] = i32[ip + 1];
                ip += 4;
                continue;
              case 136: // short li
                i32[X + ((w >>> 8) & 63)] = i32[ip + 1];
                ip += 2;
                continue;
              case 9: // auipc
                i32[X + ((w >>> 8) & 63)] = ip + delta + i32[ip + 1];
                ip += 4;
                continue;
              case 10: // mv
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)];
                ip += 4;
                continue;
              case 138: // short mv
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)];
                ip += 2;
                continue;
              case 11: // addi
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] + i32[ip + 1];
                ip += 4;
                continue;
              case 139: // short addi
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] + i32[ip + 1];
                ip += 2;
                continue;
              case 12: // slti
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] < i32[ip + 1] ? 1 : 0;
                ip += 4;
                continue;
              case 13: // sltiu
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >>> 0 < i32[ip + 1] >>> 0 ? 1 : 0;
                ip += 4;
                continue;
              case 14: // xori
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] ^ i32[ip + 1];
                ip += 4;
                continue;
              case 15: // ori
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] | i32[ip + 1];
                ip += 4;
                continue;
              case 16: // andi
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] & i32[ip + 1];
                ip += 4;
                continue;
              case 144: // short andi
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] & i32[ip + 1];
                ip += 2;
                continue;
              case 17: // slli
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] << i32[ip + 1];
                ip += 4;
                continue;
              case 145: // short slli
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] << i32[ip + 1];
                ip += 2;
                continue;
              case 18: // srli
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >>> i32[ip + 1];
                ip += 4;
                continue;
              case 146: // short srli
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >>> i32[ip + 1];
                ip += 2;
                continue;
              case 19: // srai
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >> i32[ip + 1];
                ip += 4;
                continue;
              case 147: // short srai
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >> i32[ip + 1];
                ip += 2;
                continue;

              case 20: // add
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] + i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 148: // short add
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] + i32[X + ((w >>> 19) & 31)];
                ip += 2;
                continue;
              case 21: // sub
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] - i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 149: // short sub
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] - i32[X + ((w >>> 19) & 31)];
                ip += 2;
                continue;
              case 22: // sll
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] << i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 23: // slt
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] < i32[X + ((w >>> 19) & 31)] ? 1 : 0;
                ip += 4;
                continue;
              case 24: // sltu
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >>> 0 < i32[X + ((w >>> 19) & 31)] >>> 0 ? 1 : 0;
                ip += 4;
                continue;
              case 25: // xor
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] ^ i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 153: // short xor
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] ^ i32[X + ((w >>> 19) & 31)];
                ip += 2;
                continue;
              case 26: // srl
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >>> i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 27: // sra
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] >> i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 28: // or
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] | i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 156: // short or
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] | i32[X + ((w >>> 19) & 31)];
                ip += 2;
                continue;
              case 29: // and
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] & i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              case 157: // short and
                i32[X + ((w >>> 8) & 63)] = i32[X + ((w >>> 14) & 31)] & i32[X + ((w >>> 19) & 31)];
                ip += 2;
                continue;

              case 30: // mul
                i32[X + ((w >>> 8) & 63)] = Math.imul(i32[X + ((w >>> 14) & 31)], i32[X + ((w >>> 19) & 31)]);
                ip += 4;
                continue;
              case 31: // mulh
                i32[X + ((w >>> 8) & 63)] = multiplyHigh(i32[X + ((w >>> 14) & 31)], i32[X + ((w >>> 19) & 31)]);
                ip += 4;
                continue;
              case 32: // mulhsu
                i32[X + ((w >>> 8) & 63)] = multiplyHighSignedUnsigned(
                  i32[X + ((w >>> 14) & 31)],
                  i32[X + ((w >>> 19) & 31)],
                );
                ip += 4;
                continue;
              case 33: // mulhu
                i32[X + ((w >>> 8) & 63)] = multiplyHighUnsigned(
                  i32[X + ((w >>> 14) & 31)],
                  i32[X + ((w >>> 19) & 31)],
                );
                ip += 4;
                continue;
              case 34: // div
                i32[X + ((w >>> 8) & 63)] = divide(i32[X + ((w >>> 14) & 31)], i32[X + ((w >>> 19) & 31)]);
                ip += 4;
                continue;
              case 35: // divu
                i32[X + ((w >>> 8) & 63)] = divideUnsigned(i32[X + ((w >>> 14) & 31)], i32[X + ((w >>> 19) & 31)]);
                ip += 4;
                continue;
              case 36: // rem
                i32[X + ((w >>> 8) & 63)] = remainder(i32[X + ((w >>> 14) & 31)], i32[X + ((w >>> 19) & 31)]);
                ip += 4;
                continue;
              case 37: // remu
                i32[X + ((w >>> 8) & 63)] = remainderUnsigned(i32[X + ((w >>> 14) & 31)], i32[X + ((w >>> 19) & 31)]);
                ip += 4;
                continue;

              case 38: {
                // lb
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t] !== (address & -4096)) break slowly;
                i32[X + ((w >>> 8) & 63)] = i8[(address + i32[t + 2]) | 0];
                ip += 4;
                continue;
              }
              case 39: {
                // lh
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t] !== (address & -4095)) break slowly;
                i32[X + ((w >>> 8) & 63)] = i16[(address + i32[t + 2]) >> 1];
                ip += 4;
                continue;
              }
              case 40: {
                // lw
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t] !== (address & -4093)) break slowly;
                i32[X + ((w >>> 8) & 63)] = i32[(address + i32[t + 2]) >> 2];
                ip += 4;
                continue;
              }
              case 168: {
                // short lw
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t] !== (address & -4093)) break slowly;
                i32[X + ((w >>> 8) & 63)] = i32[(address + i32[t + 2]) >> 2];
                ip += 2;
                continue;
              }
              case 41: {
                // lbu
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t] !== (address & -4096)) break slowly;
                i32[X + ((w >>> 8) & 63)] = u8[(address + i32[t + 2]) | 0];
                ip += 4;
                continue;
              }
              case 42: {
                // lhu
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t] !== (address & -4095)) break slowly;
                i32[X + ((w >>> 8) & 63)] = u16[(address + i32[t + 2]) >> 1];
                ip += 4;
                continue;
              }
              case 43: {
                // sb
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t + 1] !== (address & -4096)) break slowly;
                u8[(address + i32[t + 2]) | 0] = i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              }
              case 44: {
                // sh
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t + 1] !== (address & -4095)) break slowly;
                i16[(address + i32[t + 2]) >> 1] = i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              }
              case 45: {
                // sw
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t + 1] !== (address & -4093)) break slowly;
                i32[(address + i32[t + 2]) >> 2] = i32[X + ((w >>> 19) & 31)];
                ip += 4;
                continue;
              }
              case 173: {
                // short sw
                address = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) | 0;
                const t = data + ((address >>> 10) & 0x3fc);
                if (i32[t + 1] !== (address & -4093)) break slowly;
                i32[(address + i32[t + 2]) >> 2] = i32[X + ((w >>> 19) & 31)];
                ip += 2;
                continue;
              }

              // Taken branches within the page break out of the switch, others out of `far`.
              case 46: // beq
                if (i32[X + ((w >>> 14) & 31)] === i32[X + ((w >>> 19) & 31)]) break;
                ip += 4;
                continue;
              case 174: // short beq
                if (i32[X + ((w >>> 14) & 31)] === 0) break;
                ip += 2;
                continue;
              case 47: // bne
                if (i32[X + ((w >>> 14) & 31)] !== i32[X + ((w >>> 19) & 31)]) break;
                ip += 4;
                continue;
              case 175: // short bne
                if (i32[X + ((w >>> 14) & 31)] !== 0) break;
                ip += 2;
                continue;
              case 48: // blt
                if (i32[X + ((w >>> 14) & 31)] < i32[X + ((w >>> 19) & 31)]) break;
                ip += 4;
                continue;
              case 49: // bge
                if (i32[X + ((w >>> 14) & 31)] >= i32[X + ((w >>> 19) & 31)]) break;
                ip += 4;
                continue;
              case 50: // bltu
                if (i32[X + ((w >>> 14) & 31)] >>> 0 < i32[X + ((w >>> 19) & 31)] >>> 0) break;
                ip += 4;
                continue;
              case 51: // bgeu
                if (i32[X + ((w >>> 14) & 31)] >>> 0 >= i32[X + ((w >>> 19) & 31)] >>> 0) break;
                ip += 4;
                continue;
              case 52: // jal
                i32[X + ((w >>> 8) & 63)] = ip + delta + 4;
                break;
              case 180: // short jal
                i32[X + ((w >>> 8) & 63)] = ip + delta + 2;
                break;

              case 53: // jalr
                pc = (i32[X + ((w >>> 14) & 31)] + i32[ip + 1]) & -2;
                i32[X + ((w >>> 8) & 63)] = ip + delta + 4;
                continue block;
              case 181: // short jalr
                pc = i32[X + ((w >>> 14) & 31)] & -2;
                i32[X + ((w >>> 8) & 63)] = ip + delta + 2;
                continue block;

              case 54: // beq far
                if (i32[X + ((w >>> 14) & 31)] === i32[X + ((w >>> 19) & 31)]) break far;
                ip += 4;
                continue;
              case 182: // short beq far
                if (i32[X + ((w >>> 14) & 31)] === 0) break far;
                ip += 2;
                continue;
              case 55: // bne far
                if (i32[X + ((w >>> 14) & 31)] !== i32[X + ((w >>> 19) & 31)]) break far;
                ip += 4;
                continue;
              case 183: // short bne far
                if (i32[X + ((w >>> 14) & 31)] !== 0) break far;
                ip += 2;
                continue;
              case 56: // blt far
                if (i32[X + ((w >>> 14) & 31)] < i32[X + ((w >>> 19) & 31)]) break far;
                ip += 4;
                continue;
              case 57: // bge far
                if (i32[X + ((w >>> 14) & 31)] >= i32[X + ((w >>> 19) & 31)]) break far;
                ip += 4;
                continue;
              case 58: // bltu far
                if (i32[X + ((w >>> 14) & 31)] >>> 0 < i32[X + ((w >>> 19) & 31)] >>> 0) break far;
                ip += 4;
                continue;
              case 59: // bgeu far
                if (i32[X + ((w >>> 14) & 31)] >>> 0 >= i32[X + ((w >>> 19) & 31)] >>> 0) break far;
                ip += 4;
                continue;
              case 60: // jal far
                pc = (ip + delta) | 0;
                i32[X + ((w >>> 8) & 63)] = pc + 4;
                pc = (pc + i32[ip + 1]) | 0;
                continue block;
              case 188: // short jal far
                pc = (ip + delta) | 0;
                i32[X + ((w >>> 8) & 63)] = pc + 2;
                pc = (pc + i32[ip + 1]) | 0;
                continue block;
            }

            // A jump within the page: out to the top only if the budget does not cover the block there.
            ip += i32[ip + 1];
            budget += (w >>> 24) - 1 - (i32[ip] >>> 24);
            if (budget >= 0) continue;
            budget += i32[ip] >>> 24;
            pc = (ip + delta) | 0;
            continue block;
          }
          pc = (ip + delta + i32[ip + 1]) | 0;
          budget += (w >>> 24) - 1;
          continue block;
        }

        i32[UNSPENT] = budget + (w >>> 24);
        const outcome = (w & 127) === 6 ? atomic(w, i32[ip + 1], address) : access(w, address);
        if (outcome === OUTCOME.DONE) {
          ip += w & 128 ? 2 : 4;
          continue;
        }
        i32[PC] = ip + delta;
        if (outcome === OUTCOME.TRAP) return EXIT.TRAP;
        i32[PC] += w & 128 ? 2 : 4;
        i32[UNSPENT] -= 1;
        return EXIT.LEAVE;
      }
    }

    i32[PC] = pc;
    i32[UNSPENT] = budget;
    return EXIT.BUDGET;
  };
}
