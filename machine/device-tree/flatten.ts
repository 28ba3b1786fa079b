/**
 * The flattened form of a device tree (Devicetree Specification 0.4, chapter 5), version 17: what firmware leaves in memory
 * for the software that it starts. All words are big-endian.
 *
 *   header | memory reservations (none) | structure: nodes and properties as tokens | strings: names of properties
 */
import { stringBytes, type TreeNode } from './tree-node.js';

const MAGIC = 0xd00d_feed;
const VERSION = 17;
/** The oldest version whose readers understand this one. */
const COMPATIBLE_VERSION = 16;

const HEADER_BYTES = 40;
/** One entry, all zero, ends the list. */
const RESERVATIONS_BYTES = 16;

const BEGIN_NODE = 1;
const END_NODE = 2;
const PROPERTY = 3;
const END = 9;

export function flatten(root: TreeNode): Uint8Array {
  const { structure, strings } = new Flattener().flatten(root);
  const structureStart = HEADER_BYTES + RESERVATIONS_BYTES;
  const stringsStart = structureStart + structure.length;
  const blob = new Uint8Array(stringsStart + strings.length);
  const header = [MAGIC, blob.length, structureStart, stringsStart, HEADER_BYTES, VERSION, COMPATIBLE_VERSION];
  const bootHart = 0;
  const view = new DataView(blob.buffer);
  for (const [i, word] of [...header, bootHart, strings.length, structure.length].entries())
    view.setUint32(4 * i, word);
  blob.set(structure, structureStart);
  blob.set(strings, stringsStart);
  return blob;
}

class Flattener {
  private readonly structure: number[] = [];
  private readonly strings: number[] = [];
  /** Where each name of a property is in the strings. */
  private readonly names = new Map<string, number>();

  flatten(root: TreeNode): { readonly structure: Uint8Array; readonly strings: Uint8Array } {
    this.node(root);
    this.word(END);
    return { structure: Uint8Array.from(this.structure), strings: Uint8Array.from(this.strings) };
  }

  private node({ name, properties, children }: TreeNode): void {
    this.word(BEGIN_NODE);
    this.bytes(stringBytes(name));
    for (const [property, value] of properties) {
      this.word(PROPERTY);
      this.word(value.length);
      this.word(this.nameOffset(property));
      this.bytes(value);
    }
    for (const child of children) this.node(child);
    this.word(END_NODE);
  }

  private nameOffset(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const offset = this.strings.length;
    this.names.set(name, offset);
    this.strings.push(...stringBytes(name));
    return offset;
  }

  private word(word: number): void {
    this.structure.push(word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff);
  }

  /** Bytes, and zeros up to a multiple of four. */
  private bytes(bytes: Uint8Array): void {
    this.structure.push(...bytes);
    while (this.structure.length % 4 !== 0) this.structure.push(0);
  }
}
