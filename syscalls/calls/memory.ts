/** Calls: allocators, memory objects and address regions. */
import { LIMITS, PAGE_BYTES } from '../limits.js';
import { MAP_OPTIONS, PROTECTION, VMO_OPTIONS } from '../options.js';
import { type CallRow, CREATION_ERRORS } from './description.js';

export const MEMORY = {
  allocator_create: {
    number: 0x70,
    area: 'memory',
    summary: "Makes an allocator under another, with a quota that is moved out of the parent's.",
    arguments: [
      { name: 'parent', kind: 'handle', object: ['allocator'], rights: ['ALLOC'], about: 'Whose quota is divided.' },
      {
        name: 'quota',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        most: LIMITS.vmoBytes,
        about: 'Bytes, a multiple of 4096, not 0, at most 1 GiB.',
      },
      {
        name: 'reserve',
        kind: 'u32',
        most: LIMITS.vmoBytes,
        optional: true,
        about: 'Bytes of it that only who owes an answer to a shortage may use; 0: none.',
      },
      {
        name: 'soft_mark',
        kind: 'u32',
        most: LIMITS.vmoBytes,
        optional: true,
        about: 'Bytes in use above which there is PRESSURE; 0: never.',
      },
    ],
    results: [{ name: 'child', kind: 'handle', about: 'The new allocator.' }],
    errors: {
      NO_MEMORY: "The quota does not fit what is left of the parent's.",
      NO_RESOURCES: 'The tree is 16 deep already, or a table is full.',
      OUT_OF_RANGE: 'The quota is above 1 GiB, or the reserve or the soft mark above the quota.',
    },
    description:
      "Quota is moved, not shared: a node's own use plus its children's quotas never exceed its quota. The quota goes back to the " +
      'parent when the last handle is closed and nothing is charged here any more.',
  },
  allocator_transfer: {
    number: 0x71,
    area: 'memory',
    summary: 'Moves quota from one allocator to another.',
    arguments: [
      { name: 'from', kind: 'handle', object: ['allocator'], rights: ['GRANT'], about: 'Whose quota gets smaller.' },
      { name: 'to', kind: 'handle', object: ['allocator'], rights: ['ALLOC'], about: 'Whose quota gets larger.' },
      {
        name: 'bytes',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        most: LIMITS.vmoBytes,
        about: 'How much, a multiple of 4096, not 0, at most 1 GiB.',
      },
    ],
    results: [],
    errors: {
      NO_MEMORY: 'So much is not free in `from`.',
      OUT_OF_RANGE: 'It is above 1 GiB, or the quota of an allocator would be.',
    },
    description:
      'Only what is free moves: neither in use, nor the quota of a child, nor reserve. The quotas of the allocators between the two in ' +
      'the tree change with it, so that each still covers those below it. Who waits for memory there is served in the same step.',
  },
  vmo_create: {
    number: 0x72,
    area: 'memory',
    summary: 'Makes a memory object of zero bytes, whose frames come when they are first touched.',
    arguments: [
      {
        name: 'allocator',
        kind: 'handle',
        object: ['allocator'],
        rights: ['ALLOC'],
        about: 'Who pays for the frames.',
      },
      {
        name: 'size',
        kind: 'u32',
        nonzero: true,
        most: LIMITS.vmoBytes,
        about: 'Bytes, not 0; rounded up to whole pages.',
      },
      {
        name: 'options',
        kind: 'options',
        bits: VMO_OPTIONS,
        about: 'DISCARDABLE: its frames may be taken while nobody has pinned it.',
      },
    ],
    results: [{ name: 'vmo', kind: 'handle', about: 'The new memory object.' }],
    errors: {
      OUT_OF_RANGE: 'The size is above 1 GiB.',
      NO_MEMORY: 'The object does not fit the quota.',
      NO_RESOURCES: 'A table is full.',
    },
    description:
      'Creating it charges no frames: touching a page does, and fails there when the quota is used up. A DISCARDABLE object is ' +
      'for what can be made again. Where the machine has no frame left, all pages of one that nobody has pinned may become ' +
      'zeros, first of those that were left alone longest; it begins unpinned (vmo_pin).',
  },
  vmo_read: {
    number: 0x73,
    area: 'memory',
    summary: 'Copies bytes out of a memory object.',
    arguments: [
      { name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['READ'], about: 'The memory object.' },
      { name: 'offset', kind: 'u32', about: 'Where to begin, in bytes.' },
      { name: 'buf', kind: 'output', about: 'Where the bytes go.' },
      { name: 'len', kind: 'length', about: 'How many; at most 1 MiB.' },
    ],
    results: [],
    errors: {
      OUT_OF_RANGE: 'The range does not lie in the object.',
      NOT_SUPPORTED: "The object is a device's registers.",
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description: 'Pages that were never touched read as zero and stay untouched.',
  },
  vmo_write: {
    number: 0x74,
    area: 'memory',
    summary: 'Copies bytes into a memory object.',
    arguments: [
      { name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['WRITE'], about: 'The memory object.' },
      { name: 'offset', kind: 'u32', about: 'Where to begin, in bytes.' },
      { name: 'buf', kind: 'input', about: 'The bytes.' },
      { name: 'len', kind: 'length', about: 'How many; at most 1 MiB.' },
    ],
    results: [],
    errors: {
      OUT_OF_RANGE: 'The range does not lie in the object.',
      NOT_SUPPORTED: "The object is a device's registers.",
      NO_MEMORY: 'A page that has to be backed does not fit the quota.',
    },
    description: 'Either every byte is written or none.',
  },
  vmar_map: {
    number: 0x75,
    area: 'memory',
    summary: 'Maps a part of a memory object into an address region.',
    arguments: [
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
      {
        name: 'vmo',
        kind: 'handle',
        object: ['vmo'],
        rights: ['MAP'],
        about: 'The memory object; READ, WRITE and EXECUTE are needed as far as the protection asks for them.',
      },
      { name: 'offset', kind: 'u32', multiple: PAGE_BYTES, about: 'Where in the object, a multiple of 4096.' },
      { name: 'map_len', kind: 'u32', multiple: PAGE_BYTES, nonzero: true, about: 'Bytes, a multiple of 4096, not 0.' },
      {
        name: 'protection',
        kind: 'options',
        bits: MAP_OPTIONS,
        about:
          'READ, WRITE, EXECUTE; none of them makes a guard. WRITE needs READ. FIXED: at the hint and nowhere else.',
      },
      {
        name: 'hint',
        kind: 'address',
        multiple: PAGE_BYTES,
        about: 'Where it would be welcome, a multiple of 4096; 0: anywhere.',
      },
    ],
    results: [{ name: 'addr', kind: 'address', about: 'Where it is.' }],
    errors: {
      BAD_STATE: 'The process of the region has ended.',
      OUT_OF_RANGE:
        'The range does not lie in the object, or with FIXED not in user addresses (0x10000 to 0xc0000000).',
      ALREADY_EXISTS: 'FIXED, and something is mapped there.',
      NO_SPACE: 'No free range is long enough.',
      NO_RESOURCES: 'The region has its 4,096 mappings already.',
      NO_MEMORY: 'The record of the mapping does not fit the quota.',
    },
    description:
      'Nothing is backed until it is touched. Addresses that the kernel chooses come from the lowest free range at or above ' +
      '0x40000000 that leaves one unmapped page on both sides.',
  },
  vmar_unmap: {
    number: 0x76,
    area: 'memory',
    summary: 'Removes what is mapped in a range.',
    arguments: [
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
      { name: 'addr', kind: 'address', multiple: PAGE_BYTES, about: 'Start, a multiple of 4096.' },
      {
        name: 'unmap_len',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        about: 'Bytes, a multiple of 4096, not 0.',
      },
    ],
    results: [],
    errors: {
      BAD_STATE: 'The process of the region has ended.',
      NOT_FOUND: 'Nothing is mapped in the range.',
      OUT_OF_RANGE: 'The range leaves user addresses.',
      NO_RESOURCES: 'Splitting a mapping would exceed 4,096.',
      NO_MEMORY: 'Splitting a mapping does not fit the quota.',
    },
    description: 'Mappings that lie partly in the range are cut or split.',
  },
  vmar_protect: {
    number: 0x77,
    area: 'memory',
    summary: 'Changes the protection of a mapped range.',
    arguments: [
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
      { name: 'addr', kind: 'address', multiple: PAGE_BYTES, about: 'Start, a multiple of 4096.' },
      {
        name: 'protect_len',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        about: 'Bytes, a multiple of 4096, not 0.',
      },
      {
        name: 'protection',
        kind: 'options',
        bits: PROTECTION,
        about: 'READ, WRITE, EXECUTE; none of them makes a guard.',
      },
    ],
    results: [],
    errors: {
      BAD_STATE: 'The process of the region has ended.',
      NOT_FOUND: 'A part of the range is not mapped.',
      OUT_OF_RANGE: 'The range leaves user addresses.',
      NO_RESOURCES: 'Splitting a mapping would exceed 4,096.',
      NO_MEMORY: 'Splitting a mapping does not fit the quota.',
    },
    description: 'What the handle with which it was mapped did not allow, ACCESS_DENIED refuses here too.',
  },
  device_create: {
    number: 0x78,
    area: 'memory',
    summary: "Makes a memory object of a device's registers.",
    arguments: [
      {
        name: 'resource',
        kind: 'handle',
        object: ['resource'],
        rights: ['MANAGE'],
        about: 'The right to the hardware.',
      },
      {
        name: 'address',
        kind: 'address',
        multiple: PAGE_BYTES,
        about: 'Physical address, a multiple of 4096.',
      },
      {
        name: 'size',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        most: LIMITS.deviceBytes,
        about: 'Bytes, a multiple of 4096, at most 1 MiB.',
      },
    ],
    results: [{ name: 'vmo', kind: 'handle', about: 'To be mapped; READ and WRITE are allowed, EXECUTE is not.' }],
    errors: {
      ...CREATION_ERRORS,
      OUT_OF_RANGE:
        'The range is longer than 1 MiB, or touches RAM or what the kernel drives itself: timer, interrupt controller, finisher.',
    },
    description:
      'Map it to reach it: only loads and stores of a program do, with all that they cause in the device. Pointers into it are ' +
      'INVALID_ARGS in every call. Where no device answers, or not to that width, the access is a fault.',
  },
  vmo_child: {
    number: 0x79,
    area: 'memory',
    summary:
      'Makes a memory object that begins as a copy of a part of another, and copies a page when somebody writes there.',
    arguments: [
      {
        name: 'allocator',
        kind: 'handle',
        object: ['allocator'],
        rights: ['ALLOC'],
        about:
          'Who pays for the copy: for its object, for each page that it shows, and for the frames that writing to it takes.',
      },
      {
        name: 'original',
        kind: 'handle',
        object: ['vmo'],
        rights: ['READ', 'MANAGE'],
        about: 'What is copied. MANAGE, because its own writes cost a frame each while pages are shared.',
      },
      { name: 'offset', kind: 'u32', multiple: PAGE_BYTES, about: 'Where in the object, a multiple of 4096.' },
      {
        name: 'child_len',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        about: 'Bytes, a multiple of 4096, not 0.',
      },
      { name: 'options', kind: 'options', bits: {}, about: 'None yet.' },
    ],
    results: [{ name: 'vmo', kind: 'handle', about: 'The copy, an object of `child_len` bytes.' }],
    errors: {
      ...CREATION_ERRORS,
      OUT_OF_RANGE: 'The range does not lie in the object.',
      NOT_SUPPORTED: "The object is a device's registers, or discardable.",
    },
    description:
      'The copy is of one moment: what is written to either later is not seen in the other. A page that both show has one frame ' +
      'and is entered in page tables for reading only; a write to it takes a frame of the allocator of the object that is ' +
      'written, and fails with NO_MEMORY, as a call or as a fault, where that does not fit. The frame before stays charged to ' +
      'whoever paid for it until nobody shows it any more. Copies of copies are like copies; objects may go in any order.',
  },
  vmo_release: {
    number: 0x7a,
    area: 'memory',
    summary: 'Gives the frames of pages back: they read as zero again.',
    arguments: [
      { name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['WRITE'], about: 'The memory object.' },
      { name: 'offset', kind: 'u32', multiple: PAGE_BYTES, about: 'Where to begin, a multiple of 4096.' },
      {
        name: 'release_len',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        about: 'Bytes, a multiple of 4096, not 0.',
      },
    ],
    results: [],
    errors: {
      OUT_OF_RANGE: 'The range does not lie in the object.',
      NOT_SUPPORTED: "The object is a device's registers.",
    },
    description: 'Needs no memory. Mappings stay; the next touch of such a page takes a frame again.',
  },
  vmo_pin: {
    number: 0x7b,
    area: 'memory',
    summary: 'Keeps the frames of a discardable memory object, and says how often they were taken.',
    arguments: [{ name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['WRITE'], about: 'The memory object.' }],
    results: [
      {
        name: 'discards',
        kind: 'u32',
        about: 'How often its frames were taken, modulo 2^31: another number than the last time means zeros.',
      },
    ],
    errors: {
      NOT_SUPPORTED: 'The object is not discardable.',
      NO_RESOURCES: 'It has 255 pins.',
    },
    description:
      'Pins are counted. They are of the object and not of the process: those of a process that ends stay until somebody ' +
      'unpins, or the object goes.',
  },
  vmo_unpin: {
    number: 0x7c,
    area: 'memory',
    summary: 'Takes a pin back; with the last one the frames of the object may be taken again.',
    arguments: [{ name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['WRITE'], about: 'The memory object.' }],
    results: [],
    errors: {
      NOT_SUPPORTED: 'The object is not discardable.',
      BAD_STATE: 'It is not pinned.',
    },
    description: 'What is in the object stays as it is until the machine has no frame left.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
