/** What object_info tells, read back by field names. */
import { INFO } from '../../syscalls/calls.js';
import { FIELD_BYTES, LAYOUTS, type Layout, layoutBytes } from '../../syscalls/layouts.js';
import { object_info } from '../../userland/script/calls.js';
import { type Script as CallScript, load } from '../../userland/script/script.js';
import { expectStatus } from './booted.js';

function* fieldsOf(layout: Layout, what: number, handle: number, scratch: number): CallScript<Record<string, number>> {
  const bytes = layoutBytes(layout);
  expectStatus((yield* object_info(handle, what, scratch, bytes)).status, 'OK');
  const data = yield* load(scratch, bytes);
  const view = new DataView(data.buffer, data.byteOffset);
  const fields: Record<string, number> = {};
  let at = 0;
  for (const { name, kind } of layout.fields) {
    if (kind === 'i32') fields[name] = view.getInt32(at, true);
    else if (kind === 'u32') fields[name] = view.getUint32(at, true);
    at += FIELD_BYTES[kind];
  }
  return fields;
}

export const handleFields = (handle: number, scratch: number) =>
  fieldsOf(LAYOUTS.info_handle, INFO.HANDLE, handle, scratch);
export const processFields = (handle: number, scratch: number) =>
  fieldsOf(LAYOUTS.info_process, INFO.PROCESS, handle, scratch);
export const threadFields = (handle: number, scratch: number) =>
  fieldsOf(LAYOUTS.info_thread, INFO.THREAD, handle, scratch);
export const allocatorFields = (handle: number, scratch: number) =>
  fieldsOf(LAYOUTS.info_allocator, INFO.ALLOCATOR, handle, scratch);
export const channelFields = (handle: number, scratch: number) =>
  fieldsOf(LAYOUTS.info_channel, INFO.CHANNEL, handle, scratch);
export const vmoFields = (handle: number, scratch: number) => fieldsOf(LAYOUTS.info_vmo, INFO.VMO, handle, scratch);

/** The name of a process or thread, as bytes to its first zero. */
export function* nameOf(handle: number, what: number, scratch: number): CallScript<string> {
  const layout = what === INFO.PROCESS ? LAYOUTS.info_process : LAYOUTS.info_thread;
  const bytes = layoutBytes(layout);
  expectStatus((yield* object_info(handle, what, scratch, bytes)).status, 'OK');
  const name = yield* load(scratch + bytes - FIELD_BYTES.name, FIELD_BYTES.name);
  const end = name.indexOf(0);
  return new TextDecoder().decode(end < 0 ? name : name.subarray(0, end));
}
