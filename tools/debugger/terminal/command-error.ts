/** Something that the person can put right, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
