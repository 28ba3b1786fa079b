/** Rights: what the holder of a handle may do with the object. One bit each; rights only ever shrink. */
export const RIGHTS = {
  DUPLICATE: 1 << 0,
  TRANSFER: 1 << 1,
  READ: 1 << 2,
  WRITE: 1 << 3,
  EXECUTE: 1 << 4,
  MAP: 1 << 5,
  WAIT: 1 << 6,
  SIGNAL: 1 << 7,
  INSPECT: 1 << 8,
  MANAGE: 1 << 9,
  DESTROY: 1 << 10,
  RESOLVE: 1 << 11,
  ACK: 1 << 12,
  ALLOC: 1 << 13,
  GRANT: 1 << 14,
  DEBUG: 1 << 15,
  AUDIT: 1 << 16,
} as const;

export type RightName = keyof typeof RIGHTS;

/** Every right at once: what the creator of an object gets. */
export const ALL_RIGHTS = 0x1ffff;

/** As the `rights` argument of handle_duplicate and handle_replace: the rights that the source handle has. */
export const SAME_RIGHTS = 0x80000000;

export const RIGHT_MEANING: Readonly<Record<RightName, string>> = {
  DUPLICATE: 'make another handle to the object',
  TRANSFER: 'send the handle in a message',
  READ: 'read the contents',
  WRITE: 'change the contents',
  EXECUTE: 'map the contents executable',
  MAP: 'map the memory object, or map into the address region',
  WAIT: 'wait for events of the object',
  SIGNAL: 'make events of the object happen',
  INSPECT: 'ask for information about the object',
  MANAGE: 'start it, name it, change its properties',
  DESTROY: 'kill or destroy the object',
  RESOLVE: 'answer faults of the task',
  ACK: 'answer interrupts',
  ALLOC: 'charge memory to the allocator',
  GRANT: 'move quota out of the allocator',
  DEBUG: 'attach a debug session',
  AUDIT: 'read records of others in the journal',
};

/** `READ|WRITE`, or `none`. */
export function rightsText(rights: number): string {
  const names = (Object.entries(RIGHTS) as [RightName, number][]).filter(([, bit]) => rights & bit).map(([n]) => n);
  return names.length === 0 ? 'none' : names.join('|');
}
