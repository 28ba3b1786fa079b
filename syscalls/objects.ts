/**
 * The types of object that a handle can name. Numbers are part of the ABI (`object_info` reports them) and never reused.
 */
export const OBJECT_TYPE = {
  process: 1,
  thread: 2,
  allocator: 3,
  vmo: 4,
  vmar: 5,
  channel: 6,
  lock: 7,
  timer: 8,
  interrupt: 9,
  pool: 10,
  ring: 11,
  topic: 12,
  job: 13,
  /** Keeps a task suspended. */
  token: 14,
  /** What answers a channel_call. */
  reply: 15,
  /** The right to hardware. */
  resource: 16,
  /** The right to stop, look at and change a process. */
  session: 17,
} as const;

export type ObjectTypeName = keyof typeof OBJECT_TYPE;
export type ObjectType = (typeof OBJECT_TYPE)[ObjectTypeName];

const names = new Map<number, ObjectTypeName>(
  (Object.entries(OBJECT_TYPE) as [ObjectTypeName, number][]).map(([name, value]) => [value, name]),
);

export function objectTypeName(type: number): string {
  return names.get(type) ?? `object type ${type}`;
}
