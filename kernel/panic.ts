/**
 * The kernel found itself in a state that its rules exclude. Nothing that a guest does may lead here: every panic is a bug in
 * Tocsin, and says so. Whoever catches it adds the step, the last records and the line that reproduces the run.
 */
export class KernelPanic extends Error {
  override readonly name = 'KernelPanic';
}

/** An assertion; stays on in every build. */
export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new KernelPanic(sentence);
}
