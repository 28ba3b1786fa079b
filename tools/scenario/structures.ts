/** Structures that kernel and program share, as bytes and as numbers with names. */
import { FIELD_BYTES, LAYOUTS, type Layout, type LayoutName, layoutBytes } from '../../syscalls/layouts.js';
import { nearest } from '../cli/nearest.js';
import { ScenarioMistake } from './mistake.js';

export function layoutOf(name: LayoutName): Layout {
  if (Object.hasOwn(LAYOUTS, name)) return LAYOUTS[name];
  const near = nearest(String(name), Object.keys(LAYOUTS));
  throw new ScenarioMistake(`no structure is called ${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
}

/** Fields that are not given are 0; numbers of 64 bits are exact below 2^53. */
export function packed(name: LayoutName, values: Readonly<Record<string, number>>): Uint8Array {
  const layout = layoutOf(name);
  const known = layout.fields.map((field) => field.name);
  const other = Object.keys(values).find((field) => !known.includes(field));
  if (other !== undefined) throw new ScenarioMistake(`a ${name} has no field ${other}; it has ${known.join(', ')}`);
  const bytes = new Uint8Array(layoutBytes(layout));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { name: field, kind } of layout.fields) {
    const { [field]: value = 0 } = values;
    if (!Number.isInteger(value))
      throw new ScenarioMistake(`${field} of a ${name} is ${String(value)}, not a whole number`);
    if (kind === 'u64') view.setBigUint64(at, BigInt(value), true);
    else if (kind !== 'name') view.setInt32(at, value, true);
    at += FIELD_BYTES[kind];
  }
  return bytes;
}

/** Names, which are no numbers, are left out. */
export function unpacked(name: LayoutName, bytes: Uint8Array): Record<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const values: Record<string, number> = {};
  let at = 0;
  for (const { name: field, kind } of layoutOf(name).fields) {
    if (kind === 'u64') values[field] = Number(view.getBigUint64(at, true));
    else if (kind === 'u32') values[field] = view.getUint32(at, true);
    else if (kind === 'i32') values[field] = view.getInt32(at, true);
    at += FIELD_BYTES[kind];
  }
  return values;
}
