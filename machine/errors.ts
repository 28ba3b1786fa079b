/** A machine that cannot be built as asked; the message is one sentence for the user. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}
