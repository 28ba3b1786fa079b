/**
 * The software TLB of one hart, which lives in the board's memory where the interpreter reads it without a call.
 *
 * There is a pair of tables for each region: M (never translated), S and U. An entry for loads and stores has four words:
 *
 *   read tag | write tag | addend | guarded tag
 *
 * A tag is the virtual address of a page, or NO_PAGE; virtual address + addend = byte offset in the board's memory. The
 * page may be stored to if the write tag matches. If only the guarded tag matches, it may be stored to as well, but it holds
 * decoded code, and the slow path looks first whether the store hits some. An entry for fetches has two words: the tag, and
 * the first word of the page of decoded code. Only RAM has entries.
 */
import {
  DATA_ENTRY_WORDS,
  DATA_TABLE_WORDS,
  DATA_TABLES,
  FETCH_ENTRY_WORDS,
  FETCH_TABLE_WORDS,
  FETCH_TABLES,
  FRAME_BYTES,
  TLB_ENTRIES,
  TLB_REGIONS,
} from '../memory/layout.js';
import { MODE } from './trap.js';

export const REGION = { M: 0, S: 1, U: 2 } as const;
export type Region = (typeof REGION)[keyof typeof REGION];

export function regionOf(mode: number): Region {
  if (mode === MODE.M) return REGION.M;
  return mode === MODE.S ? REGION.S : REGION.U;
}

/** The mode whose accesses a region is for. */
export function modeOf(region: Region): number {
  if (region === REGION.M) return MODE.M;
  return region === REGION.S ? MODE.S : MODE.U;
}

/** A tag that no address has: fast paths compare with addresses whose bit 2 is cleared. */
export const NO_PAGE = 4;

export const ENTRY = { read: 0, write: 1, addend: 2, guarded: 3 } as const;

const PAGE_MASK = -FRAME_BYTES;

export class Tlb {
  constructor(
    private readonly words: Int32Array,
    private readonly start: number,
  ) {
    this.flushAll();
  }

  dataTable(region: Region): number {
    return this.start + DATA_TABLES + region * DATA_TABLE_WORDS;
  }

  fetchTable(region: Region): number {
    return this.start + FETCH_TABLES + region * FETCH_TABLE_WORDS;
  }

  /** First word of the entry for loads and stores that `address` can have in `table`. */
  dataEntry(table: number, address: number): number {
    return table + ((address >>> 12) & (TLB_ENTRIES - 1)) * DATA_ENTRY_WORDS;
  }

  /** Lets the page of `address`, found at byte `offset` of the board's memory, match `tag` of its entry. */
  fillData(table: number, address: number, offset: number, tag: number): void {
    const { words } = this;
    const entry = this.dataEntry(table, address);
    const page = address & PAGE_MASK;
    const addend = (offset - address) | 0;
    if (words[entry + ENTRY.addend] !== addend || !this.holds(entry, page)) {
      words.fill(NO_PAGE, entry, entry + DATA_ENTRY_WORDS);
      words[entry + ENTRY.addend] = addend;
    }
    words[entry + tag] = page;
  }

  private holds(entry: number, page: number): boolean {
    const { words } = this;
    const { read, write, guarded } = ENTRY;
    return words[entry + read] === page || words[entry + write] === page || words[entry + guarded] === page;
  }

  fillFetch(table: number, address: number, codePage: number): void {
    const entry = table + ((address >>> 12) & (TLB_ENTRIES - 1)) * FETCH_ENTRY_WORDS;
    this.words[entry] = address & PAGE_MASK;
    this.words[entry + 1] = codePage;
  }

  /** The frame at byte `offset` of the board's memory now holds decoded code: stores must notice. */
  guardFrame(offset: number): void {
    const { words } = this;
    const end = this.start + DATA_TABLES + TLB_REGIONS * DATA_TABLE_WORDS;
    for (let entry = this.dataTable(REGION.M); entry < end; entry += DATA_ENTRY_WORDS) {
      const page = words[entry + ENTRY.write];
      if (page !== NO_PAGE && ((page + words[entry + ENTRY.addend]) | 0) === offset) {
        words[entry + ENTRY.write] = NO_PAGE;
        words[entry + ENTRY.guarded] = page;
      }
    }
  }

  /** The page of decoded code that starts at word `codePage` is gone. */
  forgetCode(codePage: number): void {
    const { words } = this;
    const end = this.start + FETCH_TABLES + TLB_REGIONS * FETCH_TABLE_WORDS;
    for (let entry = this.fetchTable(REGION.M); entry < end; entry += FETCH_ENTRY_WORDS) {
      if (words[entry + 1] === codePage) words[entry] = NO_PAGE;
    }
  }

  /** Forgets every translation that page tables gave: regions S and U. */
  flush(): void {
    this.flushRegions(REGION.S, TLB_REGIONS);
  }

  /** Forgets everything, M mode's pages too. */
  flushAll(): void {
    this.flushRegions(REGION.M, TLB_REGIONS);
  }

  /** Forgets what loads and stores of S and U know. */
  flushData(): void {
    this.words.fill(NO_PAGE, this.dataTable(REGION.S), this.dataTable(REGION.U) + DATA_TABLE_WORDS);
  }

  /** Forgets what S and U know of the 4 KiB of `address`. */
  flushPage(address: number): void {
    const index = (address >>> 12) & (TLB_ENTRIES - 1);
    for (const region of [REGION.S, REGION.U]) {
      const data = this.dataTable(region) + index * DATA_ENTRY_WORDS;
      this.words.fill(NO_PAGE, data, data + DATA_ENTRY_WORDS);
      this.words[this.fetchTable(region) + index * FETCH_ENTRY_WORDS] = NO_PAGE;
    }
  }

  private flushRegions(from: number, to: number): void {
    const data = this.start + DATA_TABLES;
    const fetch = this.start + FETCH_TABLES;
    this.words.fill(NO_PAGE, data + from * DATA_TABLE_WORDS, data + to * DATA_TABLE_WORDS);
    this.words.fill(NO_PAGE, fetch + from * FETCH_TABLE_WORDS, fetch + to * FETCH_TABLE_WORDS);
  }
}
