/** A debugging information entry: a tag, attributes, and the entries below it (DWARF 5, section 2). */
import type { Abbreviation } from './abbreviations.js';
import { AT, FORM } from './dwarf-numbers.js';
import { type FormValue, stringOf } from './forms.js';
import type { Unit } from './unit.js';

/** An entry may say that it is more of another one, which may say so too. */
const MAX_ORIGINS = 8;

export class Entry {
  readonly children: Entry[] = [];

  constructor(
    readonly unit: Unit,
    /** In `.debug_info`. */
    readonly offset: number,
    readonly parent: Entry | undefined,
    private readonly abbreviation: Abbreviation,
    private readonly values: readonly FormValue[],
  ) {}

  get tag(): number {
    return this.abbreviation.tag;
  }

  has(attribute: number): boolean {
    return this.index(attribute) >= 0;
  }

  /** The form and what was read; whoever asks knows what to do with which form. */
  attribute(name: number): { readonly form: number; readonly value: FormValue } | undefined {
    const index = this.index(name);
    return index < 0 ? undefined : { form: this.abbreviation.attributes[index].form, value: this.values[index] };
  }

  /** Of a constant; a large one is rounded. */
  number(name: number): number | undefined {
    const value = this.attribute(name)?.value;
    return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
  }

  flag(name: number): boolean {
    return this.number(name) === 1;
  }

  string(name: number): string | undefined {
    const found = this.attribute(name);
    if (found === undefined) return undefined;
    return isStringIndex(found.form)
      ? this.unit.indexedString(Number(found.value))
      : stringOf(found.form, found.value, this.unit.info.sections);
  }

  address(name: number): number | undefined {
    const found = this.attribute(name);
    if (typeof found?.value !== 'number') return undefined;
    if (found.form === FORM.addr) return found.value;
    return isAddressIndex(found.form) ? this.unit.indexedAddress(found.value) : undefined;
  }

  block(name: number): Uint8Array | undefined {
    const value = this.attribute(name)?.value;
    return value instanceof Uint8Array ? value : undefined;
  }

  reference(name: number): Entry | undefined {
    const found = this.attribute(name);
    if (found === undefined) return undefined;
    const target = Number(found.value);
    switch (found.form) {
      case FORM.ref1:
      case FORM.ref2:
      case FORM.ref4:
      case FORM.ref8:
      case FORM.ref_udata:
        return this.unit.info.entryAt(this.unit.offset + target);
      case FORM.ref_addr:
        return this.unit.info.entryAt(target);
      default:
        return undefined;
    }
  }

  /** This entry, and those of which it is an instance or the definition: what it does not say they do. */
  origins(): Entry[] {
    const list: Entry[] = [this];
    for (let entry: Entry = this; list.length < MAX_ORIGINS; ) {
      const next = entry.reference(AT.abstract_origin) ?? entry.reference(AT.specification);
      if (next === undefined || list.includes(next)) break;
      list.push(next);
      entry = next;
    }
    return list;
  }

  /** The nearest of its origins that says it. */
  withAttribute(name: number): Entry | undefined {
    return this.has(name) ? this : this.origins().find((entry) => entry.has(name));
  }

  get name(): string | undefined {
    return this.withAttribute(AT.name)?.string(AT.name);
  }

  get type(): Entry | undefined {
    return this.withAttribute(AT.type)?.reference(AT.type);
  }

  private index(name: number): number {
    return this.abbreviation.attributes.findIndex((attribute) => attribute.name === name);
  }
}

function isStringIndex(form: number): boolean {
  return form === FORM.strx || (form >= FORM.strx1 && form <= FORM.strx4);
}

function isAddressIndex(form: number): boolean {
  return form === FORM.addrx || (form >= FORM.addrx1 && form <= FORM.addrx4);
}
