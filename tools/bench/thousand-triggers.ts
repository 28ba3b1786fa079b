/** A thousand debug triggers on pages that the machine's guest does not touch. */
import { type Hart, RAM_BASE } from '../../machine/index.js';
import { MEMORY_BYTES } from './machine-guest.js';

const TRIGGERS = 1000;
const PAGE_BYTES = 4096;

export function setTriggers({ triggers }: Hart): void {
  const kinds = ['execute', 'load', 'store'] as const;
  for (let i = 0; i < TRIGGERS; i++) {
    const address = RAM_BASE + MEMORY_BYTES / 2 + i * PAGE_BYTES;
    triggers.add({ kind: kinds[i % kinds.length], address, length: 4 });
  }
}

export function removeTriggers({ triggers }: Hart): void {
  for (const trigger of triggers.list) triggers.remove(trigger);
}
