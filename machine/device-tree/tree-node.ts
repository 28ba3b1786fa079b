/** A node of a device tree (Devicetree Specification 0.4, chapter 2): named properties, whose values are bytes, and children. */

/** A string, a cell (32 bits, unsigned), or bytes as they are. */
export type PropertyValue = string | number | Uint8Array;

export class TreeNode {
  private readonly values = new Map<string, Uint8Array>();
  private readonly nodes: TreeNode[] = [];

  constructor(readonly name: string) {}

  get properties(): ReadonlyMap<string, Uint8Array> {
    return this.values;
  }

  get children(): readonly TreeNode[] {
    return this.nodes;
  }

  /** Sets a property to its values, one after the other; with none it is just there. */
  set(name: string, ...values: readonly PropertyValue[]): this {
    this.values.set(name, Uint8Array.from(values.flatMap((value) => [...bytesOf(value)])));
    return this;
  }

  /** A new child, the last one. */
  child(name: string): TreeNode {
    const node = new TreeNode(name);
    this.nodes.push(node);
    return node;
  }
}

function bytesOf(value: PropertyValue): Uint8Array {
  if (typeof value === 'string') return stringBytes(value);
  if (typeof value !== 'number') return value;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** ASCII, with the zero that ends it. */
export function stringBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
