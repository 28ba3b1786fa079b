/** Reads a flattened device tree, as strictly as its specification (0.4, chapter 5) lets a reader be. */

export interface ReadNode {
  readonly properties: Readonly<Record<string, Uint8Array>>;
  readonly children: Readonly<Record<string, ReadNode>>;
}

const BEGIN_NODE = 1;
const END_NODE = 2;
const PROPERTY = 3;
const NOTHING = 4;
const END = 9;

export function readTree(blob: Uint8Array): ReadNode {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const word = (offset: number) => view.getUint32(offset);
  if (word(0) !== 0xd00d_feed) throw new Error('no device tree: the magic number is wrong');
  if (word(4) !== blob.length) throw new Error(`the size is said to be ${word(4)}, and is ${blob.length}`);
  if (word(20) !== 17) throw new Error(`version ${word(20)} instead of 17`);
  const structure = word(8);
  const strings = word(12);
  let position = structure;

  const text = (offset: number): string => {
    const end = blob.indexOf(0, offset);
    if (end < 0) throw new Error(`the text at ${offset} does not end`);
    return String.fromCharCode(...blob.subarray(offset, end));
  };
  const align = () => {
    position = (position + 3) & ~3;
  };
  const token = (): number => {
    const value = word(position);
    position += 4;
    return value === NOTHING ? token() : value;
  };
  const node = (): ReadNode => {
    const properties: Record<string, Uint8Array> = {};
    const children: Record<string, ReadNode> = {};
    for (;;) {
      const kind = token();
      if (kind === PROPERTY) {
        const length = word(position);
        const name = text(strings + word(position + 4));
        if (name in properties) throw new Error(`property ${name} is there twice`);
        if (Object.keys(children).length > 0) throw new Error(`property ${name} is behind a child`);
        properties[name] = blob.slice(position + 8, position + 8 + length);
        position += 8 + length;
        align();
      } else if (kind === BEGIN_NODE) {
        const name = text(position);
        position += name.length + 1;
        align();
        if (name in children) throw new Error(`node ${name} is there twice`);
        children[name] = node();
      } else if (kind === END_NODE) return { properties, children };
      else throw new Error(`token ${kind} at ${position - 4}`);
    }
  };

  if (token() !== BEGIN_NODE || text(position) !== '') throw new Error('the first token is not the root node');
  position += 4;
  const root = node();
  if (token() !== END) throw new Error('something is behind the root node');
  if (position - structure !== word(36)) throw new Error('the structure is not as long as it is said to be');
  return root;
}

/** The node at a path, as `/soc/plic@c000000`. */
export function nodeAt(root: ReadNode, path: string): ReadNode {
  let node = root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const next = node.children[name];
    if (next === undefined) throw new Error(`no node ${name} of ${path}; there are ${Object.keys(node.children)}`);
    node = next;
  }
  return node;
}

export function cells(node: ReadNode, property: string): number[] {
  const bytes = node.properties[property];
  if (bytes === undefined) throw new Error(`no property ${property}; there are ${Object.keys(node.properties)}`);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i));
}

export function strings(node: ReadNode, property: string): string[] {
  const bytes = node.properties[property];
  if (bytes?.at(-1) !== 0) throw new Error(`property ${property} is no list of strings`);
  return String.fromCharCode(...bytes.subarray(0, -1)).split('\0');
}
