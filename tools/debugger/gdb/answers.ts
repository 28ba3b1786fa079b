/** Answers that many packets have. */

export const OK = 'OK';
/** Not understood, or not possible: gdb tells people nothing of the number. */
export const ERROR = 'E01';
/** What is meant is not there: EFAULT, by which gdb knows an address that cannot be read. */
export const NO_ACCESS = 'E0e';
/** The empty answer: there is no such packet. */
export const UNKNOWN = '';

/** One packet, or several; none where the answer comes when the world stops, or never. */
export type Answer = string | readonly string[];
