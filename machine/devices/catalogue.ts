/**
 * The devices that a board can be asked for by name, and how a list of requests becomes devices at their places. Adding a
 * device to the product is one line in DEVICE_KINDS.
 */
import { MachineError } from '../errors.js';
import { FRAME_BYTES, RAM_BASE } from '../memory/layout.js';
import type { Mapping } from './bus.js';
import type { DeviceEnvironment, DeviceKind, InterruptLine, Place } from './device.js';
import { RTC_KIND } from './goldfish-rtc.js';
import { PLIC_SOURCES } from './plic.js';
import { UART_KIND } from './uart16550.js';
import { DISK_KIND } from './virtio/block.js';
import { EmptySlot } from './virtio/empty-slot.js';
import { ENTROPY_KIND } from './virtio/entropy.js';
import { VIRTIO_BYTES, VIRTIO_PLACES } from './virtio/virtio-mmio.js';

const DEVICE_KINDS = {
  uart: UART_KIND,
  rtc: RTC_KIND,
  disk: DISK_KIND,
  entropy: ENTROPY_KIND,
};

type Kinds = typeof DEVICE_KINDS;
type OptionsOf<Kind> = Kind extends DeviceKind<infer Options> ? Options : never;

/** Where a device goes that is not to go where the virt board has it. */
interface Placement {
  /** Physical address, a multiple of 4096 below RAM. */
  readonly at?: number;
  /** Source at the interrupt controller, 1..95. */
  readonly interrupt?: number;
}

/** A device by name, with its options. */
export type DeviceRequest = {
  [Name in keyof Kinds]: { readonly device: Name } & Placement & OptionsOf<Kinds[Name]>;
}[keyof Kinds];

/** What QEMU's virt board has, with nothing in the virtio slots. */
export const STANDARD_DEVICES: readonly DeviceRequest[] = [{ device: 'uart' }, { device: 'rtc' }];

/**
 * Makes the devices asked for, and places them among those that are `present`; virtio slots that nobody has stay empty. `line`
 * makes the wire of a source. Throws MachineError, with one sentence, for a device that is unknown or finds no place, an
 * address or an interrupt that it cannot have, or options that it refuses.
 */
export function placeDevices(
  requests: readonly DeviceRequest[],
  present: readonly Mapping[],
  environment: Omit<DeviceEnvironment, 'line'>,
  line: (interrupt: number) => InterruptLine,
): readonly Mapping[] {
  const mappings = [...present];
  for (const request of requests) {
    const kind = kindOf(request);
    const place = placeOf(request, kind, mappings);
    const device = kind.create(request, { ...environment, line: line(place.interrupt) });
    mappings.push({ ...place, device });
  }
  for (const place of VIRTIO_PLACES) {
    if (!isFree(place, VIRTIO_BYTES, mappings)) continue;
    mappings.push({ ...place, device: new EmptySlot({ ...environment, line: line(place.interrupt) }) });
  }
  return mappings;
}

function kindOf(request: DeviceRequest): DeviceKind<DeviceRequest> {
  const name: string = request.device;
  if (!Object.hasOwn(DEVICE_KINDS, name)) {
    throw new MachineError(`there is no device "${name}": devices are ${Object.keys(DEVICE_KINDS).join(', ')}`);
  }
  // The kind found by the name of a request is the one that takes its options.
  return DEVICE_KINDS[request.device] as DeviceKind<DeviceRequest>;
}

function placeOf(
  { device, at, interrupt }: DeviceRequest,
  kind: DeviceKind<DeviceRequest>,
  mappings: readonly Mapping[],
): Place {
  const free = kind.places.find((place) => isFree(place, 1, mappings));
  const base = at ?? free?.base;
  const source = interrupt ?? free?.interrupt;
  if (base === undefined) {
    throw new MachineError(`the board has no place for another ${device}: there are ${kind.places.length}`);
  }
  if (source === undefined) throw new MachineError(`another ${device} needs an interrupt of its own`);
  if (!Number.isInteger(base) || base < 0 || base >= RAM_BASE || base % FRAME_BYTES !== 0) {
    throw new MachineError(`a ${device} must be at a multiple of ${FRAME_BYTES} below RAM, not at ${base}`);
  }
  if (!Number.isInteger(source) || source < 1 || source > PLIC_SOURCES) {
    throw new MachineError(`the interrupt of a ${device} must be from 1 to ${PLIC_SOURCES}, not ${source}`);
  }
  const other = mappings.find((mapping) => mapping.interrupt === source);
  if (other !== undefined) {
    throw new MachineError(`devices ${other.device.name} and ${device} have the same interrupt ${source}`);
  }
  return { base, interrupt: source };
}

/** Whether nobody has any of these bytes, nor the interrupt. */
function isFree({ base, interrupt }: Place, bytes: number, mappings: readonly Mapping[]): boolean {
  return mappings.every(
    (other) => (other.base >= base + bytes || base >= other.base + other.device.bytes) && other.interrupt !== interrupt,
  );
}
