/** What entries look like: tag and forms by code (DWARF 5, section 7.5.3). */
import { ByteReader } from './byte-reader.js';
import { FORM } from './dwarf-numbers.js';

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeForm[];
}

export interface AttributeForm {
  readonly name: number;
  readonly form: number;
  /** The value, of the form that has it here and not in the entry. */
  readonly implicit: number;
}

/** Attributes may take no bytes in an entry, so their number has to be bounded here. Compilers use up to thirty. */
const MAX_ATTRIBUTES = 128;

/** The table at an offset of `.debug_abbrev`, as far as it can be read. Of two with one code the first counts. */
export function readAbbreviations(bytes: Uint8Array, offset: number): ReadonlyMap<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  const reader = new ByteReader(bytes, offset);
  while (!reader.isOver) {
    const code = reader.uleb();
    if (code === 0) break;
    const tag = reader.uleb();
    const hasChildren = reader.u8() !== 0;
    const attributes: AttributeForm[] = [];
    for (;;) {
      const name = reader.uleb();
      const form = reader.uleb();
      const implicit = form === FORM.implicit_const ? reader.sleb() : 0;
      if (reader.isOver || (name === 0 && form === 0)) break;
      if (attributes.length === MAX_ATTRIBUTES) return table;
      attributes.push({ name, form, implicit });
    }
    if (!reader.isOver && !table.has(code)) table.set(code, { tag, hasChildren, attributes });
  }
  return table;
}
