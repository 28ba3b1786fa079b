/** The three kinds of memory access and the exceptions that each raises (privileged manual, 3.1.15). */
import { CAUSE } from './trap.js';

export const ACCESS = { FETCH: 0, LOAD: 1, STORE: 2 } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];

export function accessFault(access: Access): number {
  if (access === ACCESS.FETCH) return CAUSE.INSTRUCTION_ACCESS_FAULT;
  return access === ACCESS.LOAD ? CAUSE.LOAD_ACCESS_FAULT : CAUSE.STORE_ACCESS_FAULT;
}

export function pageFault(access: Access): number {
  if (access === ACCESS.FETCH) return CAUSE.INSTRUCTION_PAGE_FAULT;
  return access === ACCESS.LOAD ? CAUSE.LOAD_PAGE_FAULT : CAUSE.STORE_PAGE_FAULT;
}
