/** Calls: handles and what can be asked of every object. */
import { INFO, PROPERTY } from '../options.js';
import type { CallRow } from './description.js';

export const HANDLES = {
  handle_close: {
    number: 0x00,
    area: 'handles',
    summary: 'Closes a handle; an object that nothing names any more goes away.',
    arguments: [{ name: 'h', kind: 'handle', object: [], rights: [], about: 'The handle to close.' }],
    results: [],
    errors: {},
    description:
      'The number is not given out again. What the object was charged goes back to its allocator when its last handle is closed ' +
      'and nothing in the kernel uses it any more: a memory object lives while it is mapped, a thread while it runs, a process ' +
      'while it has threads. Closing one handle leaves the handles that were derived from it.',
  },
  handle_duplicate: {
    number: 0x01,
    area: 'handles',
    summary: 'Makes a second handle to the same object, with the same rights or fewer.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['DUPLICATE'], about: 'The handle to copy.' },
      { name: 'rights', kind: 'rights', about: 'Rights of the new handle: a subset, or SAME_RIGHTS.' },
    ],
    results: [{ name: 'copy', kind: 'handle', about: 'The new handle, derived from the old one.' }],
    errors: { NO_RESOURCES: 'The handle table is full.', NO_MEMORY: 'The handle does not fit the quota.' },
    description:
      'Asking for a right that the source handle lacks is INVALID_ARGS. The new handle is derived from the old one: revoking ' +
      'the old one removes it.',
  },
  handle_replace: {
    number: 0x02,
    area: 'handles',
    summary: 'Swaps a handle for one with the same rights or fewer; the old number is gone.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: [], about: 'The handle to replace.' },
      { name: 'rights', kind: 'rights', about: 'Rights of the new handle: a subset, or SAME_RIGHTS.' },
    ],
    results: [{ name: 'replacement', kind: 'handle', about: 'The handle that takes its place.' }],
    errors: { NO_RESOURCES: 'The process has used up the numbers for its handles.' },
    description:
      'Asking for a right that the handle lacks is INVALID_ARGS, and the handle stays. The replacement stands where the old ' +
      'handle stood in the tree of derivation.',
  },
  handle_revoke: {
    number: 0x03,
    area: 'handles',
    summary: 'Removes every handle that was derived from this one, in whatever process, and nothing else.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: [], about: 'The handle whose descendants go; it stays itself.' },
    ],
    results: [{ name: 'removed', kind: 'u32', about: 'How many handles were removed.' }],
    errors: {},
    description: 'Descendants are handles made from it by duplication, and from those, to any depth.',
  },
  object_info: {
    number: 0x04,
    area: 'handles',
    summary: 'Writes a description of the object into a buffer.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['INSPECT'], about: 'The object.' },
      { name: 'what', kind: 'choice', values: INFO, about: 'Which description.' },
      { name: 'buf', kind: 'output', about: 'Where it goes; the layouts are in tocsin.h.' },
      { name: 'len', kind: 'length', about: 'Bytes that the buffer holds.' },
    ],
    results: [{ name: 'written', kind: 'u32', about: 'Bytes written.' }],
    errors: {
      BUFFER_TOO_SMALL: 'The description is longer than len.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description: 'A description of another type of object is WRONG_TYPE; INFO_HANDLE fits every object.',
  },
  object_set: {
    number: 0x05,
    area: 'handles',
    summary: 'Changes a property of the object.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['MANAGE'], about: 'The object.' },
      { name: 'what', kind: 'choice', values: PROPERTY, about: 'Which property.' },
      {
        name: 'buf',
        kind: 'input',
        about:
          'NAME (processes, threads, jobs): the bytes of the name. PRIORITY (threads), BADGE, PRESSURE (allocators), KILL_RANK ' +
          '(jobs): one 32-bit word. MEMORY_WAIT (threads), ANSWER_TIME (allocators): a 64-bit number of ns.',
      },
      { name: 'len', kind: 'length', about: 'Bytes of the value.' },
    ],
    results: [],
    errors: {
      OUT_OF_RANGE: 'The name is longer than 24 bytes, the priority above 31, or the rank above 255.',
      BAD_STATE: 'BADGE: the handle has one.',
    },
    description:
      'NAME, PRIORITY or KILL_RANK of an object that has none is WRONG_TYPE; a value of another length than the property has is ' +
      'INVALID_ARGS. BADGE is a property of the handle itself, and of all that are derived from it afterwards: who sends or ' +
      'publishes with it is known by it. It can be set once; whoever gives a handle away with a badge can rely on it. ' +
      'MEMORY_WAIT: how long requests of the thread for memory that is not there may wait, in calls and in page faults; 0, as it ' +
      'begins, is not at all. ANSWER_TIME: how long who hears of a shortage may take, 0 for ever. PRESSURE asks who listens to the ' +
      'allocator to give so many bytes back; it is a request. KILL_RANK ' +
      'marks a job: when the machine itself is out of frames, the marked job of the highest rank is the first to be killed, before ' +
      'any process that is in no marked job. 0: not marked.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
