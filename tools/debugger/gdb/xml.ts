/** Documents that gdb reads: text in them comes from guests, who may call themselves anything. */
import { bytesOfText } from './hexadecimal.js';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML cannot hold (control characters, halves of pairs) becomes a question mark. */
export function xmlText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '?').replace(/[&<>"]/g, (one) => ENTITIES[one]);
}

/** A whole document as bytes. */
export function xmlDocument(doctype: string, lines: readonly string[]): string {
  return bytesOfText(`<?xml version="1.0"?>\n<!DOCTYPE ${doctype}>\n${lines.join('\n')}\n`);
}
