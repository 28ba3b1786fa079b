/**
 * Every status that a call can return, declared once.
 *
 * A call puts its status in a0: 0 is OK, a negative number is an error and nothing was changed (except where a call's page
 * says that something is consumed), a positive number is a success that carries news. Values are never reused.
 */
export const STATUS = {
  OK: 0,
  INVALID_ARGS: -1,
  BAD_CALL: -2,
  BAD_HANDLE: -3,
  WRONG_TYPE: -4,
  ACCESS_DENIED: -5,
  NOT_FOUND: -6,
  ALREADY_EXISTS: -7,
  ALREADY_BOUND: -8,
  BAD_STATE: -9,
  OUT_OF_RANGE: -10,
  BUFFER_TOO_SMALL: -11,
  NO_MEMORY: -12,
  NO_RESOURCES: -13,
  NO_SPACE: -14,
  SHOULD_WAIT: -15,
  TIMED_OUT: -16,
  CANCELED: -17,
  PEER_CLOSED: -18,
  NOT_SUPPORTED: -19,
  LOOP: -20,
  DEADLOCK: -21,
  IO_DATA_INTEGRITY: -22,
  OWNER_DIED: 1,
} as const;

export type StatusName = keyof typeof STATUS;
export type Status = (typeof STATUS)[StatusName];

/** What each status means, in one sentence, for the C header and the reference pages. */
export const STATUS_MEANING: Readonly<Record<StatusName, string>> = {
  OK: 'The call did what it says.',
  INVALID_ARGS: 'An argument has no meaning here, or a pointer cannot be read or written in full.',
  BAD_CALL: 'No call has this number, and none is planned in its range.',
  BAD_HANDLE: 'The number is not a handle of this process.',
  WRONG_TYPE: 'The handle names an object of another type.',
  ACCESS_DENIED: 'The handle lacks a right that the call needs.',
  NOT_FOUND: 'What was asked for is not there.',
  ALREADY_EXISTS: 'Something stands already where the new thing should go.',
  ALREADY_BOUND: 'The source is bound already.',
  BAD_STATE: 'The object is not in a state in which this can be done.',
  OUT_OF_RANGE: 'A number lies outside the range that the call states.',
  BUFFER_TOO_SMALL: 'The buffer does not hold the answer.',
  NO_MEMORY: "The request does not fit the allocator's quota, or no frame is left.",
  NO_RESOURCES: 'A table with a fixed bound is full.',
  NO_SPACE: 'No free range of addresses is large enough.',
  SHOULD_WAIT: 'It cannot be done now without waiting.',
  TIMED_OUT: 'The deadline passed first.',
  CANCELED: 'The wait was cancelled.',
  PEER_CLOSED: 'The other end is gone.',
  NOT_SUPPORTED: 'The number is reserved for a call that this version does not have, or the option is not available.',
  LOOP: 'The registration would close a cycle.',
  DEADLOCK: 'The wait would close a cycle of owners.',
  IO_DATA_INTEGRITY: 'Shared memory that the kernel reads holds nonsense.',
  OWNER_DIED: 'Success: and the previous owner died while it held the lock.',
};

const nameOf = new Map<number, StatusName>(
  (Object.entries(STATUS) as [StatusName, number][]).map(([name, value]) => [value, name]),
);

/** The name of a status, or the number itself in decimal where it has none. */
export function statusName(status: number): string {
  return nameOf.get(status) ?? String(status);
}
