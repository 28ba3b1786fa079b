/**
 * What the description of a system call is made of. The rows stand in this folder, one file an area; `../calls.ts` puts them
 * together.
 *
 * From the rows come the kernel's dispatch and argument checks, the C header and stubs, the TypeScript stubs for scripted threads,
 * the trace printer and the reference pages (`npm run generate`).
 *
 * ABI: `ecall` with the number in a7 and arguments in a0 to a5; a 64-bit argument takes two registers, low word first, with no
 * alignment; the status comes back in a0, results in a1 and up. Registers that carry no result are left as they were.
 * Numbers are never reused. A number inside an area's range that has no row answers NOT_SUPPORTED; outside every range, BAD_CALL.
 */
import type { StatusName } from '../errors.js';
import type { LayoutName } from '../layouts.js';
import { LIMITS } from '../limits.js';
import type { ObjectTypeName } from '../objects.js';
import type { RightName } from '../rights.js';

/** What an argument is; the kind decides how many registers it takes, how it is checked, printed and typed. */
export type Argument = { readonly name: string; readonly about: string } & (
  | {
      readonly kind: 'handle';
      /** The types that are accepted; none means any. */
      readonly object: readonly ObjectTypeName[];
      readonly rights: readonly RightName[];
      /** With it 0 is accepted and means what the text says. */
      readonly optional?: string;
    }
  /** `time` and `key` are 64-bit numbers, in two registers. */
  | { readonly kind: 'i32' | 'rights' | 'time' | 'key' }
  /** A number. Above `most`: OUT_OF_RANGE. No multiple of `multiple`, or 0 where `nonzero`: INVALID_ARGS. */
  | {
      readonly kind: 'u32' | 'address';
      readonly most?: number;
      readonly multiple?: number;
      readonly nonzero?: true;
      /** Stubs for scripts may leave it out, with all that follow: it is 0 then. */
      readonly optional?: true;
    }
  | { readonly kind: 'options'; readonly bits: Readonly<Record<string, number>> }
  /** One of a few numbers that have names. */
  | { readonly kind: 'choice'; readonly values: Readonly<Record<string, number>> }
  /** A pointer to bytes that the call reads or writes; the next argument is their count. `text` prints them as a string. */
  | { readonly kind: 'input' | 'output'; readonly text?: true }
  /**
   * The count of bytes of the pointer before it. Above `most` (1 MiB where it says nothing): OUT_OF_RANGE; not `exactly` so many:
   * INVALID_ARGS.
   */
  | { readonly kind: 'length'; readonly most?: number; readonly exactly?: number }
  /** A pointer to an aligned 32-bit word that must be readable. */
  | { readonly kind: 'word' }
  /** A pointer, aligned to four, to a structure that the call reads (`input`) or writes. */
  | { readonly kind: 'structure'; readonly layout: LayoutName; readonly access: 'input' | 'output' }
  /** A pointer, aligned to four, to as many structures as the next argument says. Only read. */
  | { readonly kind: 'structures'; readonly layout: LayoutName }
  /** The count of structures of the pointer before it. 0: INVALID_ARGS; above `most`: OUT_OF_RANGE. */
  | { readonly kind: 'count'; readonly most: number }
);

export interface Result {
  readonly name: string;
  readonly kind: 'handle' | 'u32' | 'address' | 'time';
  readonly about: string;
}

export interface Call {
  readonly number: number;
  readonly name: string;
  readonly area: AreaName;
  /** One sentence. */
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly results: readonly Result[];
  /** Beyond BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED and INVALID_ARGS, which any call may return: name and when. */
  readonly errors: Readonly<Partial<Record<StatusName, string>>>;
  /** Paragraphs for the reference page. */
  readonly description: string;
}

/** Ranges of numbers, so that a planned call is told from nonsense. */
export const AREAS = {
  handles: { first: 0x00, title: 'Handles' },
  events: { first: 0x10, title: 'Events' },
  pools: { first: 0x20, title: 'Pools and rings' },
  channels: { first: 0x30, title: 'Channels' },
  locks: { first: 0x40, title: 'Locks' },
  time: { first: 0x50, title: 'Interrupts and time' },
  topics: { first: 0x60, title: 'Topics' },
  memory: { first: 0x70, title: 'Memory' },
  tasks: { first: 0x80, title: 'Tasks' },
  debug: { first: 0x90, title: 'Debug and journal' },
  boot: { first: 0xa0, title: 'Boot only' },
} as const;

export type AreaName = keyof typeof AREAS;

/** How many numbers each area's range holds. */
export const AREA_SIZE = 16;

/** A row without its name, which is its key in the table. */
export type CallRow = Omit<Call, 'name'>;

export const NAME_ARGUMENTS = [
  { name: 'name', kind: 'input', text: true, about: 'The name, UTF-8, without a terminating zero; at most 24 bytes.' },
  { name: 'name_len', kind: 'length', most: LIMITS.nameBytes, about: 'Bytes of the name.' },
] as const satisfies readonly Argument[];

export const NAME_ERRORS = { OUT_OF_RANGE: 'The name is longer than 24 bytes.' } as const;

export const DEADLINE: Argument = {
  name: 'deadline',
  kind: 'time',
  about:
    'Absolute virtual time in nanoseconds; one in the past polls; 2^63 - 1 (or anything from 2^51 on, 26 days) never comes.',
};

export const KEY: Argument = { name: 'key', kind: 'key', about: 'A number of your choice; every packet carries it.' };

/** Who pays for a new object. */
export const PAYER: Argument = {
  name: 'allocator',
  kind: 'handle',
  object: ['allocator'],
  rights: ['ALLOC'],
  about: 'Who pays.',
};

export const CREATION_ERRORS = {
  NO_MEMORY: 'It does not fit the quota.',
  NO_RESOURCES: 'A table is full.',
} as const;
