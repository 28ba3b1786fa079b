/** The last part of a path: the debugger's commands need nothing of Node. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
