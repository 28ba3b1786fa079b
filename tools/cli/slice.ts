/** How many instructions to execute before the host's events are looked at. Between two looks Ctrl-C is not noticed. */

const SLICE_MS = 30;
const LARGEST_SLICE = 50_000_000;

export const FIRST_SLICE = 1_000_000;

/** The speed depends on the program: the next slice is as long as this one, which took so long, should have been. */
export function nextSlice(slice: number, tookMs: number): number {
  const factor = Math.min(4, SLICE_MS / Math.max(tookMs, 1));
  return Math.max(1, Math.min(LARGEST_SLICE, Math.round(slice * factor)));
}
