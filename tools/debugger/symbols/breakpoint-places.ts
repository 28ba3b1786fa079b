/** Where a breakpoint on a line goes: once in each function, and not into a prologue. */
import { TAG } from './dwarf-numbers.js';
import type { CodePlace } from './function.js';
import type { FunctionTable } from './function-table.js';
import type { LineTable } from './line-table.js';
import type { SourcePlace } from './source-place.js';

export function codePlace(address: number, functions: FunctionTable, lines: LineTable): CodePlace {
  const functionName = functions.inlineCallsAt(address).at(0)?.name ?? functions.at(address)?.name;
  return { address, functionName, place: lines.placeAt(address) };
}

/** `statements` are those of one line, by address: the compiler may have cut it into many pieces. */
export function breakpointPlaces(
  statements: readonly SourcePlace[],
  functions: FunctionTable,
  lines: LineTable,
): CodePlace[] {
  const seen = new Set<unknown>();
  const places = new Map<number, CodePlace>();
  for (const statement of statements) {
    const owner = functions.at(statement.address);
    // A call that was inlined is a function of its own, each time.
    const scope = functions.scopesAt(statement.address).find(({ entry }) => isFunction(entry.tag));
    const key = scope?.entry ?? owner ?? statement.address;
    if (seen.has(key)) continue;
    seen.add(key);
    const isInPrologue =
      owner !== undefined &&
      key === functions.entryOf(owner) &&
      statement.address >= owner.entry &&
      statement.address < owner.afterPrologue;
    const address = isInPrologue ? owner.afterPrologue : statement.address;
    places.set(address, codePlace(address, functions, lines));
  }
  return [...places.values()].sort((a, b) => a.address - b.address);
}

function isFunction(tag: number): boolean {
  return tag === TAG.subprogram || tag === TAG.inlined_subroutine;
}
