/** How the value of an attribute lies in its bytes (DWARF 5, section 7.5.5), and how strings are found that lie elsewhere. */
import { type ByteReader, stringAt } from './byte-reader.js';
import { FORM } from './dwarf-numbers.js';
import type { Sections } from './sections.js';

export type FormValue = number | bigint | Uint8Array | string;

/** What depends on the unit that a value stands in. */
export interface Encoding {
  readonly version: number;
  readonly addressBytes: number;
  /** 8 in the 64-bit format. */
  readonly offsetBytes: 4 | 8;
}

/**
 * Undefined: there is no such form, and nothing behind it can be read. Indices and offsets stay what they are; `stringOf` and
 * the unit know what they lead to.
 */
export function readForm(
  reader: ByteReader,
  form: number,
  encoding: Encoding,
  implicit: number,
): FormValue | undefined {
  switch (form) {
    case FORM.addr:
      return reader.unsigned(encoding.addressBytes);
    case FORM.data1:
    case FORM.ref1:
    case FORM.flag:
    case FORM.strx1:
    case FORM.addrx1:
      return reader.u8();
    case FORM.data2:
    case FORM.ref2:
    case FORM.strx2:
    case FORM.addrx2:
      return reader.u16();
    case FORM.strx3:
    case FORM.addrx3:
      return reader.u24();
    case FORM.data4:
    case FORM.ref4:
    case FORM.strx4:
    case FORM.addrx4:
    case FORM.ref_sup4:
      return reader.u32();
    case FORM.data8:
    case FORM.ref8:
    case FORM.ref_sig8:
    case FORM.ref_sup8:
      return reader.u64();
    case FORM.data16:
      return reader.block(16);
    case FORM.udata:
      return reader.exactUleb();
    case FORM.sdata:
      return reader.exactSleb();
    case FORM.ref_udata:
    case FORM.strx:
    case FORM.addrx:
    case FORM.loclistx:
    case FORM.rnglistx:
      return reader.uleb();
    case FORM.sec_offset:
    case FORM.strp:
    case FORM.line_strp:
    case FORM.strp_sup:
      return reader.offset(encoding.offsetBytes);
    case FORM.ref_addr:
      // Version 2 had addresses here.
      return encoding.version < 3 ? reader.unsigned(encoding.addressBytes) : reader.offset(encoding.offsetBytes);
    case FORM.flag_present:
      return 1;
    case FORM.implicit_const:
      return implicit;
    case FORM.string:
      return reader.string();
    case FORM.block1:
      return reader.block(reader.u8());
    case FORM.block2:
      return reader.block(reader.u16());
    case FORM.block4:
      return reader.block(reader.u32());
    case FORM.block:
    case FORM.exprloc:
      return reader.block(reader.uleb());
    case FORM.indirect: {
      const actual = reader.uleb();
      // One that points to itself would go on for ever.
      return actual === FORM.indirect ? undefined : readForm(reader, actual, encoding, implicit);
    }
    default:
      return undefined;
  }
}

/** A string that stands in place, or lies in a string section; one by an index (`strx`) needs its unit. */
export function stringOf(form: number, value: FormValue | undefined, sections: Sections): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return undefined;
  if (form === FORM.strp) return stringAt(sections.bytes('.debug_str'), value);
  if (form === FORM.line_strp) return stringAt(sections.bytes('.debug_line_str'), value);
  return undefined;
}
