/**
 * A virtio block device (virtio 1.2, section 5.2): a disk of 512-byte sectors, one queue.
 *
 * A request is a header (type, reserved word, sector as 64 bits), data, and a byte for the status, in whatever buffers. Types
 * are read (0), write (1), flush (4) and get id (8). A request for more than MAX_REQUEST_BYTES, for sectors that are not on
 * the disk, for a part of a sector, or to write a disk that is read only, gets status 1; a type that is not known, status 2.
 */
import { MachineError } from '../../errors.js';
import type { DeviceKind } from '../device.js';
import { type DeviceState, joinWords } from '../device-state.js';
import { DiskImage, SECTOR_BYTES } from './disk-image.js';
import { BROKEN, type ConfigurationWord, VIRTIO_PLACES, type VirtioEnvironment, VirtioMmio } from './virtio-mmio.js';
import { type Chain, gather, lengthOf, MAX_QUEUE_SIZE, scatter } from './virtqueue.js';

const DEVICE_ID = 2;

const FEATURE_SIZE_MAX = 1 << 1;
const FEATURE_SEG_MAX = 1 << 2;
const FEATURE_READ_ONLY = 1 << 5;
const FEATURE_BLOCK_SIZE = 1 << 6;
const FEATURE_FLUSH = 1 << 9;

/** Data of a request at most: it bounds what one notification can make the device do. Buffers that fit the limits fit. */
export const MAX_REQUEST_BYTES = 1 << 20;
const MAX_BUFFER_BYTES = 4096;
/** All of a queue but header and status. */
const MAX_BUFFERS = MAX_QUEUE_SIZE - 2;

const HEADER_BYTES = 16;
const TYPE_READ = 0;
const TYPE_WRITE = 1;
const TYPE_FLUSH = 4;
const TYPE_GET_ID = 8;
const ID_BYTES = 20;

const STATUS_OK = 0;
const STATUS_ERROR = 1;
const STATUS_UNSUPPORTED = 2;

const NOTHING = new Uint8Array(0);

export interface DiskOptions {
  /** What is on the disk: a multiple of 512 bytes, not empty. The device reads it where it is, and never writes it. */
  readonly image: Uint8Array;
  /** The guest may not write; false unless given. */
  readonly readOnly?: boolean;
  /** What the guest gets for the disk's id: at most 20 ASCII characters; "tocsin" unless given. */
  readonly id?: string;
}

/** What the driver gets: data to read, if any, and the status. */
interface Answer {
  readonly status: number;
  readonly data: Uint8Array;
}

export class VirtioBlock extends VirtioMmio {
  readonly name = 'disk';
  readonly disk: DiskImage;
  private readonly readOnly: boolean;
  private readonly id: Uint8Array;

  /** Throws MachineError for an image or an id that a disk cannot have. */
  constructor({ image, readOnly = false, id = 'tocsin' }: DiskOptions, environment: VirtioEnvironment) {
    const disk = new DiskImage(image);
    const features = FEATURE_SIZE_MAX | FEATURE_SEG_MAX | FEATURE_BLOCK_SIZE | FEATURE_FLUSH;
    super(DEVICE_ID, features | (readOnly ? FEATURE_READ_ONLY : 0), configurationOf(disk), environment);
    if (!/^[ -~]{0,20}$/.test(id))
      throw new MachineError(`the id of a disk is at most 20 ASCII characters, not "${id}"`);
    this.disk = disk;
    this.readOnly = readOnly;
    this.id = new Uint8Array(ID_BYTES);
    for (let i = 0; i < id.length; i++) this.id[i] = id.charCodeAt(i);
  }

  override snapshot(): DeviceState {
    return { ...super.snapshot(), blocks: this.disk.overlay() };
  }

  override restore(state: DeviceState): void {
    this.disk.restore(state.blocks ?? new Map());
    super.restore(state);
  }

  protected override serve({ readable, writable }: Chain): number {
    const { memory } = this.environment;
    const given = lengthOf(readable);
    const wanted = lengthOf(writable) - 1;
    // Without a header there is no request, and without a byte for the status no answer.
    if (given < HEADER_BYTES || wanted < 0) return BROKEN;
    const header = new DataView(gather(memory, readable, 0, HEADER_BYTES).buffer);
    const type = header.getUint32(0, true);
    // Sectors from 2^53 on lose their last bits: no disk has them.
    const sector = Number(joinWords(header.getUint32(8, true), header.getUint32(12, true)));
    const { status, data } =
      type === TYPE_WRITE
        ? this.write(sector, given - HEADER_BYTES, (length) => gather(memory, readable, HEADER_BYTES, length))
        : this.read(type, sector, wanted);
    scatter(memory, writable, 0, data);
    scatter(memory, writable, wanted, Uint8Array.of(status));
    // 2.7.8.2: what counts is written from the first byte on, so the status does only where all before it was.
    return wanted === data.length ? wanted + 1 : data.length;
  }

  private read(type: number, sector: number, wanted: number): Answer {
    switch (type) {
      case TYPE_READ:
        if (!this.allows(sector, wanted)) return { status: STATUS_ERROR, data: NOTHING };
        return { status: STATUS_OK, data: this.disk.read(sector, wanted / SECTOR_BYTES) };
      case TYPE_FLUSH:
        return { status: STATUS_OK, data: NOTHING };
      case TYPE_GET_ID:
        return wanted < ID_BYTES ? { status: STATUS_ERROR, data: NOTHING } : { status: STATUS_OK, data: this.id };
      default:
        return { status: STATUS_UNSUPPORTED, data: NOTHING };
    }
  }

  private write(sector: number, length: number, data: (length: number) => Uint8Array): Answer {
    if (this.readOnly || !this.allows(sector, length)) return { status: STATUS_ERROR, data: NOTHING };
    this.disk.write(sector, data(length));
    return { status: STATUS_OK, data: NOTHING };
  }

  private allows(sector: number, length: number): boolean {
    if (length % SECTOR_BYTES !== 0 || length > MAX_REQUEST_BYTES) return false;
    return this.disk.contains(sector, length / SECTOR_BYTES);
  }
}

function configurationOf({ sectors }: DiskImage): readonly ConfigurationWord[] {
  return [
    // Sectors.
    { name: 'capacity', offset: 0, value: sectors },
    { name: 'capacityh', offset: 4, value: Math.floor(sectors / 2 ** 32) },
    // Bytes of a buffer, and buffers of a request, at most.
    { name: 'size_max', offset: 8, value: MAX_BUFFER_BYTES },
    { name: 'seg_max', offset: 12, value: MAX_BUFFERS },
    { name: 'blk_size', offset: 20, value: SECTOR_BYTES },
  ];
}

export const DISK_KIND: DeviceKind<DiskOptions> = {
  places: VIRTIO_PLACES,
  create: (options, environment) => new VirtioBlock(options, environment),
};
