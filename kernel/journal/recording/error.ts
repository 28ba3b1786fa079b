/** A recording that cannot be read, or not as what it is to be read as. The message is one line without the file's name. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
