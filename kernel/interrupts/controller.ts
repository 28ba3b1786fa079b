/**
 * The interrupt controller as the kernel uses it: the context of hart 0 in M mode, by the registers that the PLIC has for it. A
 * line is enabled while it has an object. What was claimed and is not completed is masked.
 */
import { PLIC_BASE } from '../../machine/index.js';
import type { Kernel } from '../kernel.js';

const PRIORITY = PLIC_BASE;
const ENABLES = PLIC_BASE + 0x2000;
const CLAIM = PLIC_BASE + 0x20_0004;

/** Does any line want to be claimed? */
export function isInterrupted(k: Kernel): boolean {
  return k.board.plic.externalPending(0);
}

/** Takes the most urgent pending interrupt: its line, or 0 where there is none. */
export function claimLine(k: Kernel): number {
  return k.board.bus.load(CLAIM, 4) ?? 0;
}

/** The interrupt that was claimed is done: what its line asks for now comes again. */
export function completeLine(k: Kernel, line: number): void {
  k.board.bus.store(CLAIM, 4, line);
}

/** Lets a line interrupt, by its level or by its edges. */
export function enableLine(k: Kernel, line: number, edges: boolean): void {
  k.board.plic.wire(line, edges);
  k.board.bus.store(PRIORITY + 4 * line, 4, 1);
  setEnabled(k, line, true);
}

export function disableLine(k: Kernel, line: number): void {
  setEnabled(k, line, false);
}

function setEnabled(k: Kernel, line: number, enabled: boolean): void {
  const address = ENABLES + 4 * (line >>> 5);
  const others = (k.board.bus.load(address, 4) ?? 0) & ~(1 << (line & 31));
  k.board.bus.store(address, 4, enabled ? others | (1 << (line & 31)) : others);
}
