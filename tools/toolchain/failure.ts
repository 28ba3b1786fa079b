/** What goes wrong on the way from files to a program, said in one line for the person who typed the command. */
export class ToolchainError extends Error {
  override readonly name = 'ToolchainError';

  constructor(
    message: string,
    /** What the compiler or linker said, as it said it; shown before the message. */
    readonly output = '',
  ) {
    super(message);
  }
}
